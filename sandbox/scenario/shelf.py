"""Where scenarios are found: the shipped ones by name, anyone's own by file or folder."""

from collections.abc import Iterable
from pathlib import Path

from sandbox.adapter.document import did_you_mean

_INSTALLED = Path(__file__).parent / "shipped"
_CHECKOUT = Path(__file__).parents[2] / "scenarios"


class NotFound(Exception):
    """There is no such scenario."""


def shipped() -> list[Path]:
    """The files that come with the sandbox, by name; the happy path first."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return sorted(folder.glob("*.yaml"), key=lambda file: (file.stem != "happy-path", file.stem))


def group(file: str | Path) -> str:
    """What a story is about: the name of the folder it stands in."""
    return Path(file).resolve().parent.name


def find(wanted: Iterable[str]) -> list[Path]:
    """The files meant by shipped names, files and folders, each once; all that are shipped when nothing is named.

    Raises NotFound.
    """
    found = [file for word in wanted for file in _meant_by(word)]
    return list(dict.fromkeys(found)) or shipped()


def _meant_by(word: str) -> list[Path]:
    path = Path(word)
    if path.is_dir():
        files = sorted(file for pattern in ("*.yaml", "*.yml") for file in path.glob(pattern))
        if not files:
            raise NotFound(f"no scenario in the folder {word}: expected files that end in .yaml")
        return files
    if path.is_file():
        return [path]
    names = {file.stem: file for file in shipped()}
    if word in names:
        return [names[word]]
    raise NotFound(f"no scenario, file or folder called {word!r}{did_you_mean(word, names)}")
