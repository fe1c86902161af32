"""Open the mweb_url of an H5 order in the phone's browser, and pay."""

import msgspec

from sandbox.actions.paying import PaymentView, pay_at
from sandbox.actions.verb import Desk, verb
from sandbox.phone import answer, mweb, people
from sandbox.phone.cashier import Deed
from sandbox.phone.entrance import Entrance
from sandbox.phone.mweb import Opened


class OpenH5(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is the mweb_url, `referer` the shop's page, `client_ip` counts with h5.check_ip only."""

    url: str
    referer: str = ""
    user_agent: str = ""
    client_ip: str = ""
    user: str = ""
    action: Deed = Deed.PAY


def entrance(opened: Opened, user: str) -> Entrance:
    """What the H5 page checks."""
    return Entrance(
        payer=lambda tx: people.find(tx, user),
        way=lambda cashier: mweb.open_h5(cashier, opened),
        told=answer.screen,
        back=mweb.redirect_url(opened.url),
    )


@verb(
    "user.open_h5",
    "POST /open-h5",
    OpenH5,
    PaymentView,
    summary="Open an H5 order's mweb_url in a browser and pay",
    summary_zh="在手机浏览器打开mweb_url付款",
)
async def open_h5(desk: Desk, args: OpenH5) -> PaymentView:
    """What the page says, and where it goes back to."""
    opened = Opened(url=args.url, referer=args.referer, user_agent=args.user_agent, client_ip=args.client_ip)
    return pay_at(desk, args.action, entrance(opened, args.user))
