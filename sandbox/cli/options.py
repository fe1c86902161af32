"""The options of `serve`: one for each field of `Settings`, with the field's own default."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
import msgspec

from sandbox.config import HTTP_PORT, HTTPS_PORT, PROXY_PORT, Settings

F = TypeVar("F", bound=Callable[..., Any])


class Option(NamedTuple):
    """How a field is typed, and what it means."""

    help: str
    flag: str = ""  # where it is not the field's name
    metavar: str = ""


TEXTS = {
    "host": Option("Address to listen on."),
    "port": Option("Port of the gateway and the control API; 0 takes any free one."),
    "https_port": Option(
        "Port on which TLS is answered under the platform's host names; off closes it."
        "  [default: one above --port; any free one when that is 0]",
        metavar="PORT|off",
    ),
    "proxy_port": Option(
        "Port of the proxy on loopback that answers for the platform's hosts and refuses all others; off closes it."
        "  [default: two above --port; any free one when that is 0]",
        metavar="PORT|off",
    ),
    "passed": Option(
        "Host that the proxy lets through; .example.com all below it, * every one. May be repeated.", "--pass", "HOST"
    ),
    "data_dir": Option(
        "Where the TLS authority of this machine is kept.  [default: the user's data directory]", metavar="DIR"
    ),
    "store": Option("Where state is kept: in memory, or in an SQLite file that survives.", metavar="memory|FILE"),
    "clock": Option("Clock of the default tenant: real, realx60 (60 times as fast) or virtual."),
    "seed": Option("Seed of everything drawn by chance; without one it is drawn and printed."),
    "ready_file": Option(
        "Written once requests are answered: JSON with url, ports, the authority (ca), pid, version, seed.",
        metavar="FILE",
    ),
    "token": Option("Token for /_sandbox/, needed as soon as others can reach the sandbox."),
    "allow_hosts": Option("Host name under which /_sandbox/ may be reached besides loopback.", "--allow-host", "NAME"),
    "allow_origins": Option("Origin of a web page that may use /_sandbox/.", "--allow-origin", "ORIGIN"),
    "notify_map": Option(
        "Send notifications for URLs that begin with PREFIX to URL, keeping path, query and Host; * stands for every"
        " public one. May be repeated.",
        metavar="PREFIX=URL",
    ),
}


HTTP = ("http://", "https://")
HIGHEST = 65535
ABOVE = {"https_port": HTTPS_PORT - HTTP_PORT, "proxy_port": PROXY_PORT - HTTP_PORT}
"""The doors that `serve` opens unless told not to, and how far above the port for plain HTTP."""


def settings_options(*names: str) -> Callable[[F], F]:
    """Options for these fields of `Settings`, or for all; each has a variable too: SANDBOX_ and the option's name."""

    def decorate(command: F) -> F:
        for field in reversed(msgspec.structs.fields(Settings)):
            if field.name in TEXTS and field.name in (names or TEXTS):
                command = _option(field, TEXTS[field.name])(command)
        return command

    return decorate


def _option(field: msgspec.structs.FieldInfo, text: Option) -> Callable[[F], F]:
    flag = text.flag or "--" + field.name.replace("_", "-")
    more: dict[str, Any] = {"envvar": "SANDBOX_" + flag.removeprefix("--").replace("-", "_").upper()}
    if text.metavar:
        more["metavar"] = text.metavar
    if field.name == "port":
        more |= {"type": click.IntRange(0, HIGHEST), "default": field.default, "show_default": True}
    elif field.name in ABOVE:
        more |= {"callback": _door}
    elif field.name == "data_dir":
        more |= {"type": click.Path(file_okay=False, path_type=Path)}
    elif field.name == "store":
        more |= {"callback": _store, "default": "memory", "show_default": True}
    elif field.name == "notify_map":
        more |= {"callback": _mappings, "multiple": True}
    elif field.type == tuple[str, ...]:
        more |= {"multiple": True}
    elif field.type is str:
        more |= {"default": field.default, "show_default": bool(field.default)}
    else:
        more |= {"type": click.Path(dir_okay=False, path_type=Path)}
    return click.option(flag, field.name, help=text.help, **more)


def _door(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """None for the word off; where nothing is said, a port that follows from --port, which stands before."""
    if value == "off":
        return None
    if value is not None:
        if value.isdecimal() and int(value) <= HIGHEST:
            return int(value)
        raise click.BadParameter(f"{value}: expected a port from 0 to {HIGHEST}, or the word off", ctx, param)
    port = int(ctx.params["port"]) + ABOVE[param.name or ""]
    return port if ctx.params["port"] and port <= HIGHEST else 0


def _store(ctx: click.Context, param: click.Parameter, value: str) -> Path | None:
    """None for the word memory."""
    if value == "memory":
        return None
    path = Path(value)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise click.BadParameter(f"{value}: expected the word memory, or a file in a folder that exists", ctx, param)
    return path


def _mappings(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for value in values:
        prefix, _, url = value.partition("=")
        if not (prefix == "*" or prefix.startswith(HTTP)) or not url.startswith(HTTP):
            expected = "expected PREFIX=URL such as https://shop.example=http://127.0.0.1:3000, or *=URL"
            raise click.BadParameter(f"{value}: {expected}", ctx, param)
        found[prefix] = url
    return found
