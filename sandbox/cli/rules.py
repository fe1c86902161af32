"""`wechatpay-sandbox rules`: put faults in force, look at them, take them away."""

import contextlib
import json
from typing import Any

import click

from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import json_option, say_json, say_table


@click.group()
def rules() -> None:
    """Put faults in force: what goes wrong, when, how often."""


@rules.command()
@click.argument("when", metavar="MOMENT")
@click.argument("fault", metavar="FAULT")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--only", multiple=True, metavar="TAG=VALUE", help="Only where this tag fits: endpoint=v2.orderquery.")
@click.option("--times", type=click.IntRange(1), help="How often it fires; without a limit when left out.")
@click.option("--after", type=click.IntRange(0), default=0, help="How many matches pass by first.")
@click.option("--chance", type=click.FloatRange(0, 1), default=1.0, help="How likely it fires at a match.")
@click.option("--name", default="", help="A name, for the journal, and for --by-name.")
@click.option("--by-name", is_flag=True, help="Act only on requests that ask for it: Wechatpay-Negative-Test: NAME.")
@connected
@json_option
def add(
    when: str,
    fault: str,
    arguments: tuple[str, ...],
    only: tuple[str, ...],
    times: int | None,
    after: int,
    chance: float,
    name: str,
    by_name: bool,
    connection: Connection,
    as_json: bool,
) -> None:
    """Put a fault in force, for example:

    \b
    rules add notify.due drop --times 3
    rules add request.verified fail problem=SYSTEM_ERROR --only endpoint=v2.orderquery
    """
    quota = {"times": times, "after": after, "chance": chance, "name": name, "by_name": by_name}
    do = fault_typed(fault, arguments)
    added = connection.ask("rules.add", {"when": when, "do": do, "only": _pairs(only, "TAG=VALUE"), **quota})
    if as_json:
        say_json(added)
    else:
        click.echo(f"rule {added['id']} is in force; `rules drop {added['id']}` takes it away")


@rules.command("list")
@connected
@json_option
def list_(connection: Connection, as_json: bool) -> None:
    """The rules in force and how often each has fired."""
    told = connection.ask("rules.list")
    if as_json:
        say_json(told)
    elif told["rules"]:
        rows = [
            (rule["id"], rule["when"], _short(rule["do"]), _short(rule["only"]), rule["fired"], rule["times"] or "")
            for rule in told["rules"]
        ]
        say_table(rows, ("id", "when", "do", "only", "fired", "of"))
    else:
        click.echo("no rules: nothing goes wrong by itself")


@rules.command()
@click.argument("id", type=int, required=False)
@connected
@json_option
def drop(id: int | None, connection: Connection, as_json: bool) -> None:
    """Take one rule away, or all of them."""
    told = connection.ask("rules.drop", {} if id is None else {"id": id})
    if as_json:
        say_json(told)
    else:
        click.echo(f"{told['dropped']} taken away")


def fault_typed(fault: str, arguments: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """A fault as it is typed, as the control API takes it."""
    return {fault: {name: _value(text) for name, text in _pairs(arguments, "NAME=VALUE").items()}}


def _pairs(texts: tuple[str, ...], form: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise click.UsageError(f"expected {form}, came {text!r}")
        found[name] = value
    return found


def _value(text: str) -> Any:
    """Numbers, true and false, lists and objects as JSON writes them; anything else is text."""
    with contextlib.suppress(ValueError):
        return json.loads(text)
    return text


def _short(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
