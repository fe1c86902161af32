"""`wechatpay-sandbox demo`: sandbox and shop, one payment played before your eyes, then both to click on."""

import asyncio
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import click
import msgspec

from sandbox.app import PortTaken, Sandbox
from sandbox.cli.display import Trouble, language_option, say_json, width
from sandbox.cli.hints import login_hint
from sandbox.cli.options import settings_options
from sandbox.cli.serve import stop_signal
from sandbox.cli.shop import Shop, ShopFailed, port_or_any, running_shop
from sandbox.cli.walkthrough import Broken, Hop, Walkthrough, Words
from sandbox.config import HTTP_PORT, MERCHANT_PORT, Settings
from sandbox.control.client import ControlClient, ControlError
from sandbox.platform.identities import DEFAULT

CREDENTIALS = ("url", "appid", "app_secret", "mch_id", "api_key")
STAYS = Words(
    "both stay up: open the shop and buy, then see it in the console; Ctrl-C ends them",
    "两者都在运行：打开小店（shop）买一次，再到控制台（console）看全过程；Ctrl-C 结束",
)
RECORD = Words(
    "{merchant[status]}, shipped {merchant[shipped]} time(s), learned by {merchant[learned_by]}",
    "{merchant[status]}，已发货 {merchant[shipped]} 次，得知途径 {merchant[learned_by]}",
)


@click.command()
@settings_options("port", "seed")
@click.option(
    "--shop-port",
    envvar="SHOP_PORT",
    type=click.IntRange(0, 65535),
    default=MERCHANT_PORT,
    show_default=True,
    help="Port of the shop; 0 takes any free one.",
)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON, and end.")
def demo(port: int, seed: str, shop_port: int, lang: str, as_json: bool) -> None:
    """Play one payment: login, order, second sign, phone, notification, the shop's record.

    On a terminal both stay up afterwards; otherwise it ends. Exit code 0 only if all of it really happened.
    """
    stays = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    try:
        asyncio.run(_demo(Settings(port=port, seed=seed), shop_port, lang, as_json=as_json, stays=stays))
    except PortTaken as error:
        raise Trouble(str(error)) from None
    except (Broken, ShopFailed, ControlError) as error:
        click.secho(f"it did not go through: {error}", fg="red", err=True)
        sys.exit(1)


async def _demo(settings: Settings, shop_port: int, lang: str, *, as_json: bool, stays: bool) -> None:
    stop = stop_signal()  # a first signal lets the shop be ended properly, whenever it comes
    async with _sandbox(settings) as box, login_hint(box), ControlClient(box.url) as control:
        tenant = await control.call("tenants.get", {"id": DEFAULT})
        async with _shop(tenant, shop_port) as shop:
            walkthrough = Walkthrough(control, shop, tenant["appid"], tenant["api_key"])
            number = 0
            async for hop in walkthrough.play():
                number += 1
                if not as_json:
                    _say_hop(number, hop, lang)
            addresses = {"sandbox": box.url, "shop": shop.url, "console": f"{box.url}/_sandbox/"}
            if as_json:
                say_json({**walkthrough.facts, **addresses, "seed": tenant["seed"]})
            else:
                _say_closing(walkthrough.facts, addresses, lang)
            if stays:
                click.secho(getattr(STAYS, lang), fg="green")
                await stop.wait()


@asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncIterator[Sandbox]:
    """On the port asked for; when the default one is taken, on any free one. Raises PortTaken."""
    box = Sandbox(settings)
    try:
        await box.start()
    except PortTaken:
        await box.stop()
        if settings.port != HTTP_PORT:
            raise
        box = Sandbox(msgspec.structs.replace(settings, port=0))
        await box.start()
        click.echo(f"port {HTTP_PORT} is taken: the sandbox is on {box.port}", err=True)
    try:
        yield box
    finally:
        await box.stop()


@asynccontextmanager
async def _shop(tenant: Mapping[str, str], port: int) -> AsyncIterator[Shop]:
    """On the port asked for; when the default one is taken, on any free one. Raises ShopFailed."""
    default = port == MERCHANT_PORT
    credentials = {f"WECHATPAY_SANDBOX_{name.upper()}": tenant[name] for name in CREDENTIALS}
    async with running_shop(port_or_any(port) if default else port, credentials) as shop:
        if default and not shop.url.endswith(f":{MERCHANT_PORT}"):
            click.echo(f"port {MERCHANT_PORT} is taken: the shop is at {shop.url}", err=True)
        yield shop


def _say_hop(number: int, hop: Hop, lang: str) -> None:
    click.secho(f"{number}  {getattr(hop.who, lang)}", bold=True, nl=False)
    click.secho(f"  {hop.call}", fg="cyan")
    labels = [getattr(label, lang) for label, _ in hop.lines]
    wide = max(map(width, labels))
    columns = max(60, shutil.get_terminal_size().columns - wide - 6)
    for label, (_, text) in zip(labels, hop.lines, strict=True):
        first, *rest = textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False)
        click.echo(f"   {click.style(label, dim=True)}{' ' * (wide - width(label))}  {first}")
        for line in rest:
            click.echo(f"   {' ' * wide}  {line}")
    click.secho(f"   {getattr(hop.why, lang)}\n", fg="green")


def _say_closing(facts: dict[str, Any], addresses: dict[str, str], lang: str) -> None:
    notification = "{notification[verdict]}, HTTP {notification[status]}".format(**facts)
    lines = {
        **{name: facts[name] for name in ("out_trade_no", "prepay_id", "transaction_id")},
        "notification": notification,
        "merchant": getattr(RECORD, lang).format(**facts),
        **addresses,
        "journal": f"wechatpay-sandbox logs -f --url {addresses['sandbox']}",
    }
    for name, text in lines.items():
        click.echo(f"{click.style(f'{name:<14}', bold=True)}  {text}")
