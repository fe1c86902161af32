"""The safety interlock: no program is started that is handed a credential of the real platform."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sandbox.cli.display import Trouble

SUFFIXES = frozenset({".pem", ".p12", ".pfx", ".crt", ".cer", ".key"})
LARGEST = 64 * 1024  # bytes; certificates and keys are far smaller

_NUMBERS = re.compile(r"(?<!\d)\d{6,10}(?!\d)")


def refuse_genuine(command: Sequence[str], environment: Mapping[str, str], folder: Path = Path()) -> None:
    """Look at PEM texts and files that the environment or the command, run in `folder`, names. Raises Trouble.

    A bundle's password is its merchant number, which mostly stands beside it.
    """
    texts = {name: value for name, value in environment.items() if not name.startswith("WECHATPAY_SANDBOX_")}
    contents = {f"the variable {name}": value.encode() for name, value in texts.items() if "-----BEGIN " in value}
    contents |= dict(_files(command, texts, folder))
    if not contents:
        return
    from sandbox.protocol import genuine

    numbers = [number for text in (*command, *texts.values(), *contents) for number in _NUMBERS.findall(str(text))]
    found = genuine.find(contents, list(dict.fromkeys(numbers)))
    if found:
        lines = "".join(f"\n  {one.name}: the {one.what} of merchant {one.mchid}" for one in found)
        raise Trouble(
            f"these are credentials of the real platform, issued by {genuine.ISSUER}:{lines}\n"
            "Whoever holds them can move real money, and the sandbox knows nothing of them: nothing was started. Take"
            " them out of the environment and the command, and configure the program with WECHATPAY_SANDBOX_CERT, _KEY"
            " or _P12, which are set for it."
        )


def _files(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files that are named; beside a private key also its neighbours, by which it is told."""
    named = [("the command", word.rpartition("=")[2]) for word in command]
    named += [(f"the variable {name}", value) for name, value in environment.items()]
    seen: set[Path] = set()
    for where, text in named:
        if len(text) > 1024 or "\n" in text:
            continue
        for file in _read(folder / text, seen):
            content = file.read_bytes()
            yield f"{file} ({where})", content
            if b"PRIVATE KEY-----" in content:
                for neighbour in sorted(file.resolve().parent.iterdir()):
                    for other in _read(neighbour, seen):
                        yield f"{other} (beside what {where} names)", other.read_bytes()


def _read(file: Path, seen: set[Path]) -> Iterator[Path]:
    """The file, if it may be a credential and was not looked at before."""
    if file.suffix.lower() in SUFFIXES and file.is_file() and file.resolve() not in seen:
        seen.add(file.resolve())
        if os.access(file, os.R_OK) and file.stat().st_size <= LARGEST:
            yield file
