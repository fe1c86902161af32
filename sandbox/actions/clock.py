"""Read the clock."""

import msgspec

from sandbox.actions.verb import Desk, NoArguments, verb
from sandbox.protocol import wiretime


class ClockView(msgspec.Struct, frozen=True, kw_only=True):
    """The tenant's clock. `now` is ms since the epoch; `next_due` the first pending timer."""

    kind: str
    speed: float
    now: int
    beijing: str
    next_due: int | None


@verb(
    "clock.read",
    "GET /clock",
    NoArguments,
    ClockView,
    summary="What time it is for the tenant",
    summary_zh="查看租户时钟",
)
async def read(desk: Desk, args: NoArguments) -> ClockView:
    """The clock as it stands."""
    tenant = desk.tenant
    with tenant.transaction() as tx:
        timer = tx.next_timer()
    now = tenant.clock.now()
    return ClockView(
        kind=tenant.clock.state.kind,
        speed=tenant.clock.state.speed,
        now=now,
        beijing=wiretime.dashed(now),
        next_due=None if timer is None else timer.due,
    )
