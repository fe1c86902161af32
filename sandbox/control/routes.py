"""Which verb answers which method and path below `/_sandbox`."""

from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from sandbox.actions.verb import Verb


class Routes:
    """The verbs by path; a path of plain words wins over one with placeholders."""

    def __init__(self, verbs: Iterable[Verb]) -> None:
        self._plain: dict[str, dict[str, Verb]] = {}
        self._patterns: dict[tuple[str, ...], dict[str, Verb]] = {}
        for verb in verbs:
            if "{" in verb.path:
                self._patterns.setdefault(tuple(verb.path.split("/")), {})[verb.method] = verb
            else:
                self._plain.setdefault(verb.path, {})[verb.method] = verb

    def find(self, path: str) -> tuple[dict[str, Verb], dict[str, str]]:
        """The verbs at a path (as sent), by method, and what its placeholders stand for; empty where nothing is."""
        plain = self._plain.get(path)
        if plain is not None:
            return plain, {}
        parts = path.split("/")
        for pattern, verbs in self._patterns.items():
            placed = _placed(pattern, parts)
            if placed is not None:
                return verbs, placed
        return {}, {}


def _placed(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    if len(pattern) != len(parts):
        return None
    placed = {}
    for wanted, came in zip(pattern, parts, strict=True):
        if wanted.startswith("{") and came:
            placed[wanted[1:-1]] = unquote(came)
        elif wanted != came:
            return None
    return placed
