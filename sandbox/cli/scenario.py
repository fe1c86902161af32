"""`wechatpay-sandbox scenario`: tell stories to a shop and give a verdict on each."""

import asyncio
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.document import Mistake, scalar
from sandbox.app import verbs
from sandbox.cli.display import Trouble, json_option, language_option, say_json, say_table
from sandbox.cli.merchant import merchant_of, sandbox_for
from sandbox.cli.scenario_init import init
from sandbox.platform.faults import faults
from sandbox.scenario import loader, reports, shelf
from sandbox.scenario.language import Scenario, Vocabulary
from sandbox.scenario.markdown import markdown as as_markdown
from sandbox.scenario.page import page
from sandbox.scenario.runner import Manner, Runner, Tale, tellings
from sandbox.scenario.schema import schema as json_schema
from sandbox.scenario.selection import BadExpression, chosen_by, share
from sandbox.scenario.verdict import Verdict

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def scenario() -> None:
    """Tell stories to a shop, the bundled one or your own, and get a verdict on each."""


@scenario.command()
@click.argument("what", nargs=-1, metavar="[NAME|FILE|FOLDER]...")
@click.option("--merchant", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Adapter of your shop.")
@click.option("--sandbox", "sandbox_url", metavar="URL", help="A running sandbox; without it, one is started.")
@click.option("--token", envvar="SANDBOX_TOKEN", default="", help="Token of the running sandbox.")
@click.option("-k", "expression", metavar="EXPR", help="Only stories like this: 'refund and not v3'.")
@click.option("--shard", metavar="I/N", help="Only the Ith of N shares, for machines side by side.")
@click.option("--repeat", type=click.IntRange(1), default=1, metavar="N", help="Tell each story N times.")
@click.option("--jobs", "-j", type=click.IntRange(1), help="Stories told side by side.  [default: two a processor]")
@click.option("--api", type=click.Choice(["v2", "v3"]), help="Tell stories in this API only.  [default: in each]")
@click.option("--seed", metavar="SEED", help="Instead of each story's own, as a failure has printed it.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the stories.")
@click.option("--flaw", "flaws", multiple=True, metavar="NAME", help="Start the shop with this mistake.")
@click.option("--controls", is_flag=True, help="Run each story against its own flaw; good when every one fails.")
@click.option("--junit", type=FILE, help="Write JUnit XML.")
@click.option("--html", type=FILE, help="Write one page with a timeline of each story.")
@click.option("--markdown", type=FILE, help="Write Markdown, for a job's summary.")
@language_option
@json_option
def run(
    what: tuple[str, ...],
    merchant: Path | None,
    sandbox_url: str | None,
    token: str,
    expression: str | None,
    shard: str | None,
    repeat: int,
    jobs: int | None,
    api: Dialect | None,
    seed: str | None,
    settings: tuple[str, ...],
    flaws: tuple[str, ...],
    controls: bool,
    junit: Path | None,
    html: Path | None,
    markdown: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Tell stories: the shipped ones by name, or files and folders of your own; all shipped ones when none is named."""
    if controls and flaws:
        raise click.UsageError("--controls names each story's own flaw: leave --flaw out")
    shop = merchant_of(merchant)
    given = _parameters(settings)
    try:
        stories = _stories(what, shop)
        tales = [
            told
            for file, story in stories
            for tale in _tales(file, story, flaws, controls, seed)
            for told in tellings(tale, shop, given)
            if api in (None, told.dialect)
        ]
        tales = _chosen(tales, expression, shard) * repeat
    except (Mistake, shelf.NotFound, BadExpression) as error:
        raise Trouble(str(error)) from None
    watch = _silent if as_json else _show_outcome if controls else _show
    options = f"--merchant {shlex.quote(str(merchant))}" if merchant else ""
    manner = Manner(watchful=html is not None, options=options)
    verdicts = asyncio.run(_run(shop, sandbox_url, token, tales, manner, watch, jobs or 2 * (os.cpu_count() or 1)))
    if junit is not None:
        junit.write_bytes(reports.junit(verdicts, shop.name))
    if html is not None:
        html.write_text(page(verdicts, shop.name, lang), encoding="utf-8")
    if markdown is not None:
        markdown.write_text(as_markdown(verdicts, shop.name, lang), encoding="utf-8")
    if as_json:
        click.echo(reports.as_json(verdicts))
    else:
        click.echo("\n" + reports.table(verdicts, lang))
    if controls:
        _judge_controls(verdicts)
    elif not all(verdict.good for verdict in verdicts):
        sys.exit(1)


@scenario.command("list")
@language_option
@json_option
def list_(lang: str, as_json: bool) -> None:
    """The shipped stories."""
    try:
        stories = [(shelf.group(file), story) for file, story in _stories((), None)]
    except Mistake as error:
        raise Trouble(str(error)) from None
    if as_json:
        say_json(
            [
                {
                    "name": story.name,
                    "folder": folder,
                    "summary": story.summary,
                    "dialects": story.dialects,
                    "flaw": story.flaws(),
                }
                for folder, story in stories
            ]
        )
    else:
        rows = [
            (folder, story.name, ", ".join(story.dialects), getattr(story.summary, lang), ", ".join(story.flaws()))
            for folder, story in stories
        ]
        say_table(rows, ("FOLDER", "NAME", "API", "SUMMARY", "CONTROL"))


scenario.add_command(init)


@scenario.command()
def schema() -> None:
    """The JSON Schema of a scenario file, for your editor."""
    click.echo(json.dumps(json_schema(vocabulary()), ensure_ascii=False, indent=2))


def vocabulary() -> Vocabulary:
    """The words that this sandbox adds to the language."""
    return Vocabulary(faults(), {name: verb.args for name, verb in verbs().items()})


def _stories(what: Sequence[str], shop: Adapter | None) -> list[tuple[Path, Scenario]]:
    words = vocabulary()
    steps = shop.shop_steps() if shop else None
    return [(file, loader.load(file, words, steps)) for file in shelf.find(what)]


def _tales(file: Path, story: Scenario, flaws: tuple[str, ...], controls: bool, seed: str | None) -> list[Tale]:
    switched = [(flaw,) for flaw in story.flaws()] if controls else [flaws]
    return [Tale(str(file), story, flaws=some, seed=seed) for some in switched]


def _chosen(tales: list[Tale], expression: str | None, shard: str | None) -> list[Tale]:
    """Those that are asked for. Raises BadExpression."""
    if expression is not None:
        test = chosen_by(expression)
        tales = [
            tale for tale in tales if test(f"{shelf.group(tale.file)}/{tale.scenario.name} {tale.case} {tale.dialect}")
        ]
    return tales if shard is None else share(tales, shard)


def _parameters(texts: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE, with values as a story's file would have them."""
    given: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise click.UsageError(f"--set: expected NAME=VALUE, came {text!r}")
        given[name] = scalar(value)
    return given


async def _run(
    shop: Adapter,
    sandbox_url: str | None,
    token: str,
    tales: Sequence[Tale],
    manner: Manner,
    watch: Callable[[Verdict], None],
    jobs: int,
) -> list[Verdict]:
    secure = any(tale.scenario.door == "https" for tale in tales)
    async with sandbox_for(sandbox_url or shop.sandbox, token, secure=secure, doors=shop.doors) as (connect, door):
        return await Runner(shop, connect, door, manner).run(tales, watch, jobs)


def _show(verdict: Verdict) -> None:
    _show_outcome(verdict)
    if not verdict.good:
        click.echo(reports.failure(verdict))


def _show_outcome(verdict: Verdict) -> None:
    click.echo(reports.progress(verdict))


def _silent(verdict: Verdict) -> None:
    """Says nothing: the result is one JSON document."""


def _judge_controls(verdicts: Sequence[Verdict]) -> None:
    blind = [
        f"{verdict.title} +{verdict.flaws[0]}: {verdict.outcome}" for verdict in verdicts if verdict.outcome != "failed"
    ]
    if blind:
        click.echo(f"did not fail against their control: {', '.join(blind)}", err=True)
        sys.exit(1)
    click.echo(f"all {len(verdicts)} failed against their control, as they must", err=True)
