"""How results look: JSON for programs, aligned columns for people."""

import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click
import msgspec

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def language_option(command: F) -> F:
    """--lang; the default is what the terminal speaks."""
    speaks = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    default = "zh" if speaks.startswith("zh") else "en"
    kind = click.Choice(["zh", "en"])
    return click.option("--lang", type=kind, default=default, show_default=True, help="Language.")(command)


class Trouble(click.ClickException):
    """The command could not do its work; the message says what to do next."""

    exit_code = 2


def say_json(value: Any) -> None:
    """A value, structs included, as indented JSON."""
    click.echo(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2))


def say_table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """Columns under bold heads; the last one is not padded."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(heads, *cells, strict=True)]
    for number, line in enumerate([list(heads), *cells]):
        text = "  ".join(pad(cell, wide) for cell, wide in zip(line, widths, strict=True)).rstrip()
        click.secho(text, bold=number == 0)


def pad(text: str, wide: int) -> str:
    """`text` with blanks up to `wide` columns."""
    return text + " " * (wide - width(text))


def width(text: str) -> int:
    """Columns on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def yuan(fen: int) -> str:
    """1999 fen are ¥19.99."""
    return f"¥{fen // 100}.{fen % 100:02d}"
