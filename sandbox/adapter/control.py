"""The side of the sandbox that scenarios use: verbs with JSON-like arguments and answers, for one tenant."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

from sandbox.control.client import ControlError

__all__ = ["Connect", "Control", "ControlError"]


class Control(Protocol):
    """One tenant's control API while the block lasts: `async with connect(tenant) as control`."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def call(self, verb: str, args: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Perform a verb. Raises ControlError."""
        ...


Connect = Callable[[str], Control]
"""From a tenant's id to its control API."""
