"""Make, empty and drop tenants."""

import msgspec

from sandbox.actions.verb import NO_PORT, Desk, NoArguments, VerbError, verb
from sandbox.phone import people
from sandbox.platform.identities import DEFAULT
from sandbox.platform.tenants import NewTenant, Tenant, TenantError
from sandbox.protocol import wiretime


class MerchantCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's number and keys."""

    mchid: str
    name: str
    kind: str
    api_key: str
    apiv3_key: str


class AppCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """An app's id and secret."""

    appid: str
    secret: str


class PayerView(msgspec.Struct, frozen=True, kw_only=True):
    """A payer: id, name, openid by appid, balance in fen."""

    id: str
    nickname: str
    unionid: str
    openids: dict[str, str]
    balance: int


class TenantView(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant and everything one needs to use it. `now` is ms since the epoch.

    `serial_no` to `pub_key_pem` are the first merchant's certificate and key, and what the platform signs with; of
    `users`, the first holds the phone when nobody is named.
    """

    id: str
    seed: str
    clock: str
    now: int
    beijing: str
    url: str
    appid: str
    app_secret: str
    mch_id: str
    api_key: str
    apiv3_key: str
    serial_no: str
    cert_pem: str
    key_pem: str
    platform_serial: str
    platform_cert_pem: str
    pub_key_id: str
    pub_key_pem: str
    merchants: list[MerchantCredentials]
    apps: list[AppCredentials]
    users: list[PayerView]


class TenantName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By id."""

    id: str


class TenantLine(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant in a list, without its keys. `port` 0: none of its own."""

    id: str
    clock: str
    mch_id: str
    port: int


class TenantList(msgspec.Struct, frozen=True, kw_only=True):
    """The default one first."""

    tenants: list[TenantLine]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """It is done."""

    id: str


def _refuse_genuine(texts: dict[str, str]) -> None:
    """No tenant is given what can move real money, under whatever name. Raises VerbError."""
    contents = {f"credentials.{name}": text.encode() for name, text in texts.items() if "-----BEGIN " in text}
    if not contents:
        return
    from sandbox.protocol import genuine  # brings cryptography

    if found := genuine.find(contents):
        own = "Leave them out: a tenant gets a certificate and a key of its own, and the answer has both."
        raise VerbError(f"{genuine.explained(found)}: no tenant was made. {own}", code="genuine")


def tenant_view(tenant: Tenant, base_url: str) -> TenantView:
    """A tenant with its credentials."""
    now = tenant.clock.now()
    with tenant.transaction() as tx:
        users = people.everybody(tx)
    first, app = next(iter(tenant.merchants.values())), next(iter(tenant.apps.values()))
    keys = tenant.credentials(first)
    return TenantView(
        id=tenant.id,
        seed=tenant.seed,
        clock=tenant.clock.state.kind,
        now=now,
        beijing=wiretime.dashed(now),
        url=base_url if not tenant.port else f"{base_url.rpartition(':')[0]}:{tenant.port}",
        appid=app.appid,
        app_secret=app.secret,
        mch_id=first.mchid,
        api_key=first.api_key(now),
        apiv3_key=first.apiv3_key,
        serial_no=keys.serial_no,
        cert_pem=keys.cert_pem,
        key_pem=keys.key_pem,
        platform_serial=keys.platform_serial,
        platform_cert_pem=keys.platform_cert_pem,
        pub_key_id=keys.pub_key_id,
        pub_key_pem=keys.pub_key_pem,
        merchants=[
            MerchantCredentials(mchid=m.mchid, name=m.name, kind=m.kind, api_key=m.api_key(now), apiv3_key=m.apiv3_key)
            for m in tenant.merchants.values()
        ],
        apps=[AppCredentials(appid=a.appid, secret=a.secret) for a in tenant.apps.values()],
        users=[
            PayerView(id=u.id, nickname=u.nickname, unionid=u.unionid, openids=u.openids, balance=u.balance)
            for u in users
        ],
    )


@verb(
    "tenants.create",
    "POST /tenants",
    NewTenant,
    TenantView,
    summary="Make a tenant; all credentials are in the answer",
    summary_zh="新建租户，返回全部凭据",
    tenant_free=True,
)
async def create(desk: Desk, args: NewTenant) -> TenantView:
    """A world of its own."""
    _refuse_genuine(msgspec.structs.asdict(args.credentials))
    try:
        tenant = desk.tenants.create(args, desk.draw())
    except TenantError as error:
        raise VerbError(str(error), status=409, code="taken", holder=error.holder) from None
    except (ValueError, msgspec.ValidationError) as error:
        raise VerbError(str(error)) from None
    if args.port is not None:
        try:
            await desk.listen(tenant, args.port)
        except OSError as error:
            desk.tenants.drop(tenant)
            raise VerbError(f"port: {error}", status=409, code="port-taken") from None
    return tenant_view(tenant, desk.base_url)


@verb(
    "tenants.list",
    "GET /tenants",
    NoArguments,
    TenantList,
    summary="The living tenants",
    summary_zh="现有的租户",
    tenant_free=True,
)
async def list_tenants(desk: Desk, args: NoArguments) -> TenantList:
    """Everybody's."""
    return TenantList(
        tenants=[
            TenantLine(id=one.id, clock=one.clock.state.kind, mch_id=next(iter(one.merchants)), port=one.port)
            for one in desk.tenants
        ]
    )


@verb(
    "tenants.get",
    "GET /tenants/{id}",
    TenantName,
    TenantView,
    summary="One tenant",
    summary_zh="查看租户",
    tenant_free=True,
)
async def get(desk: Desk, args: TenantName) -> TenantView:
    """A tenant with its credentials."""
    return tenant_view(_living(desk, args.id), desk.base_url)


@verb(
    "tenants.delete",
    "DELETE /tenants/{id}",
    TenantName,
    Done,
    summary="Drop a tenant",
    summary_zh="删除租户",
    tenant_free=True,
)
async def delete(desk: Desk, args: TenantName) -> Done:
    """Forget a tenant; the default one stays."""
    if args.id == DEFAULT:
        raise VerbError("the default tenant stays: `reset` empties it", status=409, code="default")
    tenant = _living(desk, args.id)
    desk.timers.forget(tenant)
    await desk.listen(tenant, NO_PORT)
    desk.tenants.drop(tenant)
    return Done(id=args.id)


@verb(
    "tenants.reset",
    "POST /reset",
    NoArguments,
    Done,
    summary="Empty the tenant: orders, codes, deliveries, rules and journal go",
    summary_zh="清空租户：订单、code、通知、规则与日志",
)
async def reset(desk: Desk, args: NoArguments) -> Done:
    """As new, with the same names and keys."""
    desk.timers.forget(desk.tenant)
    desk.cashiers.clear(desk.tenant)
    desk.tenants.reset(desk.tenant)
    return Done(id=desk.tenant.id)


def _living(desk: Desk, id: str) -> Tenant:
    tenant = desk.tenants.get(id)
    if tenant is None:
        names = ", ".join(one.id for one in desk.tenants)
        raise VerbError(f"no tenant {id!r}; there are {names}", status=404, code="no-tenant")
    return tenant
