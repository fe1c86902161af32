"""The tenant's virtual clock, from a test."""

from sandbox.testing.answers import Moved
from sandbox.testing.world import World


async def advance(world: World, by: str | float) -> Moved:
    """Move the clock on by `24h4m`, `90s` or a number of seconds; what falls due on the way happens at its instant."""
    return await world.ask(Moved, "clock.advance", by=by)


async def drain(world: World) -> Moved:
    """Go from one pending notification or settlement to the next until none is left."""
    return await world.ask(Moved, "clock.drain")


async def settle(world: World) -> Moved:
    """Wait until everything due now has happened: every notification has an answer."""
    return await world.ask(Moved, "notify.settle")
