"""`wechatpay-sandbox serve`: run the sandbox until it is told to stop."""

import asyncio
import contextlib
import gc
import json
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from sandbox.app import PortTaken, Sandbox
from sandbox.cli.display import Trouble
from sandbox.cli.hints import login_hint
from sandbox.cli.options import settings_options
from sandbox.config import Settings
from sandbox.control.security import loopback
from sandbox.store import StoreError


@click.command()
@settings_options()
def serve(**given: Any) -> None:
    """Run the sandbox until Ctrl-C.

    Every option can also be given as a variable: SANDBOX_PORT for --port, SANDBOX_STORE for --store, and so on.
    """
    settings = guarded(Settings(**given))
    try:
        asyncio.run(_serve(settings))
    except (PortTaken, StoreError) as error:
        raise Trouble(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None


async def _serve(settings: Settings) -> None:
    stop = stop_signal()
    async with Sandbox(settings) as box:
        # What start-up made lives as long as the process: the collector need not look at it again, nor so often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        announce(box)
        with ready_file(settings.ready_file, box):
            async with login_hint(box):
                await stop.wait()
    click.echo("stopped")


def stop_signal() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; a second one has its usual, immediate effect."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def heard() -> None:
        stop.set()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)

    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends asyncio.run by itself
            loop.add_signal_handler(name, heard)
    return stop


@contextlib.contextmanager
def ready_file(path: Path | None, box: Sandbox) -> Iterator[None]:
    """The file is there, whole, from the moment requests are answered until the sandbox stops."""
    if path is None:
        yield
        return
    told = {"url": box.url, "port": box.port, "pid": os.getpid(), "version": box.version, "seed": box.default.seed}
    if box.https_port or box.proxy_port:
        told |= {"https_port": box.https_port, "proxy_port": box.proxy_port, "ca": str(box.ca_file)}
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(json.dumps(told) + "\n", encoding="utf-8")
    half.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def announce(box: Sandbox) -> None:
    """Where it is, as whom to speak to it, and what to type next."""
    settings, tenant = box.settings, box.default
    app, merchant = next(iter(tenant.apps.values())), next(iter(tenant.merchants.values()))
    store = "memory" if settings.store is None else str(settings.store)
    click.secho(f"wechatpay-sandbox {box.version}", bold=True, nl=False)
    click.echo(f"  store {store}  clock {tenant.clock.state.kind}  seed {tenant.seed}")
    lines = {
        "gateway": f"{box.url}  in place of https://api.mch.weixin.qq.com and https://api.weixin.qq.com",
        **doors(box),
        "console": f"{console(box)}  in a browser; the control API is there too",
        "app": f"appid {app.appid}  secret {app.secret}",
        "merchant": f"mch_id {merchant.mchid}  API key {merchant.api_key(tenant.clock.now())}",
        "more": "wechatpay-sandbox credentials (keys, certificates, payers), logs -f, pay",
    }
    for name, text in lines.items():
        click.echo(f"  {name:<9} {text}")
    click.secho("ready; Ctrl-C stops it", fg="green")


def console(box: Sandbox) -> str:
    """Where the console is, with the token that it needs."""
    return f"{box.url}/_sandbox/" + (f"#token={box.settings.token}" if box.settings.token else "")


def doors(box: Sandbox) -> dict[str, str]:
    """How a program that has the platform's host names in it gets here."""
    lines = {}
    if box.https_port:
        lines["https"] = f"https://127.0.0.1:{box.https_port}  under every host name of the platform"
    if box.proxy_port:
        lines["proxy"] = f"http://127.0.0.1:{box.proxy_port}  for HTTPS_PROXY: answers for the platform's hosts"
    if lines:
        lines["trust"] = f"{box.ca_file}  in your program, not in the system"
    return lines


def guarded(settings: Settings) -> Settings:
    """A sandbox that others can reach has a token: drawn when none was given."""
    if settings.token or loopback(settings.host):
        return settings
    return msgspec.structs.replace(settings, token=secrets.token_urlsafe(16))
