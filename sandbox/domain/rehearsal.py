"""The platform's own acceptance rehearsal: the amount of an order says what becomes of it.

github.com/xiaochengtech/wechat (wxpay/testcase); developers.weixin.qq.com/community/pay.
"""

from enum import StrEnum

import msgspec

from sandbox.domain.order import TradeState


class Case(StrEnum):
    """What happens."""

    NORMAL = "normal"
    COUPON = "coupon"  # 1 fen off, topped-up money
    COUPONS = "coupons"  # 1 fen off of topped-up money and 2 fen of the other kind
    SILENT = "silent"  # paid, nobody is told
    FAILED = "failed"
    TWICE = "told twice"
    FORGED = "told with a wrong sign"
    TAMPERED = "told of 20000 fen"
    CONTRADICTED = "paid, told of a failure"
    USERPAYING = "the password is asked"
    PAID_LATE = "paid, the answer is late"
    FAILED_LATE = "failed, the answer is late"
    LOST = "the answer is late and the query fails"
    SYSTEM_ERROR = "the platform fails, then reverse"


ORDERED = {
    1: Case.NORMAL, 2: Case.COUPONS, 30: Case.SILENT, 31: Case.FAILED, 32: Case.TWICE, 33: Case.FORGED,
    34: Case.TAMPERED, 79: Case.CONTRADICTED,
}  # fmt: skip
READ = {
    1: Case.NORMAL, 2: Case.COUPON, 3: Case.COUPONS, 30: Case.USERPAYING, 31: Case.PAID_LATE, 32: Case.FAILED_LATE,
    33: Case.LOST, 34: Case.SYSTEM_ERROR, 79: Case.CONTRADICTED, 501: Case.NORMAL, 502: Case.NORMAL,
}  # fmt: skip
BASES = {"JSAPI": 100, "APP": 200, "NATIVE": 300, "MWEB": 300}
COUPON_ACCEPTANCE = {551: Case.COUPONS, 552: Case.COUPONS}
NEGATIVE = {
    "MICROPAY_USERPAYING": Case.USERPAYING,
    "MICROPAY_TIMEOUT": Case.PAID_LATE,
    "MICROPAY_PAYERROR": Case.FAILED_LATE,
    "MICROPAY_PAY_QUERY_TIMEOUT": Case.LOST,
}
"""What the header Wechatpay-Negative-Test may say in the second rehearsal."""
UNPAID = (Case.FAILED, Case.FAILED_LATE)
LATE = (Case.PAID_LATE, Case.FAILED_LATE, Case.LOST)
TAMPERED_TOTAL = 20_000


def ordered_case(trade_type: str, total: int) -> Case | None:
    """What an order of this amount rehearses; None: the amount is not on the list."""
    return ORDERED.get(total - BASES[trade_type]) or COUPON_ACCEPTANCE.get(total)


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """One out_trade_no of one mchid in the rehearsal: nothing of it is in the order book."""

    mchid: str
    out_trade_no: str
    appid: str
    total: int
    trade_type: str
    case: Case
    created: int
    transaction_id: str
    openid: str
    nonce_str: str
    notify_url: str = ""
    attach: str = ""
    asked: int = 0  # how often it was queried
    reversed: bool = False
    out_refund_no: str = ""
    refund_fee: int = 0
    refunded: int | None = None  # when; it arrives at once

    @property
    def off(self) -> tuple[int, int]:
        """Fen that coupons of topped-up money, and of the other kind, take off."""
        return {Case.COUPON: (1, 0), Case.COUPONS: (1, 2), Case.SYSTEM_ERROR: (1, 0)}.get(self.case, (0, 0))

    @property
    def coupon_refund(self) -> int:
        """Fen of coupons that go back with all of the money."""
        return sum(self.off) if self.refund_fee == self.total else 0

    @property
    def state(self) -> TradeState:
        """What a query answers."""
        if self.reversed:
            return TradeState.REVOKED
        if self.out_refund_no:
            return TradeState.REFUND
        if self.case in UNPAID:
            return TradeState.PAYERROR
        if self.case is Case.USERPAYING and self.asked < 1:
            return TradeState.USERPAYING
        return TradeState.SUCCESS
