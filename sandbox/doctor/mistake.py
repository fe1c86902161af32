"""Mistakes made on purpose: each turns what should have been signed into what might have been signed instead."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

D = TypeVar("D")


class Mistake(NamedTuple, Generic[D]):
    """One way to get a signature wrong.

    `aspect` is the step of signing it belongs to: of two mistakes the earlier step is made first, and two of one step
    are never combined, unless the step is in `REPEATABLE`.
    """

    code: str
    aspect: int
    text: str
    text_zh: str
    make: Callable[[D], D]


class Finding(NamedTuple):
    """The mistakes that together give exactly the signature that came; mostly one."""

    mistakes: tuple[Mistake[Any], ...]

    @property
    def code(self) -> str:
        """The codes, each once, joined by a plus."""
        return "+".join(dict.fromkeys(mistake.code for mistake in self.mistakes))

    @property
    def text(self) -> str:
        """What was done, in English."""
        return "; and ".join(mistake.text for mistake in self.mistakes)

    @property
    def text_zh(self) -> str:
        """What was done, in Chinese."""
        return "；并且".join(mistake.text_zh for mistake in self.mistakes)


REPEATABLE = 0
"""The step of signing of which two mistakes can happen at once: two fields left out."""


def told(code: str, text: str, text_zh: str) -> Finding:
    """A finding that needed no search."""
    return Finding((Mistake(code, REPEATABLE, text, text_zh, _nothing),))


def _nothing(draft: Any) -> Any:
    return draft


AT_ONCE = 256 << 10
"""Bytes that are signed again at most while the caller waits for the answer; some milliseconds."""
AT_LEISURE = 32 << 20
"""Bytes that are signed again at most when there is time; some tenths of a second."""
MOST = 400
"""Mistakes that are made at most: an enormous message has as many as it has fields."""


class Search(Generic[D]):
    """Looks among `mistakes`, the likeliest first, for those after which `fits` says yes.

    `size` is the length of the message in bytes. What is right is never explained: two mistakes may well cancel each
    other out.
    """

    def __init__(self, right: D, mistakes: Iterable[Mistake[D]], fits: Callable[[D], bool], size: int) -> None:
        self._right = right
        self._fits = fits
        self._size = max(size, 256)
        self._unmade = iter(()) if fits(right) else islice(mistakes, MOST)
        self._made: list[tuple[Mistake[D], D]] = []

    def single(self) -> Finding | None:
        """The first mistake that fits alone, within what can be done at once."""
        return self._next(AT_ONCE // self._size)

    def pair(self) -> Finding | None:
        """A single mistake for which there was no time, or the first two that fit together."""
        most = AT_LEISURE // self._size
        found = self._next(most)
        if found is not None:
            return found
        for first, second, draft in islice(self._pairs(), most):
            if self._fits(draft):
                return Finding((first, second))
        return None

    def _next(self, most: int) -> Finding | None:
        for mistake in islice(self._unmade, most):
            draft = mistake.make(self._right)
            if draft != self._right:
                self._made.append((mistake, draft))
                if self._fits(draft):
                    return Finding((mistake,))
        return None

    def _pairs(self) -> Iterator[tuple[Mistake[D], Mistake[D], D]]:
        for place, (one, after_one) in enumerate(self._made):
            for other, after_other in self._made[:place]:
                if one.aspect == other.aspect != REPEATABLE:
                    continue
                if one.aspect < other.aspect:
                    yield one, other, other.make(after_one)
                else:
                    yield other, one, one.make(after_other)
