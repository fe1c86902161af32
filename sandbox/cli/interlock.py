"""The safety interlock: nothing is started that is handed a credential of the real platform."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sandbox.cli.display import Trouble

SUFFIXES = frozenset({".pem", ".p12", ".pfx", ".crt", ".cer", ".key"})
LARGEST = 64 * 1024  # bytes; certificates and keys are far smaller

MARK = "-----BEGIN "  # of PEM
OURS = "WECHATPAY_SANDBOX_"

_NUMBERS = re.compile(r"(?<!\d)\d{6,10}(?!\d)")


def refuse_genuine(
    command: Sequence[str], environment: Mapping[str, str], folder: Path = Path(), more: Mapping[str, str] | None = None
) -> None:
    """Look at PEM texts and files that the environment, the command or `more` names, from `folder`. Raises Trouble.

    A bundle's password is its merchant number, which mostly stands beside it.
    """
    texts = {f"the variable {name}": text for name, text in environment.items() if not name.startswith(OURS)}
    texts |= more or {}
    contents = {name: value.encode() for name, value in texts.items() if MARK in value}
    contents |= dict(_files(command, texts, folder))
    if not contents:
        return
    from sandbox.protocol import genuine

    numbers = [number for text in (*command, *texts.values(), *contents) for number in _NUMBERS.findall(str(text))]
    found = genuine.find(contents, list(dict.fromkeys(numbers)))
    if found:
        raise Trouble(
            f"{genuine.explained(found)}: nothing was started. Take them out, and configure the program with"
            " WECHATPAY_SANDBOX_CERT, _KEY or _P12, which `run` sets for it, or with what"
            " `wechatpay-sandbox credentials --out DIR` writes."
        )


def _files(command: Sequence[str], texts: Mapping[str, str], folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files that are named; beside a private key also its neighbours, by which it is told."""
    named = [("the command", word.rpartition("=")[2]) for word in command]
    named += texts.items()
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
