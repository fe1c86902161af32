"""Mistakes made on purpose: each turns what should have been signed into what might have been signed instead."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


class Search(Generic[D]):
    """Looks among `mistakes`, the likeliest first, for those after which `fits` says yes."""

    def __init__(self, right: D, mistakes: Iterable[Mistake[D]], fits: Callable[[D], bool]) -> None:
        self._right = right
        self._fits = fits
        made = ((mistake, mistake.make(right)) for mistake in mistakes)
        self._made = [(mistake, draft) for mistake, draft in made if draft != right]

    def single(self) -> Finding | None:
        """The first mistake that fits alone."""
        for mistake, draft in self._made:
            if self._fits(draft):
                return Finding((mistake,))
        return None

    def pair(self) -> Finding | None:
        """The first two that fit together."""
        for first, second, draft in self._pairs():
            if self._fits(draft):
                return Finding((first, second))
        return None

    def _pairs(self) -> Iterator[tuple[Mistake[D], Mistake[D], D]]:
        made: Sequence[tuple[Mistake[D], D]] = self._made
        for place, (one, after_one) in enumerate(made):
            for other, after_other in made[:place]:
                if one.aspect == other.aspect != REPEATABLE:
                    continue
                if one.aspect < other.aspect:
                    yield one, other, other.make(after_one)
                else:
                    yield other, one, one.make(after_other)
