"""An order as the gateway would store it."""

from sandbox.domain.order import Order, Prepay, Terms, TradeType


def an_order(number: str, mchid: str = "1900000001") -> tuple[Order, Prepay]:
    """A Native order of 1.99 and its prepay_id."""
    terms = Terms(
        mchid=mchid, out_trade_no=number, appid="wx5a4d8bf0c0de0001", total=199, trade_type=TradeType.NATIVE,
        dialect="v2", notify_url="http://127.0.0.1/n", description="茶叶", fingerprint=b"f",
    )  # fmt: skip
    prepay = Prepay(
        prepay_id=f"wx{mchid}{number}", mchid=mchid, out_trade_no=number, created=5, code_url=f"w://{number}"
    )
    return Order(terms=terms, created=5, prepay_id=prepay.prepay_id), prepay
