"""`wechatpay-sandbox refund`: refund an order in the merchant's console."""

from typing import Any

import click

from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import json_option, say_json, yuan


@click.command()
@click.argument("out_trade_no")
@click.option(
    "--amount", "refund", type=click.IntRange(1), metavar="FEN", help="How much.  [default: all that is left]"
)
@click.option("--out-refund-no", default="", help="The refund's number.  [default: one is made up]")
@click.option("--reason", default="", help="What the payer reads.")
@click.option("--mchid", default="", help="Whose order, when several merchants use the number.")
@connected
@json_option
def refund(connection: Connection, as_json: bool, **given: Any) -> None:
    """Refund a paid order, as somebody at the merchant's console would: the shop's own code is not asked.

    The money goes back after refund.delay; the merchant hears of it at its refund_notify_url, if it has one.
    """
    made = connection.ask("console.refund", {name: value for name, value in given.items() if value})
    if as_json:
        say_json(made)
    else:
        _say(made)


def _say(made: dict[str, Any]) -> None:
    click.secho("refund accepted", fg="green", bold=True, nl=False)
    click.echo(f"  out_refund_no {made['out_refund_no']}  refund_id {made['refund_id']}")
    click.echo(f"  {yuan(made['refund'])} of {yuan(made['total'])}  of order {made['out_trade_no']}, {made['state']}")
