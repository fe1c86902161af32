"""A contract by which a payer lets a merchant deduct money: 委托代扣.

pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter3_6.shtml.
"""

import msgspec

HOUR = 60 * 60 * 1000
AT_ONCE = 12 * HOUR  # so long after signing a deduction is carried out when it is asked for,
AHEAD = 24 * HOUR  # and that long after the call from then on
SESSION_LIFE = 2 * HOUR  # pay.weixin.qq.com/doc/v3/partner/4012881608
EXPIRED, BY_USER, BY_API = 1, 2, 3  # contract_termination_mode


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """One contract_id of one mchid; `signed` is None while it waits for the payment that it comes with."""

    mchid: str
    appid: str
    contract_id: str
    plan_id: str
    contract_code: str
    request_serial: str
    display_account: str
    notify_url: str
    openid: str = ""
    user: str = ""
    signed: int | None = None
    expires: int = 0  # when it ends by itself
    terminated: int | None = None
    termination_mode: int = 0
    remark: str = ""

    def in_force(self, now: int) -> bool:
        """Whether money may be deducted at `now`."""
        return self.signed is not None and self.terminated is None and now < self.expires

    def due(self, now: int) -> int:
        """When a deduction that is asked for at `now` is carried out."""
        assert self.signed is not None, "only a signed contract deducts"
        return now if now - self.signed < AT_ONCE else now + AHEAD


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A contract that the merchant has asked for, waiting for the payer who opens it."""

    session: str
    created: int
    contract: Contract

    def over(self, now: int) -> bool:
        """Whether it waited too long."""
        return now - self.created >= SESSION_LIFE
