"""A static code (Native mode 1): the phone asks the shop for an order of the product, and the shop answers a prepay_id.

pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_4.
"""

from urllib.parse import parse_qsl, urlsplit

from sandbox.domain.merchant import Merchant
from sandbox.domain.order import Order, TradeType
from sandbox.domain.user import User
from sandbox.errors import Refusal, native
from sandbox.phone.cashier import Cashier
from sandbox.platform.tenants import Tenant
from sandbox.protocol import v2sign, xml
from sandbox.protocol.v2sign import SignType


def is_static(code: str) -> bool:
    """Whether a code names a product instead of an order."""
    return code.startswith("weixin://wxpay/bizpayurl?") and "product_id=" in code


def owner(tenant: Tenant, code: str) -> tuple[Merchant, dict[str, str]]:
    """Whose code it is, and what it says. Raises Refusal."""
    said = dict(parse_qsl(urlsplit(code).query, keep_blank_values=True))
    merchant = tenant.merchants.get(said.get("mch_id", ""))
    if merchant is None or said.get("appid") not in merchant.appids:
        came = f"{said.get('mch_id')} and {said.get('appid')}"
        raise Refusal(native.STATIC_CODE_WRONG, came=came, expected="a merchant of this sandbox and its appid")
    if not v2sign.verify(said, merchant.api_key(tenant.clock.now()), SignType.MD5):
        raise Refusal(native.STATIC_CODE_WRONG, field="sign", came=said.get("sign", ""), expected="MD5 of the others")
    return merchant, said


def question(tenant: Tenant, merchant: Merchant, said: dict[str, str], payer: User) -> bytes:
    """What the shop is asked."""
    fields = {
        "appid": said["appid"],
        "openid": payer.openid(said["appid"]),
        "mch_id": merchant.mchid,
        "is_subscribe": "Y" if payer.subscribed else "N",
        "nonce_str": tenant.ids.nonce_str("static", said.get("sign", ""), payer.id),
        "product_id": said["product_id"],
    }
    fields["sign"] = v2sign.sign(fields, merchant.api_key(tenant.clock.now()), SignType.MD5)
    return xml.render(fields.items())


def prepay_id(tenant: Tenant, merchant: Merchant, status: int | None, body: bytes, failure: str) -> str:
    """What the shop answered. Raises Refusal for anything but a signed prepay_id."""
    expected = "200 and a signed prepay_id with return_code and result_code SUCCESS"
    if status != 200:
        raise Refusal(native.STATIC_CODE_UNANSWERED, came=failure or f"HTTP {status}", expected=expected)
    try:
        said = xml.parse(body)
    except xml.MalformedXml as error:
        raise Refusal(native.STATIC_CODE_UNANSWERED, came=error.reason, expected=expected) from None
    good = said.get("return_code") == said.get("result_code") == "SUCCESS"
    if not good or not v2sign.verify(said, merchant.api_key(tenant.clock.now()), SignType.MD5):
        came = said.get("err_code_des") or said.get("return_msg") or "another answer, or a wrong sign"
        raise Refusal(native.STATIC_CODE_UNANSWERED, came=came, expected=expected)
    return said.get("prepay_id", "")


def pay(cashier: Cashier, prepay: str) -> Order:
    """The order behind the shop's answer, paid. Raises Refusal."""
    order = cashier.find(prepay)
    assert cashier.prepay is not None
    cashier.ensure_trade_type(order, TradeType.NATIVE)
    cashier.ensure_open(order, cashier.prepay)
    cashier.ensure_payer(order)
    return cashier.settle()
