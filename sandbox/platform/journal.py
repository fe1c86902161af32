"""The journal: what was asked and answered, in a ring in memory, bounded in count and in bytes."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count

import msgspec

from sandbox.doctor.verdict import Verdict


class Difference(msgspec.Struct, frozen=True):
    """A field that is not what it was in the last message whose signature was right; empty where it is missing."""

    field: str
    came: str
    good: str


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was refused: which field, what came, what was expected, the likeliest mistake and its remedy."""

    code: str
    summary: str  # one English sentence
    summary_zh: str = ""
    field: str = ""
    came: str = ""
    expected: str = ""
    likely: tuple[str, ...] = ()  # what the doctor found, most telling first
    fix: str = ""
    fix_zh: str = ""
    docs: str = ""  # the page and paragraph that explains it
    string_to_sign: str = ""  # what we signed, keys masked
    nearest: tuple[Difference, ...] = ()  # where no mistake is known: against the last message that was right
    pending: bool = False  # combinations of mistakes are still being tried

    def refined(self, verdict: Verdict) -> "Diagnosis":
        """With what the doctor found in the place of what was said before; empty words take no place."""
        told = {name: value for name, value in verdict._asdict().items() if value or name == "pending"}
        told["nearest"] = tuple(Difference(*one) for one in verdict.nearest)
        told["likely"] = (verdict.summary,) if verdict.code else ()
        return msgspec.structs.replace(self, **told)


class Exchange(msgspec.Struct, kw_only=True):
    """One request to the platform and its answer. Secrets are masked before it gets here."""

    id: int = 0
    tenant: str = ""  # empty: unclaimed
    at: int = 0  # real ms
    instant: int = 0  # the tenant's clock, ms
    endpoint: str = ""
    method: str = ""
    target: str = ""  # path and query
    remote: str = ""
    request_headers: dict[str, str] = {}
    request: bytes = b""
    status: int = 0
    response_headers: dict[str, str] = {}
    response: bytes = b""
    tags: dict[str, str] = {}
    problem: str = ""  # the row's name when it was refused
    said: str = ""  # what the platform said: the text of the refusal
    diagnosis: Diagnosis | None = None
    notes: list[str] = []
    verifiable: bool = True  # false: the answer was spoilt on purpose, so that a merchant who verifies refuses it
    took_us: int = 0
    size: int = 0  # about how many bytes it holds


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, for whoever watches live."""

    kind: str  # "exchange", "diagnosis", "delivery", "payment", "cashier", "clock", "deed"
    tenant: str
    id: str = ""
    text: str = ""


class Journal:
    """One tenant's exchanges, newest last, at most `entries` and `max_bytes` of them."""

    def __init__(self, ids: Iterator[int], watch: "Watchers", *, entries: int = 1000, max_bytes: int = 4 << 20) -> None:
        self._ring: deque[Exchange] = deque()
        self._ids = ids
        self._entries = entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._watch = watch

    def add(self, exchange: Exchange) -> None:
        """Keep it; the oldest make room."""
        exchange.id = next(self._ids)
        exchange.size = _size(exchange)
        ring = self._ring
        ring.append(exchange)
        self._bytes += exchange.size
        while len(ring) > self._entries or (self._bytes > self._max_bytes and len(ring) > 1):
            self._bytes -= ring.popleft().size
        if self._watch:
            text = f"{exchange.method} {exchange.target} {exchange.status} {exchange.said}".rstrip()
            self._watch.tell(Event(kind="exchange", tenant=exchange.tenant, id=str(exchange.id), text=text))

    def revise(self, exchange: Exchange, diagnosis: Diagnosis) -> None:
        """A better diagnosis of an exchange that is in the journal."""
        exchange.diagnosis = diagnosis
        if self._watch:
            text = f"{diagnosis.code}: {diagnosis.summary}"
            self._watch.tell(Event(kind="diagnosis", tenant=exchange.tenant, id=str(exchange.id), text=text))

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._ring)

    def find(self, id: int) -> Exchange | None:
        """An exchange by its number."""
        return next((exchange for exchange in self._ring if exchange.id == id), None)

    def clear(self) -> None:
        """Forget everything."""
        self._ring.clear()
        self._bytes = 0


class Watchers:
    """Who listens to the event stream. A listener that does not keep up loses the oldest events."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Event], Callable[[Event], bool]] = {}  # and what each wants

    def __bool__(self) -> bool:
        return bool(self._queues)

    def tell(self, event: Event) -> None:
        """Hand an event to everybody who wants it."""
        for queue, wants in self._queues.items():
            if wants(event):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(event)

    @asynccontextmanager
    async def listen(self, wants: Callable[[Event], bool]) -> AsyncIterator[AsyncIterator[Event]]:
        """A stream of the events that `wants` accepts, while the block lasts."""
        queue: asyncio.Queue[Event] = asyncio.Queue(maxsize=1000)

        async def events() -> AsyncIterator[Event]:
            while True:
                yield await queue.get()

        self._queues[queue] = wants
        try:
            yield events()
        finally:
            del self._queues[queue]


def _size(exchange: Exchange) -> int:
    headers = exchange.request_headers
    texts = sum(map(len, headers)) + sum(map(len, headers.values()))
    return 512 + texts + len(exchange.request) + len(exchange.response) + len(exchange.target)


def exchange_numbers() -> Iterator[int]:
    """The numbers of a sandbox's exchanges, from 1."""
    return count(1)
