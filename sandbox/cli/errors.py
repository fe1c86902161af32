"""`wechatpay-sandbox errors`: everything the platform can refuse, how it is spelled, and how sure that is."""

import difflib
from typing import Any

import click
import msgspec

from sandbox.cli.display import Trouble, json_option, say_json
from sandbox.errors import Row, Spelling, catalogue
from sandbox.errors.problem import families


@click.command()
@click.option("--dialect", help="Only what is said in this one: v2, v3, login, phone.")
@click.option("--code", help="Only this wire code (ORDERPAID, 40029) or row (ORDER_PAID).")
@json_option
def errors(dialect: str | None, code: str | None, as_json: bool) -> None:
    """List the errors: why, what to do, spellings, source and confidence.

    Confidence: observed (a real answer was seen), documented, inferred, unconfirmed, ours.
    """
    rows = [kept for row in catalogue().values() if (kept := _kept(row, dialect, code)) is not None]
    if not rows:
        raise Trouble(f"no such error{_nearest(dialect, code)}; without options all of them are listed")
    if as_json:
        family = families()
        say_json([{"family": family[row.name], **msgspec.to_builtins(row)} for row in rows])
        return
    for row in rows:
        _say(row)


def _kept(row: Row, dialect: str | None, code: str | None) -> Row | None:
    """The row with the spellings asked for; None when there are none."""
    spellings = tuple(
        spelling
        for spelling in row.spellings
        if dialect in (None, spelling.dialect) and (code in (None, row.name) or code == spelling.code)
    )
    return msgspec.structs.replace(row, spellings=spellings) if spellings else None


def _nearest(dialect: str | None, code: str | None) -> str:
    rows = catalogue().values()
    dialects = {spelling.dialect for row in rows for spelling in row.spellings}
    if dialect is not None and dialect not in dialects:
        return f" in dialect {dialect!r}: there are {', '.join(sorted(dialects))}"
    known = {name for row in rows for name in (row.name, *(spelling.code for spelling in row.spellings)) if name}
    near = difflib.get_close_matches((code or "").upper(), sorted(known), n=3)
    return f": {code!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _say(row: Row) -> None:
    click.secho(row.name, bold=True, nl=False)
    click.echo(f"  {row.cause}")
    click.echo(f"  {click.style('fix', fg='green')}  {row.fix}")
    for spelling in row.spellings:
        click.echo(f"  {_line(spelling)}")
    click.echo()


def _line(spelling: Spelling) -> str:
    where: list[Any] = [spelling.dialect, spelling.layer.value]
    said = " ".join(part for part in (click.style(spelling.code, fg="cyan"), spelling.text) if part)
    remarks = [spelling.endpoint, spelling.generation, "only by rule" if spelling.only_by_rule else ""]
    remarks += [spelling.confidence.value, spelling.source]
    return f"{' '.join(where)}: {said}  ({', '.join(remark for remark in remarks if remark)})"
