"""Scanning the QR code of a NATIVE order."""

from sandbox.domain.order import Order
from sandbox.errors import Refusal, phone
from sandbox.phone.cashier import Cashier

CODE = "weixin://wxpay/bizpayurl?pr="
PR = 9  # characters that follow


def scan(cashier: Cashier, code_url: str) -> Order:
    """The order paid. Raises Refusal QR_EXPIRED for a code that is unknown, replaced or too old, or the cashier's."""
    prepay = cashier.tx.prepay_by_code_url(code_url)
    if prepay is None:
        likely, likely_zh = _misread(cashier, code_url)
        raise Refusal(
            phone.QR_EXPIRED, field="code_url", came=code_url, expected="the code_url of a NATIVE order, unchanged",
            likely=likely, likely_zh=likely_zh,
        )  # fmt: skip
    order = cashier.take(prepay)
    if order.prepay_id != prepay.prepay_id:
        raise Refusal(
            phone.QR_EXPIRED, field="code_url", came=code_url, expected="the newest code_url of the order",
            likely="the order was posted again, and its new code_url took this one's place",
            likely_zh="订单已重新下单，新的code_url已替换该二维码",
        )  # fmt: skip
    if prepay.expired(cashier.now):
        age = (cashier.now - prepay.created) // 60_000
        raise Refusal(phone.QR_EXPIRED, field="code_url", came=f"one made {age} min ago", expected="one of at most 2 h")
    cashier.ensure_open(order, prepay)
    cashier.ensure_payer(order)
    return cashier.settle()


def _misread(cashier: Cashier, code_url: str) -> tuple[str, str]:
    if cashier.tx.prepay_by_code_url(code_url.strip()[: len(CODE) + PR]) is not None:
        return (
            "the QR code says more than the code_url: encode exactly that text",
            "二维码内容比code_url多了字符，应与code_url完全一致",
        )
    return "", ""
