"""`wechatpay-sandbox run`: a program, unchanged, with the sandbox where it expects the platform."""

import asyncio
import contextlib
import os
import shlex
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from sandbox.app import PortTaken, Sandbox
from sandbox.cli.child import looked_up, variables
from sandbox.cli.display import Trouble
from sandbox.cli.hints import login_hint
from sandbox.cli.interlock import refuse_genuine
from sandbox.cli.options import settings_options
from sandbox.cli.outcome import Outcome, outcome, say
from sandbox.config import Settings
from sandbox.doors import AuthorityError
from sandbox.store import StoreError

HTTPS = 443
WITHOUT_443 = (
    "wechatpay-sandbox: port 443 cannot be had, so Java clients on non-blocking sockets that ignore proxies (Netty,"
    " Apache's async client) are not reached; blocking ones (Apache's HttpClient, WxJava) are"
)
PATIENCE = 2.0  # seconds that the closing report waits for a diagnosis that is still being looked for
NOT_FOUND, NOT_RUNNABLE, SIGNALLED = 127, 126, 128  # as every shell says it


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--virtual", is_flag=True, help="Time stands still until `clock advance` moves it on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the gateway and the console.  [default: any free one]",
)
@click.option(
    "--shop-port",
    envvar="PORT",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="The program's own port: notifications for public URLs go there.",
)
@click.option(
    "--java-hosts",
    is_flag=True,
    help="Also lead Java clients here that ignore proxies, such as Apache's: Java then knows the platform's names,"
    " those of the system's hosts file and of --pass, and no others. Non-blocking ones (Netty) need port 443.",
)
@settings_options("store", "seed", "passed", "notify_map", "data_dir")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write what happened as JSON.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing before and after.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND…")
def run(
    command: tuple[str, ...],
    java_hosts: bool,
    virtual: bool,
    port: int,
    shop_port: int | None,
    report: Path | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Start COMMAND, unchanged, with the sandbox in the place of the platform.

    Its proxy variables, roots and shims lead https://api.mch.weixin.qq.com and the platform's other hosts here; all
    other hosts are refused unless --pass names them. WECHATPAY_SANDBOX_* tell it who it is. Signals, standard input and
    the exit code go through; what happened is told at the end, on stderr.
    """
    if shop_port is not None:
        given["notify_map"] = {"*": f"http://127.0.0.1:{shop_port}", **given["notify_map"]}
    https_port = HTTPS if java_hosts and _free(HTTPS) else 0
    if java_hosts and not https_port and not quiet:
        click.echo(WITHOUT_443, err=True)
    java_names = looked_up(given["passed"]) if java_hosts else None
    given["passed"] = (*given["passed"], *(java_names or {}).values())
    clock = "virtual" if virtual else "real"
    settings = Settings(port=port, https_port=https_port, proxy_port=0, clock=clock, **given)
    refuse_genuine(command, os.environ)
    try:
        told = asyncio.run(_run(settings, list(command), java_names, quiet=quiet))
    except (PortTaken, StoreError, AuthorityError) as error:
        raise Trouble(str(error)) from None
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(told)) + b"\n")
    if not quiet:
        say(told)
    sys.exit(told.exit_code)


async def _run(settings: Settings, command: list[str], java_names: dict[str, str] | None, *, quiet: bool) -> Outcome:
    async with Sandbox(settings) as box:
        await box.doors.context()  # what the child is to trust must be there before it
        with tempfile.TemporaryDirectory(prefix="wechatpay-sandbox-") as folder:
            environment = variables(box, Path(folder), os.environ, java_names)
            if not quiet:
                _announce(box)
            try:
                process = await asyncio.create_subprocess_exec(*command, env=environment)
            except OSError as error:
                click.echo(f"wechatpay-sandbox: {command[0]}: {error.strerror}", err=True)
                code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
                return outcome(box, shlex.join(command), code)
            with _signals_pass_to(process):
                async with contextlib.nullcontext() if quiet else login_hint(box):
                    code = await process.wait()
        await box.pipeline.considered(PATIENCE)
        return outcome(box, shlex.join(command), code if code >= 0 else SIGNALLED - code)


def _free(port: int) -> bool:
    """Whether this port of the machine's own address may be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _announce(box: Sandbox) -> None:
    merchant = next(iter(box.default.merchants))
    click.secho("wechatpay-sandbox: ", bold=True, nl=False, err=True)
    click.echo(f"the platform's hosts lead to {box.url}  console {box.url}/_sandbox/  mch_id {merchant}", err=True)


@contextlib.contextmanager
def _signals_pass_to(process: asyncio.subprocess.Process) -> Iterator[None]:
    """While the block lasts, what we are told the child is told; we end when it does.

    A key such as Ctrl-C signals everybody in the terminal's foreground, the child too: it is not told twice.
    """
    loop, handled = asyncio.get_running_loop(), []

    def heard(number: int) -> None:
        if number in (signal.SIGINT, signal.SIGQUIT) and _from_terminal():
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"):
        number = getattr(signal, name, None)
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C reaches both by itself
            if number is not None:
                loop.add_signal_handler(number, heard, number)
                handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


def _from_terminal() -> bool:
    """Whether we stand in the foreground of a terminal."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
