"""`wechatpay-sandbox pay`: take the phone and pay an order."""

import sys
from typing import Any

import click
import msgspec

from sandbox.app import verbs
from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import json_option, say_json

LONGEST_OUT_TRADE_NO = 32  # a prepay_id has 36 characters


def deeds() -> list[str]:
    """What a person can do at the cashier, as the verb has it."""
    (field,) = (one for one in msgspec.structs.fields(verbs()["user.pay"].args) if one.name == "action")
    return [deed.value for deed in field.type]


@click.command()
@click.argument("order", metavar="PREPAY_ID|OUT_TRADE_NO|CODE_URL")
@click.option("--user", default="", help="Who pays: id, nickname or openid.  [default: the payer whom the order names]")
@click.option(
    "--action",
    type=click.Choice(deeds()),
    default="pay",
    show_default=True,
    help="What the person does at the cashier.",
)
@click.option("--mchid", default="", help="Whose order, when several merchants use the number.")
@connected
@json_option
def pay(order: str, user: str, action: str, mchid: str, connection: Connection, as_json: bool) -> None:
    """Pay an order as its payer would, and show both layers: what the person saw and what JavaScript heard.

    Exit code 1 when nothing was paid. paySign is not checked this way: wx.requestPayment on the shop's page does.
    """
    handle = _handle(order)
    outcome = connection.ask("user.pay", {handle: order, "user": user, "action": action, "mchid": mchid})
    if as_json:
        say_json(outcome)
    else:
        _say(outcome)
    if not outcome["paid"]:
        sys.exit(1)


def _handle(order: str) -> str:
    if "://" in order:
        return "code_url"
    return "prepay_id" if len(order) > LONGEST_OUT_TRADE_NO else "out_trade_no"


def _say(outcome: dict[str, Any]) -> None:
    if outcome["paid"]:
        click.secho("paid", fg="green", bold=True, nl=False)
        click.echo(f"  out_trade_no {outcome['out_trade_no']}  transaction_id {outcome['transaction_id']}")
    else:
        click.secho("not paid", fg="red", bold=True)
    click.echo(f"  the person saw     {outcome['dialog'] or 'nothing to complain about'}")
    click.echo(f"  JavaScript heard   {outcome['errMsg']}")
    why = outcome.get("explanation")
    if why:
        click.echo(f"  why                {why['summary']}")
        if why.get("fix"):
            click.echo(f"  what to do         {why['fix']}")
    if outcome.get("note"):
        click.echo(f"  note               {outcome['note']}")
