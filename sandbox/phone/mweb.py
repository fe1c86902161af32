"""Opening the mweb_url of an H5 order in the phone's browser."""

import ipaddress
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from sandbox.domain.order import MWEB_LIFETIME, Order, Prepay, TradeType
from sandbox.errors import Refusal, phone
from sandbox.phone.cashier import Cashier
from sandbox.protocol import identifiers


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """How the browser asks for the page."""

    url: str
    referer: str = ""
    user_agent: str = ""
    client_ip: str = ""


def open_h5(cashier: Cashier, opened: Opened) -> Order:
    """The order paid. Raises Refusal with the page's text, or with the cashier's dialog."""
    order, prepay = _order(cashier, opened.url)
    if "MicroMessenger" in opened.user_agent:
        raise Refusal(
            phone.H5_INSIDE_WECHAT, field="user_agent", came=opened.user_agent, expected="a browser outside WeChat"
        )
    age = cashier.now - prepay.created
    if age >= MWEB_LIFETIME:
        raise Refusal(phone.H5_EXPIRED, field="url", came=f"one made {age // 1000} s ago", expected="one under 5 min")
    _ensure_domains(cashier, order, opened)
    _ensure_address(cashier, order, opened)
    cashier.ensure_open(order, prepay)
    try:
        cashier.ensure_payer(order)
    except Refusal as refusal:
        raise Refusal(phone.H5_OTHER_PAYER, **refusal.facts) from None
    return cashier.settle()


def redirect_url(url: str) -> str:
    """Where the page goes back to, whatever became of the payment; empty without."""
    return unquote(_raw_redirect(url))


def _order(cashier: Cashier, url: str) -> tuple[Order, Prepay]:
    """The order behind a whole link."""
    query = parse_qs(urlsplit(url).query)
    prepay_id, package = (query.get(name, [""])[0] for name in ("prepay_id", "package"))
    prepay = cashier.tx.prepay(prepay_id)
    expected = "the mweb_url that unifiedorder answered, whole"
    if prepay is None:
        raise Refusal(phone.H5_OTHER_PAYER, field="url", came=url, expected=expected)
    if package != identifiers.mweb_package(cashier.tenant.ids.entropy("mweb", prepay_id)):
        raise Refusal(
            phone.H5_OTHER_PAYER, field="url", came=f"package={package}", expected=expected,
            likely="the link was cut off, probably at its &", likely_zh="链接被截断，多半是在&处",
        )  # fmt: skip
    order = cashier.take(prepay)
    cashier.ensure_trade_type(order, TradeType.MWEB)
    return order, prepay


def _ensure_domains(cashier: Cashier, order: Order, opened: Opened) -> None:
    """A Referer, and it and redirect_url of the merchant's H5 domains when it has any."""
    if not opened.referer:
        raise Refusal(phone.H5_REFERER_MISSING, field="referer", came="nothing", expected="the shop's page")
    domains = cashier.tenant.merchants[order.terms.mchid].h5_domains
    back = _raw_redirect(opened.url)
    if back and "%3a" not in back.lower():
        raise Refusal(
            phone.H5_OTHER_PAYER, field="redirect_url", came=back, expected="an urlencoded address",
            likely="redirect_url is not urlencoded", likely_zh="redirect_url没有做urlencode",
        )  # fmt: skip
    for name, address in (("referer", opened.referer), ("redirect_url", unquote(back))):
        host = urlsplit(address).netloc
        if address and domains and host not in domains:
            raise Refusal(phone.H5_DOMAIN_UNREGISTERED, field=name, came=host or address, expected=" or ".join(domains))


def _ensure_address(cashier: Cashier, order: Order, opened: Opened) -> None:
    """With h5.check_ip: the ordered address is no loopback, and it is the opener's."""
    ordered = order.terms.client_ip
    if not ordered or not cashier.tenant.settings.h5.check_ip:
        return
    if ipaddress.ip_address(ordered).is_loopback:
        raise Refusal(
            phone.H5_LOOPBACK_IP, field="spbill_create_ip", came=ordered, expected="the payer's public address"
        )
    if opened.client_ip != ordered:
        raise Refusal(
            phone.H5_IP_DIFFERS, field="spbill_create_ip", came=ordered,
            expected=f"{opened.client_ip or 'the client_ip of who opens the page'}, who opens the page",
        )  # fmt: skip


def _raw_redirect(url: str) -> str:
    """redirect_url as it stands in the link, still encoded."""
    return urlsplit(url).query.partition("redirect_url=")[2].partition("&")[0]
