"""`wechatpay-sandbox scenario init`: find out how a shop is driven, and write its adapter."""

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from sandbox.adapter.adapter import Adapter, Credentials, adapter_of
from sandbox.adapter.control import Connect, ControlError
from sandbox.adapter.document import Mistake, parse
from sandbox.adapter.merchant import Unanswered
from sandbox.adapter.shop import ShopFailed
from sandbox.adapter.stage import stage_of
from sandbox.adapter.survey import Asked, Stuck, Survey
from sandbox.adapter.world import CredentialsTaken, TlsDoor, world_of
from sandbox.app import verbs
from sandbox.cli.display import Trouble, json_option, say_json
from sandbox.cli.merchant import genuine_refused, sandbox_for
from sandbox.scenario import reports
from sandbox.scenario.draft import purchase, written
from sandbox.scenario.language import Vocabulary
from sandbox.scenario.runner import Runner, Tale
from sandbox.scenario.verdict import Verdict

CREDENTIALS = tuple(Credentials.__struct_fields__)
QUESTIONS = {
    "login": ("How does a payer log in?", "POST /login"),
    "order": ("How is an order made?", "POST /orders"),
    "status": ("How is an order looked at?", "GET /orders/{order_no}"),
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="my-shop.yaml")
@click.option("--start", metavar="COMMAND", help="Start the shop with this; {port} stands for its port.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", help="A variable for the shop that is started.")
@click.option("--doors", is_flag=True, help="Its SDK calls the platform's own hosts: start it as `run` does.")
@click.option("--ready", metavar="CALL", help="What it answers once it is up, such as 'GET /health'.")
@click.option("--url", help="Instead of --start: where the shop runs already.")
@click.option("--sandbox", "sandbox_url", metavar="URL", help="With --url: the sandbox that it is configured with.")
@click.option("--token", envvar="SANDBOX_TOKEN", default="", help="Token of that sandbox.")
@click.option("--credentials", metavar="JSON", help=f"With --url: who it believes it is ({', '.join(CREDENTIALS)}).")
@click.option("--api", type=click.Choice(["v2", "v3"]), default="v2", show_default=True, help="What it speaks.")
@click.option("--login", metavar="CALL", help="How a payer logs in, such as 'POST /api/login'.")
@click.option("--order", metavar="CALL", help="How an order is made, such as 'POST /api/orders'.")
@click.option("--status", metavar="CALL", help="How one is looked at, such as 'GET /api/orders/{order_no}'.")
@click.option("--refund", metavar="CALL", default="", help="How one is given back, if at all.")
@click.option("--order-json", default="{}", metavar="JSON", help='What every order must have, such as {"sku": 1}.')
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@json_option
def init(file: Path, force: bool, as_json: bool, **given: Any) -> None:
    """Find out how a shop is driven, and write its adapter to FILE (my-shop.yaml).

    Asks for what no option says. One purchase is made to see what the shop answers, and another through the adapter
    that was written, to see that it holds. What could not be found stands as comments in the file.
    """
    if file.exists() and not force:
        raise click.UsageError(f"{file} is there already: name another file, or pass --force")
    if bool(given["start"]) == bool(given["url"]):
        raise click.UsageError("expected either --start COMMAND or --url URL (of a shop that is running)")
    place = _place(file, given)
    asked = _asked(given)
    try:
        text, verdict, missing = asyncio.run(_draft(file, file.resolve().parent, place, asked, given["token"]))
    except (Stuck, Unanswered, ShopFailed, CredentialsTaken, ControlError, Mistake) as error:
        raise Trouble(str(error)) from None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    if as_json:
        say_json({"file": str(file), "holds": verdict.good, "missing": missing, "purchase": verdict})
    else:
        _say(file, verdict, missing)
    if not verdict.good:
        sys.exit(1)


def _say(file: Path, verdict: Verdict, missing: list[str]) -> None:
    click.echo(f"{file} is written.")
    for one in missing:
        click.echo(f"not found: {one}")
    if not verdict.good:
        click.echo(reports.failure(verdict))
        command = f"wechatpay-sandbox scenario run --merchant {file} happy-path"
        click.echo(f"the adapter does not hold yet: correct {file} by hand, and try {command}")
    else:
        click.echo(f"one purchase through it went well; now: wechatpay-sandbox scenario run --merchant {file}")


def _place(file: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The adapter\'s keys but for its steps. Raises UsageError."""
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    place: dict[str, Any] = {"name": name, "dialects": [given["api"]]}
    for key in ("start", "ready", "url", "doors"):
        place[key] = given[key]
    place["env"] = dict(text.partition("=")[::2] for text in given["env"])
    if given["url"]:
        if not given["sandbox_url"] or not given["credentials"]:
            raise click.UsageError("--url needs --sandbox and --credentials: the shop gets a tenant of just these")
        place["sandbox"] = given["sandbox_url"]
        place["credentials"] = _object("--credentials", given["credentials"])
    return place


def _asked(given: Mapping[str, Any]) -> Asked:
    """What the options say, and for the rest what is answered; without a terminal, what is usual."""
    calls = {}
    for name, (question, usual) in QUESTIONS.items():
        call = given[name] or (click.prompt(question, default=usual) if sys.stdin.isatty() else usual)
        calls[name] = call
    for name, call in {**calls, "refund": given["refund"]}.items():
        if call and not re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) /\S*", call):
            raise click.UsageError(f"--{name}: expected a method and a path such as POST /orders, came {call!r}")
    return Asked(**calls, refund=given["refund"], order_json=_object("--order-json", given["order_json"]))


def _object(option: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise click.UsageError(f"{option}: expected a JSON object, came {text!r}")
    return value


async def _draft(
    file: Path, folder: Path, place: dict[str, Any], asked: Asked, token: str
) -> tuple[str, Verdict, list[str]]:
    """Survey the shop, describe it, and make one purchase by that: the file's text, the verdict, what is missing."""
    plain = adapter_of(parse(written(place, {}, ()), str(file)), folder)
    genuine_refused(plain)
    async with sandbox_for(plain.sandbox, token, secure=False, doors=plain.doors) as (connect, door):
        survey = await _surveyed(plain, connect, door, asked)
        place["dialects"], place["notify_path"] = [survey.dialect], survey.notify_path
        text = written(place, survey.steps, survey.missing)
        drafted = adapter_of(parse(text, str(file)), folder)
        words = Vocabulary({}, {name: verb.args for name, verb in verbs().items()})
        story = purchase(words, tells_status="status" in survey.steps)
        verdict = await Runner(drafted, connect, door).tell(Tale(str(file), story, dialect=drafted.dialects[0]))
        return text, verdict, survey.missing


async def _surveyed(adapter: Adapter, connect: Connect, door: TlsDoor | None, asked: Asked) -> Survey:
    tenant = {"clock": "virtual"}
    async with (
        world_of(adapter, connect, tenant, door if adapter.doors else None) as world,
        stage_of(adapter, world, adapter.dialects[0]) as stage,
    ):
        survey = Survey(world.control, stage.shop.url, stage.session, asked)
        await survey.make()
        return survey
