"""Do what wx.config does on a page in WeChat."""

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.errors import Refusal
from sandbox.phone import jssdk, people
from sandbox.phone.explanation import explain
from sandbox.phone.jssdk import Config
from sandbox.platform.journal import Diagnosis


class ConfigurePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As wx.config gets them; `url` is the page's address."""

    timestamp: str | int
    nonceStr: str
    signature: str
    url: str
    appid: str = ""


class ConfiguredView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`errMsg` is what wx.ready or wx.error hears."""

    errMsg: str
    explanation: Diagnosis | None = None


@verb(
    "page.config",
    "POST /jssdk-config",
    ConfigurePage,
    ConfiguredView,
    summary="Do what wx.config does: check the signature of a page's JS-SDK parameters",
    summary_zh="模拟wx.config：校验页面JS-SDK参数的签名",
    looks=True,
)
async def configure_page(desk: Desk, args: ConfigurePage) -> ConfiguredView:
    """config:ok, or what is wrong with it."""
    tenant, refusal = desk.tenant, None
    try:
        with tenant.transaction() as tx:
            config = Config(
                appid=people.appid_of(tenant, tx, args.appid),
                timestamp=str(args.timestamp),
                nonce_str=args.nonceStr,
                signature=args.signature,
                url=args.url,
            )
            try:
                jssdk.check(tx, tenant.clock.now(), config)
            except Refusal as error:
                refusal = error
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    return ConfiguredView(errMsg=jssdk.heard(refusal), explanation=None if refusal is None else explain(refusal))
