"""How long the platform waits between attempts to notify, in seconds from the instant the previous one was due."""

from collections.abc import Sequence

from sandbox.domain.settings import TenantSettings
from sandbox.platform import outbox

MINUTE = 60.0
HOUR = 60 * MINUTE

STANDARD = (
    15.0, 15.0, 30.0, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR,
    3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR,
)  # fmt: skip
"""Payments, refunds and profit sharing: 15 retries, the last 24 h 4 min after the first attempt
(pay.weixin.qq.com/doc/v2/partner/4011989265)."""

LADDERS: dict[str, Sequence[float]] = {
    outbox.PAYMENT: STANDARD,
    outbox.COMBINED: STANDARD,
    outbox.REFUND: STANDARD,
    outbox.REHEARSAL: STANDARD,
    outbox.PROFIT_SHARING: STANDARD,
    # pay.weixin.qq.com/doc/v3/merchant/4012712115
    outbox.TRANSFER: (*(15.0,) * 10, *(5 * MINUTE,) * 10, *(30 * MINUTE,) * 44),
    # pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter3_6.shtml, doc/v2/merchant/4011987465
    outbox.CONTRACT: (*(10.0,) * 3, *(30.0,) * 3, *(5 * MINUTE,) * 22),
    outbox.DEDUCTION: (15.0, 15.0, 30.0, 3 * MINUTE, *(30 * MINUTE,) * 4, HOUR),
    # pay.weixin.qq.com/doc/v3/merchant/4015164042
    outbox.ECHO: (15.0, 15.0, 30.0, 3 * MINUTE, *(30 * MINUTE,) * 4, HOUR),
}


def next_due(event: str, attempts: int, due: int, settings: TenantSettings) -> int | None:
    """When the attempt after the `attempts`-th, which was due at `due` (ms), is due; None at the ladder's end."""
    rungs = settings.notify.ladder if settings.notify.ladder is not None else LADDERS[event]
    if attempts > len(rungs):
        return None
    return due + round(rungs[attempts - 1] * 1000)
