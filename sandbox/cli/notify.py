"""`wechatpay-sandbox notify`: what the platform told the merchant, and tell it again."""

import sys
from typing import Any

import click

from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import json_option, say_json
from sandbox.cli.rules import fault_typed
from sandbox.protocol import wiretime
from sandbox.scenario import duration

COLOURS = {"delivered": "green", "pending": "yellow", "given-up": "red"}


@click.group()
def notify() -> None:
    """Look at notifications with every attempt, and send one again."""


@notify.command("list")
@click.argument("out_trade_no", required=False, default="")
@connected
@json_option
def list_(out_trade_no: str, connection: Connection, as_json: bool) -> None:
    """All notifications, newest first, or those of one order."""
    told = connection.ask("notify.list", {"out_trade_no": out_trade_no})
    if as_json:
        say_json(told)
        return
    for delivery in told["notifications"]:
        say_delivery(delivery)
    if not told["notifications"]:
        click.echo("no notifications yet: one leaves when an order is paid")


@notify.command()
@click.argument("id", metavar="ID|OUT_TRADE_NO")
@click.argument("fault", metavar="[FAULT]", required=False)
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@connected
@json_option
def resend(id: str, fault: str | None, arguments: tuple[str, ...], connection: Connection, as_json: bool) -> None:
    """Send a notification once more, now. Exit code 1 when the merchant did not acknowledge it.

    With a fault, something is wrong with this sending only:

    \b
    notify resend T1 repeat times=10
    notify resend T1 tamper 'set={"total_fee": "1"}'
    """
    do = {} if fault is None else fault_typed(fault, arguments)
    delivery = connection.ask("notify.resend", {"id": id, "do": do})
    if as_json:
        say_json(delivery)
    else:
        say_delivery(delivery)
    if delivery["attempts"][-1]["verdict"] != "acknowledged":
        sys.exit(1)


def say_delivery(delivery: dict[str, Any]) -> None:
    """A notification: its state, then a line an attempt."""
    click.secho(delivery["state"], fg=COLOURS.get(delivery["state"]), bold=True, nl=False)
    click.echo(f"  {delivery['event']} of {delivery['out_trade_no']}  {delivery['url']}  id {delivery['id']}")
    for attempt in delivery["attempts"]:
        status = f"HTTP {attempt['status']}, {attempt['took']} ms" if attempt["status"] is not None else ""
        said = [attempt["verdict"] or "on its way", status, attempt["reason"], *attempt["warnings"]]
        click.echo(f"  {'+' + duration.show(attempt['due_in']):>10}  {'  '.join(part for part in said if part)}")
    if delivery["next_due"] is not None:
        click.echo(f"  next attempt at {wiretime.dashed(delivery['next_due'])} Beijing time")
