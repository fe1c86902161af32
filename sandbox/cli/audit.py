"""`wechatpay-sandbox audit`: forged, replayed, altered and broken notifications, and what a merchant makes of them."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import click
import msgspec

from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Connect, ControlError
from sandbox.adapter.shop import ShopFailed
from sandbox.adapter.world import CredentialsTaken, TlsDoor
from sandbox.audit import terminal
from sandbox.audit.auditor import Finding, budget, chosen
from sandbox.audit.auditor import audit as put_to
from sandbox.audit.case import Ground
from sandbox.audit.families import families, probes
from sandbox.audit.ground import shop_ground, url_ground
from sandbox.audit.page import page
from sandbox.audit.probe import Probe
from sandbox.audit.range import Round, rounds, shoot
from sandbox.audit.ruling import Outcome
from sandbox.audit.sarif import sarif
from sandbox.audit.sender import OutOfBounds
from sandbox.cli.display import Trouble, json_option, language_option
from sandbox.cli.merchant import merchant_of, sandbox_for
from sandbox.platform.identities import DEFAULT

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


class Target(msgspec.Struct, frozen=True):
    """Whom to audit: a notify URL, or an adapter's shop with its flaws. `allowed` are hosts named by hand."""

    url: str | None
    file: Path | None
    adapter: Adapter
    flaws: tuple[str, ...]
    allowed: tuple[str, ...]
    tenant: str

    @property
    def name(self) -> str:
        """What reports say it is: the adapter's file, or the URL."""
        return self.url or (self.adapter.name if self.file is None else self.file.as_posix())


@click.command()
@click.argument("url", required=False)
@click.option("--merchant", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Adapter of your shop.")
@click.option("--api", type=click.Choice(["v2", "v3"]), help="Audit in this API only.  [default: in each]")
@click.option("-k", "only", metavar="TEXT", default="", help="Only probes whose name or family contains this.")
@click.option("--sandbox", "sandbox_url", metavar="URL", help="A running sandbox; without it, one is started.")
@click.option("--token", envvar="SANDBOX_TOKEN", default="", help="Token of the running sandbox.")
@click.option("--tenant", default=DEFAULT, show_default=True, help="Whose keys a bare URL is told with.")
@click.option("--allow-host", "allowed", multiple=True, metavar="HOST", help="A public host that is yours to probe.")
@click.option("--flaw", "flaws", multiple=True, metavar="NAME", help="Start the shop with this mistake.")
@click.option("--controls", is_flag=True, help="Audit the bundled shop with every mistake that a probe must find.")
@click.option("--jobs", "-j", type=click.IntRange(1, 8), default=2, show_default=True, help="Shops side by side.")
@click.option("--sarif", "sarif_file", type=FILE, help="Write SARIF 2.1.0, for code scanning.")
@click.option("--html", "html_file", type=FILE, help="Write one self-contained page.")
@click.option("--list", "listing", is_flag=True, help="List the probes.")
@language_option
@json_option
def audit(
    url: str | None,
    merchant: Path | None,
    api: Dialect | None,
    only: str,
    sandbox_url: str | None,
    token: str,
    tenant: str,
    allowed: tuple[str, ...],
    flaws: tuple[str, ...],
    controls: bool,
    jobs: int,
    sarif_file: Path | None,
    html_file: Path | None,
    listing: bool,
    lang: str,
    as_json: bool,
) -> None:
    """Attack a merchant's notify URL, and say whether it is safe.

    With an adapter (--merchant, or the bundled shop when nothing is named) the verdicts rest on what the shop answers
    and on its own orders; of a bare URL only the answers can be judged. Nothing leaves this machine and its private
    network, and no more is sent than is announced.
    """
    wanted = [one for one in probes() if only in one.name or only in one.family]
    if not wanted:
        raise click.UsageError(f"-k {only}: no probe and no family is called so; --list shows them")
    if listing:
        click.echo("\n".join(terminal.catalogue(families(), lang)))
        return
    if url is not None and (merchant is not None or flaws or controls):
        raise click.UsageError("name either a URL or a shop: --merchant, --flaw and --controls are about a shop")
    target = Target(url, merchant, merchant_of(merchant), flaws, allowed, tenant)
    try:
        if controls:
            _judge_controls(asyncio.run(_controls(target, wanted, api, sandbox_url, token, jobs)))
        else:
            findings = asyncio.run(_audit(target, wanted, api, sandbox_url, token, quiet=as_json))
            if sarif_file is not None:
                sarif_file.write_text(sarif(findings, target.name, lang), encoding="utf-8")
            if html_file is not None:
                html_file.write_text(page(families(), findings, target.name, lang), encoding="utf-8")
            _judge(findings, lang, as_json)
    except (OutOfBounds, ShopFailed, CredentialsTaken, ControlError) as error:
        raise Trouble(str(error)) from None


async def _audit(
    target: Target, wanted: Sequence[Probe], api: Dialect | None, sandbox_url: str | None, token: str, *, quiet: bool
) -> list[Finding]:
    spoken: tuple[Dialect, ...] = ("v2", "v3") if target.url else target.adapter.dialects
    running = sandbox_url or (None if target.url else target.adapter.sandbox)
    found: list[Finding] = []
    doors = target.url is None and target.adapter.doors
    async with sandbox_for(running, token, secure=False, doors=doors) as (connect, door):
        for dialect in spoken if api is None else (api,):
            put = chosen(wanted, dialect)
            async with _ground(target, connect, door if doors else None, dialect, budget(put)) as ground:
                if not quiet:
                    click.echo(
                        f"{len(put)} probes, at most {budget(put)} requests to {ground.sender.url} ({dialect})",
                        err=True,
                    )
                found += await put_to(ground, put, _Progress(len(put)) if not quiet else _silent)
    return found


def _ground(
    target: Target, connect: Connect, door: TlsDoor | None, api: Dialect, most: int
) -> AbstractAsyncContextManager[Ground]:
    if target.url is not None:
        return url_ground(target.url, connect, api, tenant=target.tenant, budget=most, allowed=target.allowed)
    return shop_ground(target.adapter, connect, api, budget=most, flaws=target.flaws, allowed=target.allowed, door=door)


async def _controls(
    target: Target, wanted: Sequence[Probe], api: Dialect | None, sandbox_url: str | None, token: str, jobs: int
) -> list[Round]:
    shops = [(flaw, dialect) for flaw, dialect in rounds(wanted) if api in (None, dialect)]

    def shown(one: Round) -> None:
        click.echo("\n".join(terminal.row(one)))

    async with sandbox_for(sandbox_url, token, secure=False) as (connect, _):
        return await shoot(shops, wanted, target.adapter, connect, jobs, shown)


class _Progress:
    """A counter on a terminal; nothing in a pipe."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shows = sys.stderr.isatty()

    def __call__(self, finding: Finding) -> None:
        self._done += 1
        if self._shows:
            end = "\n" if self._done == self._total else ""
            click.echo(f"\r  {self._done}/{self._total} {finding.probe.name:<40}{end}", nl=False, err=True)


def _silent(finding: Finding) -> None:
    """Says nothing: the result is one JSON document."""


def _judge(findings: Sequence[Finding], lang: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([one.facts() for one in findings], ensure_ascii=False, indent=2))
    else:
        click.echo(terminal.report(families(), findings, lang))
    if any(one.outcome in (Outcome.UNSAFE, Outcome.BROKEN) for one in findings):
        sys.exit(1)


def _judge_controls(rounds: Sequence[Round]) -> None:
    click.echo(terminal.total(rounds))
    if not all(one.good for one in rounds):
        sys.exit(1)
