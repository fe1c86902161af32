"""Move a virtual clock on."""

import msgspec

from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.platform.clock import duration
from sandbox.platform.timers import Advanced, ClockError


class Advance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`by` is a duration: 24h4m, 90s."""

    by: str | int | float


@verb(
    "clock.advance",
    "POST /clock/advance",
    Advance,
    Advanced,
    summary="Move a virtual clock on; every timer on the way fires at its own instant",
    summary_zh="推进虚拟时钟，途中到期的定时器按各自时刻依次触发",
)
async def advance(desk: Desk, args: Advance) -> Advanced:
    """Advance by a duration."""
    try:
        return await desk.timers.advance(desk.tenant, duration(args.by))
    except ClockError as error:
        raise VerbError(str(error), status=409, code="clock") from None
    except ValueError as error:
        raise VerbError(f"by: {error}") from None


@verb(
    "clock.drain",
    "POST /clock/drain",
    NoArguments,
    Advanced,
    summary="Go from one pending timer to the next until none is left",
    summary_zh="依次走完所有待触发的定时器",
)
async def drain(desk: Desk, args: NoArguments) -> Advanced:
    """Fire everything that is pending."""
    try:
        return await desk.timers.drain(desk.tenant)
    except ClockError as error:
        raise VerbError(str(error), status=409, code="clock") from None
