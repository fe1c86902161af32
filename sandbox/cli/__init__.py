"""The command line: one module a command, imported when that command is asked for."""

import importlib
import io
import sys

import click

from sandbox import __version__

# In the order in which a newcomer meets them. Module and command have the same name.
COMMANDS = (
    "demo",
    "run",
    "serve",
    "scenario",
    "audit",
    "pay",
    "refund",
    "clock",
    "notify",
    "rules",
    "logs",
    "explain",
    "errors",
    "endpoints",
    "credentials",
)


class Commands(click.Group):
    """Finds a command by its module, so that `serve` does not pay for what the others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None when there is none of this name; click then answers with its did-you-mean."""
        if cmd_name not in COMMANDS:
            return None
        found = getattr(importlib.import_module(f"sandbox.cli.{cmd_name}"), cmd_name)
        assert isinstance(found, click.Command)
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wechatpay-sandbox")
def main() -> None:
    """WeChat Pay on a laptop: login, payment gateway, phone and notifications, offline.

    `demo` shows the whole flow once; `run -- COMMAND` starts your own back end; `serve` runs the sandbox alone.
    Exit codes: 0 good, 1 the answer is bad, 2 it could not be asked.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese must not end the program.
            stream.reconfigure(errors="replace")
