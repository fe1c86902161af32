"""`python -m merchant_demo`: the command line of the shop."""

import asyncio
import logging
import os
import signal
import socket

import click
import msgspec
from aiohttp import web

from merchant_demo.app import Parts, open_shop
from merchant_demo.config import NotConfigured, Settings, settings_from
from merchant_demo.flaws import FLAWS, NoSuchMistake, flawed


def _list_flaws(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        width = max(map(len, FLAWS))
        for flaw in FLAWS.values():
            click.echo(f"{flaw.name:<{width}}  {flaw.en} · {flaw.zh}")
        context.exit()


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes any free one.  [default: 8689]")
@click.option("--store", metavar="FILE|memory", help="SQLite file of the orders.  [default: memory]")
@click.option("--api", type=click.Choice(["v2", "v3"]), help="Which API of WeChat Pay to speak.  [default: v2]")
@click.option(
    "--flaw",
    "flaws",
    multiple=True,
    type=click.Choice(list(FLAWS)),
    metavar="NAME",
    help="Make one classic mistake; may be repeated.",
)
@click.option(
    "--list-flaws", is_flag=True, is_eager=True, expose_value=False, callback=_list_flaws, help="List the mistakes."
)
def main(host: str | None, port: int | None, store: str | None, api: str | None, flaws: tuple[str, ...]) -> None:
    """A small shop that takes WeChat Pay.

    Whose shop it is comes from the environment (WECHATPAY_SANDBOX_URL, _APPID, _APP_SECRET, _MCH_ID, _API_KEY); without
    that it is the sandbox's own test merchant. For APIv3 there must be _KEY and _CERT, files of `wechatpay-sandbox
    credentials --out`, and there may be _APIV3_KEY, _SERIAL, _PLATFORM_CERT, _PUB_KEY and _PUB_KEY_ID.
    To a platform whose URL is https it shows the certificate of _CERT and _KEY, or of _P12, as refunds in API v2
    demand, and trusts the authority in _CA.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = settings_from(os.environ, {"host": host, "port": port, "store": store, "api": api})
        parts = flawed(settings.api, flaws)
    except (ValueError, NoSuchMistake) as error:
        raise click.UsageError(str(error)) from error
    try:
        listening = socket.create_server((settings.host, settings.port), backlog=128)
    except OSError as error:
        advice = "pass another --port, or --port 0 for any free one"
        raise click.ClickException(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; {advice}"
        ) from error
    settings = msgspec.structs.replace(settings, port=listening.getsockname()[1])
    try:
        asyncio.run(_serve(settings, parts, listening))
    except NotConfigured as error:
        raise click.UsageError(str(error)) from error


async def _serve(settings: Settings, parts: Parts, listening: socket.socket) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with open_shop(settings, parts) as app:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        click.echo(f"merchant_demo ready on http://{settings.host}:{settings.port} (platform {settings.platform})")
        await stop.wait()
        await runner.cleanup()


if __name__ == "__main__":
    main()
