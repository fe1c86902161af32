"""The mini program's console: look at an app, and change what the platform allows it."""

import msgspec

from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.actions.views import AppView, app_view
from sandbox.domain.merchant import App


class AppName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By appid."""

    appid: str


class ChangeApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes; the rest stays. An empty `ip_whitelist`, `domains` or `templates` leaves it unchecked."""

    appid: str
    name: str | msgspec.UnsetType = msgspec.UNSET
    can_pay: bool | msgspec.UnsetType = msgspec.UNSET
    open_platform: bool | msgspec.UnsetType = msgspec.UNSET
    secret_frozen: bool | msgspec.UnsetType = msgspec.UNSET
    ip_whitelist: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    domains: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    templates: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class AppList(msgspec.Struct, frozen=True, kw_only=True):
    """The first one is meant where none is named."""

    apps: list[AppView]


@verb("apps.list", "GET /apps", NoArguments, AppList, summary="The apps", summary_zh="小程序、公众号与移动应用")
async def list_apps(desk: Desk, args: NoArguments) -> AppList:
    """All of them, as they stand."""
    return AppList(apps=[app_view(app) for app in desk.tenant.apps.values()])


@verb(
    "apps.get",
    "GET /apps/{appid}",
    AppName,
    AppView,
    summary="One app: what it may do",
    summary_zh="查看小程序或公众号的状态",
)
async def get(desk: Desk, args: AppName) -> AppView:
    """An app as it stands."""
    return app_view(_app(desk, args.appid))


@verb(
    "console.app",
    "PATCH /apps/{appid}",
    ChangeApp,
    AppView,
    summary="Change what an app may do: payment, frozen secret, IP white list, domains, templates",
    summary_zh="修改小程序或公众号：支付权限、冻结AppSecret、IP白名单、授权域名、订阅模板",
)
async def change(desk: Desk, args: ChangeApp) -> AppView:
    """In force at once."""
    app = _app(desk, args.appid)
    changes = {name: value for name, value in msgspec.structs.asdict(args).items() if value is not msgspec.UNSET}
    changed = msgspec.structs.replace(app, **changes)
    desk.tenant.change_app(changed)
    return app_view(changed)


def _app(desk: Desk, appid: str) -> App:
    found = desk.tenant.apps.get(appid)
    if found is None:
        names = ", ".join(desk.tenant.apps)
        raise VerbError(
            f"no app {appid!r} in tenant {desk.tenant.id!r}; there are {names}", status=404, code="not-found"
        )
    return found
