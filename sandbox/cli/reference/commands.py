"""The commands with their arguments, options and variables."""

from collections.abc import Iterator

import click

from sandbox.cli import main
from sandbox.cli.reference.markdown import code, table

INTRODUCTION = """# Commands

`wechatpay-sandbox COMMAND`, or `python -m sandbox COMMAND`. Each explains itself with `--help`; those that print a
result take `--json`; `--version` says which release this is. Exit codes: 0 good, 1 the answer is bad (a story failed,
nothing was paid), 2 the command could not be carried out.
"""
FROM_ENVIRONMENT = {"lang": "as `LANG` says"}
"""Defaults that depend on who asks: the page must not."""


def page() -> str:
    """Every command, groups before their members."""
    return INTRODUCTION + "".join(_section(names, command) for names, command in commands() if len(names) > 1)


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The tree of commands, each with the words one types for it."""
    yield from _below(("wechatpay-sandbox",), main)


def _below(names: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield names, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _below((*names, name), found)


def _section(names: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(names))
    usage = " ".join([" ".join(names), *command.collect_usage_pieces(context)])
    parts = [f"\n{'#' * len(names)} {names[-1]}\n", f"`{usage}`\n", _prose(command.help or "")]
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        parts.append(
            table(("option", "variable", "default", "what"), [_option(one, context) for one in options]) + "\n"
        )
    return "\n".join(parts)


def _option(option: click.Option, context: click.Context) -> tuple[str, ...]:
    metavar = "" if option.is_flag else f" {option.make_metavar(context)}"
    names = ", ".join([*option.opts, *option.secondary_opts])
    variable = option.envvar if isinstance(option.envvar, str) else ""
    value = ""
    if option.show_default:
        value = FROM_ENVIRONMENT.get(option.name or "", code(option.get_default(context)))
    return code(names + metavar), code(variable), value, option.help or ""


def _prose(help: str) -> str:
    """Help as prose; paragraphs that click must not wrap are code."""
    parts = []
    for paragraph in help.split("\n\n"):
        kept = paragraph.strip("\n")
        if kept.startswith("\b"):
            lines = kept.removeprefix("\b").strip("\n")
            parts.append(f"```\n{lines}\n```")
        else:
            parts.append(" ".join(kept.split()).replace("<", "&lt;").replace("*", "\\*"))
    return "\n\n".join(parts) + "\n"
