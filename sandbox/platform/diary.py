"""The diary: what people did to the platform through its verbs, in memory, the newest of them."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One verb that was done: with which arguments, and about which order where it was about one."""

    at: int  # real ms
    instant: int  # the tenant's clock when it began, ms
    verb: str
    args: dict[str, Any]
    out_trade_no: str = ""


class Diary:
    """One tenant's deeds, newest last, at most `entries` of them."""

    def __init__(self, entries: int = 1000) -> None:
        self._ring: deque[Deed] = deque(maxlen=entries)

    def add(self, deed: Deed) -> None:
        """Keep it; the oldest makes room."""
        self._ring.append(deed)

    def __iter__(self) -> Iterator[Deed]:
        return iter(self._ring)

    def clear(self) -> None:
        """Forget everything."""
        self._ring.clear()
