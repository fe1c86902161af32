"""`wechatpay-sandbox clock`: read a tenant's clock, move it on, run it dry."""

import click

from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import json_option, say_json
from sandbox.protocol import wiretime
from sandbox.scenario import duration


@click.group()
def clock() -> None:
    """Read the clock, move it on, run it dry. Only a virtual clock (serve --clock virtual) can be moved."""


@clock.command()
@connected
@json_option
def read(connection: Connection, as_json: bool) -> None:
    """What time it is for the tenant, and when something is due next."""
    told = connection.ask("clock.read")
    if as_json:
        say_json(told)
        return
    due = told["next_due"]
    speed = f" ×{told['speed']:g}" if told["speed"] != 1 else ""
    click.echo(f"{told['beijing']} Beijing time  ({told['kind']}{speed})")
    click.echo(
        "nothing is due"
        if due is None
        else f"next due {wiretime.dashed(due)}, in {duration.show(max(0, due - told['now']))}"
    )


@clock.command()
@click.argument("by", metavar="DURATION")
@connected
@json_option
def advance(by: str, connection: Connection, as_json: bool) -> None:
    """Move the clock on by DURATION (24h4m, 90s); what falls due on the way happens at its own instant."""
    _moved(connection.ask("clock.advance", {"by": by}), as_json)


@clock.command()
@connected
@json_option
def drain(connection: Connection, as_json: bool) -> None:
    """Go from one pending notification to the next until none is left."""
    _moved(connection.ask("clock.drain"), as_json)


def _moved(told: dict[str, int], as_json: bool) -> None:
    if as_json:
        say_json(told)
        return
    click.echo(f"{wiretime.dashed(told['now'])} Beijing time; {told['fired']} timers fired on the way")
