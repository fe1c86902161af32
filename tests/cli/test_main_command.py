"""The command line as a whole: what there is, and what it costs to ask for one command."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from sandbox import __version__
from sandbox.cli import COMMANDS, main


def test_help_lists_every_command() -> None:
    """Each with a sentence."""
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    listed = [line.split() for line in result.output.partition("Commands:")[2].splitlines() if line.strip()]
    assert [words[0] for words in listed] == list(COMMANDS)
    assert all(len(words) > 2 for words in listed)


def test_a_wrong_command_is_wrong_usage() -> None:
    """Exit code 2, on stderr."""
    result = CliRunner().invoke(main, ["serv"])

    assert result.exit_code == 2
    assert "No such command 'serv'" in result.stderr


def test_it_is_a_module_too() -> None:
    """python -m sandbox is the same program."""
    done = subprocess.run([sys.executable, "-m", "sandbox", "--version"], capture_output=True, text=True, check=True)

    assert __version__ in done.stdout


def test_serve_does_not_pay_for_the_others() -> None:
    """A process that serves v2 orders has neither YAML, templates, QR codes nor RSA in memory."""
    program = "import sys, sandbox.cli.serve; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    heavy = ["yaml", "jinja2", "cryptography", "sandbox.adapter", "sandbox.scenario", "sandbox.cli.demo"]
    done = subprocess.run([sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    named = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [leaf for name, inner in named if inner is not None for leaf in _leaves(inner, (*path, name))]


# These print no result: one runs until stopped, the next leaves stdout to the program and has --report, the last prints
# a JSON document in any case.
WITHOUT_JSON = {("serve",), ("run",), ("scenario", "schema")}


@pytest.mark.parametrize(("path", "command"), [pytest.param(*leaf, id=" ".join(leaf[0])) for leaf in _leaves(main)])
def test_every_result_can_be_had_as_json(path: tuple[str, ...], command: click.Command) -> None:
    """--json is on every command that prints one; every option says what it is for."""
    options = [param for param in command.params if isinstance(param, click.Option)]

    assert any("--json" in option.opts for option in options) is (path not in WITHOUT_JSON)
    assert [option.name for option in options if not option.help] == []


def test_a_terminal_without_chinese_is_no_obstacle() -> None:
    """What it cannot show is replaced."""
    command = [sys.executable, "-m", "sandbox", "errors", "--code", "ORDERPAID"]
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, capture_output=True, encoding="latin-1", env=env, check=False)

    assert done.returncode == 0, done.stderr
    assert "ORDERPAID ??????" in done.stdout
