"""Wait until every notification that is due now has a verdict."""

import msgspec

from sandbox.actions.verb import Desk, NoArguments, verb


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing is due any more. `now` is ms since the epoch."""

    now: int


@verb(
    "notify.settle",
    "POST /settle",
    NoArguments,
    Settled,
    summary="Wait until every delivery due now has a verdict",
    summary_zh="等待当前到期的通知全部有结果",
)
async def settle(desk: Desk, args: NoArguments) -> Settled:
    """Wait."""
    await desk.timers.settle(desk.tenant)
    return Settled(now=desk.tenant.clock.now())
