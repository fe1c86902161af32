"""A payment code: the bar code on a payer's phone that a merchant reads to be paid.

pay.weixin.qq.com/doc/v2/merchant/4011937361.
"""

import re

import msgspec

from sandbox.domain.user import User
from sandbox.errors import Refusal, codepay

LIFETIME = 60 * 1000  # ms; the phone shows another one each minute
PASSWORD_FROM = 100_000  # fen; above it the payer types the password
FORM = re.compile(r"1[0-5]\d{16}")


class PaymentCode(msgspec.Struct, frozen=True, kw_only=True):
    """18 digits that stand for a payer. `password`: the payer is asked for it whatever the amount."""

    code: str
    user: str
    created: int
    password: bool = False
    used: bool = False
    mchid: str = ""  # the only merchant that may still charge it: it has asked for the openid

    def asks_password(self, total: int, free: int, most: int | None) -> bool:
        """Whether this much is paid with the password only, after `free` payments of the day without it."""
        return self.password or total > PASSWORD_FROM or (most is not None and free >= most)


def ensure_form(code: str) -> None:
    """18 digits that begin with 10 to 15. Raises Refusal."""
    if not FORM.fullmatch(code):
        raise Refusal(codepay.PAYCODE_MALFORMED, field="auth_code", came=code, expected="18 digits, 10 to 15 first")


def readable(code: PaymentCode | None, shown: str, mchid: str, now: int) -> PaymentCode:
    """The code, if this merchant may use it now. Raises Refusal."""
    if code is None or code.mchid not in ("", mchid):
        expected = "a code of a payer of this sandbox" if code is None else f"one that {code.mchid} has not taken"
        raise Refusal(codepay.PAYCODE_UNKNOWN, field="auth_code", came=shown, expected=expected)
    if code.used:
        raise Refusal(codepay.PAYCODE_USED, field="auth_code", came=shown, expected="a code that was not charged yet")
    if now - code.created >= LIFETIME:
        came = f"one shown {(now - code.created) // 1000} s ago"
        raise Refusal(codepay.PAYCODE_EXPIRED, field="auth_code", came=came, expected="at most 60 s")
    return code


def ensure_funds(payer: User, total: int) -> None:
    """The purse holds enough. Raises Refusal."""
    if payer.balance < total:
        raise Refusal(codepay.PAYER_POOR, came=f"{payer.balance} fen in the purse", expected=f"at least {total}")
