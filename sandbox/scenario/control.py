"""The side of the sandbox that scenarios use: verbs with JSON-like arguments and answers, for one tenant."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class ControlError(Exception):
    """The sandbox refused a verb, or does not answer."""


class Control(Protocol):
    """One tenant's control API."""

    async def call(self, verb: str, arguments: Mapping[str, Any]) -> Any:
        """Perform a verb. Raises ControlError."""
        ...


Connect = Callable[[str], Control]
"""From a tenant's id to its control API."""
