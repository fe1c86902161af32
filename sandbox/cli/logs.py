"""`wechatpay-sandbox logs`: the journal, a line an exchange, with the diagnosis of what was refused."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import json_option
from sandbox.control.client import ControlClient
from sandbox.protocol import wiretime


@click.command()
@click.option("--follow", "-f", is_flag=True, help="Stay, and show what comes.")
@click.option("--refused", is_flag=True, help="Only what was refused.")
@click.option("--endpoint", default="", help="Only this endpoint (v2.unifiedorder).")
@click.option("--out-trade-no", default="", help="Only what is about this order.")
@click.option("--limit", "-n", type=click.IntRange(1), default=20, show_default=True, help="How many past exchanges.")
@click.option("--bodies", is_flag=True, help="With requests and answers in full.")
@connected
@json_option
def logs(
    follow: bool,
    refused: bool,
    endpoint: str,
    out_trade_no: str,
    limit: int,
    bodies: bool,
    connection: Connection,
    as_json: bool,
) -> None:
    """Show what was asked and answered, newest last; --json gives one JSON object a line."""
    wanted = {"refused": refused, "endpoint": endpoint, "out_trade_no": out_trade_no}
    say = _say_json if as_json else _say_whole if bodies else _say
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_show(connection, wanted, limit, follow, say))


async def _show(connection: Connection, wanted: Mapping[str, Any], limit: int, follow: bool, say: Any) -> None:
    async with connection.open() as control:
        if not follow:
            await _say_after(control, {**wanted, "limit": limit}, 0, say)
            return
        last = await _say_after(control, {**wanted, "limit": limit}, 0, say)
        async for event in control.events("exchange", "diagnosis"):
            if event["kind"] == "exchange":
                last = await _say_after(control, wanted, last, say)
            else:
                await _say_revised(control, int(event["id"]), wanted, say)
    click.echo("the sandbox stopped", err=True)


async def _say_after(control: ControlClient, wanted: Mapping[str, Any], last: int, say: Any) -> int:
    """Show the exchanges after number `last`; the number of the newest."""
    told = await control.call("exchanges.list", {**wanted, "after": last})
    for exchange in told["exchanges"]:
        say(exchange)
        last = exchange["id"]
    return last


async def _say_revised(control: ControlClient, number: int, wanted: Mapping[str, Any], say: Any) -> None:
    """Show an exchange again whose diagnosis was pending, if it is among those that are wanted."""
    told = await control.call("exchanges.list", {**wanted, "after": number - 1, "limit": 1000})
    for exchange in told["exchanges"]:
        if exchange["id"] == number:
            say(exchange)


def _say_json(exchange: dict[str, Any]) -> None:
    click.echo(json.dumps(exchange, ensure_ascii=False))


def _say(exchange: dict[str, Any]) -> None:
    refused = bool(exchange["problem"])
    click.echo(click.style(f"#{exchange['id']} {wiretime.dashed(exchange['at'])[11:]}", dim=True), nl=False)
    click.echo(f"  {exchange['method']} {exchange['target']}  ", nl=False)
    click.secho(_outcome(exchange), fg="red" if refused else "green", nl=False)
    about = [exchange["tags"].get("out_trade_no", ""), "" if exchange["tenant"] else "(of no tenant)"]
    click.echo("".join(f"  {text}" for text in about if text))
    for note in exchange["notes"]:
        click.secho(f"    {note}", fg="magenta")
    if exchange["diagnosis"]:
        _say_diagnosis(exchange["diagnosis"])


def _outcome(exchange: Mapping[str, Any]) -> str:
    if exchange["status"] == 0:
        return "no answer"
    said = f" {exchange['problem']}: {exchange['said']}" if exchange["problem"] else ""
    return f"{exchange['status']}{said}"


def _say_diagnosis(diagnosis: Mapping[str, Any]) -> None:
    """The summary names field, what came and what was expected."""
    click.secho(f"    {diagnosis['summary']}", fg="yellow")
    likely = [text for text in diagnosis["likely"] if text != diagnosis["summary"]]
    for name, text in (("likely", "; ".join(likely)), ("fix", diagnosis["fix"]), ("see", diagnosis["docs"])):
        if text:
            click.echo(f"    {name:<7} {text}")


def _say_whole(exchange: dict[str, Any]) -> None:
    _say(exchange)
    for title, text in (("request", exchange["request"]), ("answer", exchange["response"])):
        if text:
            click.secho(f"    {title}", dim=True)
            click.echo("".join(f"      {line}\n" for line in text.splitlines()), nl=False)
