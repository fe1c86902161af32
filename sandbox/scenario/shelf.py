"""Where scenarios are found: the shipped ones by name, anyone's own by file or folder."""

from collections.abc import Iterable
from pathlib import Path

from sandbox.adapter.document import did_you_mean

_INSTALLED = Path(__file__).parent / "shipped"
_CHECKOUT = Path(__file__).parents[2] / "scenarios"


class NotFound(Exception):
    """There is no such scenario."""


def shipped() -> list[Path]:
    """The files that come with the sandbox, folder by folder; the happy path first."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return sorted(_stories_in(folder), key=lambda file: (file.stem != "happy-path", group(file), file.stem))


def group(file: str | Path) -> str:
    """What a story is about: the name of the folder it stands in."""
    return Path(file).resolve().parent.name


def spelt(file: str) -> str:
    """How a command names a story: a shipped one by its name, any other by its file."""
    path = Path(file)
    return path.stem if path in shipped() else file


def find(wanted: Iterable[str]) -> list[Path]:
    """The files meant by shipped names and groups, files and folders, each once; all shipped ones when none is named.

    Raises NotFound.
    """
    found = [file for word in wanted for file in _meant_by(word)]
    return list(dict.fromkeys(found)) or shipped()


def _meant_by(word: str) -> list[Path]:
    path = Path(word)
    if path.is_dir():
        files = _stories_in(path)
        if not files:
            raise NotFound(f"no scenario in the folder {word}: expected files that end in .yaml")
        return files
    if path.is_file():
        return [path]
    names = {file.stem: file for file in shipped()}
    if word in names:
        return [names[word]]
    together = [file for file in names.values() if group(file) == word]
    if together:
        return together
    known = [*names, *(group(file) for file in names.values())]
    raise NotFound(f"no scenario, file or folder called {word!r}{did_you_mean(word, known)}")


def _stories_in(folder: Path) -> list[Path]:
    """At any depth; a file whose name begins with _ is no story, but included by some."""
    files = (file for pattern in ("*.yaml", "*.yml") for file in folder.rglob(pattern))
    return sorted(file for file in files if not file.name.startswith("_"))
