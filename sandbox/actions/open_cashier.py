"""Open a cashier on a payer's phone, and leave it open until somebody acts."""

from typing import Any

import msgspec

from sandbox.actions import app_pay, open_h5, request_payment, scan
from sandbox.actions.cashiers import CashierView, cashier_view, tell
from sandbox.actions.paying import go
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.phone.entrance import Entrance
from sandbox.phone.launch import Api
from sandbox.phone.mweb import Opened


class OpenCashier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of params (launch parameters of `api`), code_url (a QR code), mweb_url (an H5 link) and payreq (App).

    `user` or `openid` says whose phone, `appid` which mini program, `page` which URL; `referer`, `user_agent` and
    `client_ip` are the browser's that opens an H5 link.
    """

    params: dict[str, Any] | None = None
    api: Api = "requestPayment"
    code_url: str = ""
    mweb_url: str = ""
    payreq: dict[str, Any] | None = None
    appid: str = ""
    openid: str = ""
    user: str = ""
    page: str = ""
    referer: str = ""
    user_agent: str = ""
    client_ip: str = ""


@verb(
    "cashier.open",
    "POST /cashiers",
    OpenCashier,
    CashierView,
    summary="Open a cashier on the phone and leave it to the payer; what is refused ends at once",
    summary_zh="在手机上打开收银台，等待用户操作；未通过检查的立即结束",
)
async def open_cashier(desk: Desk, args: OpenCashier) -> CashierView:
    """All the checks that come before the cashier; only the payer's deed is left out."""
    kind, entrance = await _entrance(desk, args)
    cashier = desk.cashiers.open(desk.tenant, kind, entrance, go(desk, None, entrance))
    tell(desk, cashier)
    return cashier_view(desk, cashier)


async def _entrance(desk: Desk, args: OpenCashier) -> tuple[str, Entrance]:
    given = [name for name in ("params", "code_url", "mweb_url", "payreq") if getattr(args, name) not in (None, "")]
    if len(given) != 1:
        came = ", ".join(given) or "none"
        raise VerbError(f"expected exactly one of params, code_url, mweb_url and payreq; came: {came}")
    user = args.user or args.openid
    if args.params is not None:
        launched = request_payment.RequestPayment(
            params=args.params, appid=args.appid, openid=args.openid, user=args.user, api=args.api, page=args.page
        )
        return args.api, request_payment.entrance(desk, launched)
    if args.payreq is not None:
        return "app", app_pay.entrance(args.payreq, user)
    if args.code_url:
        return "scan", await scan.entrance(desk, args.code_url, user)
    opened = Opened(url=args.mweb_url, referer=args.referer, user_agent=args.user_agent, client_ip=args.client_ip)
    return "h5", open_h5.entrance(opened, user)
