"""What happened while a program ran: requests, refusals with their diagnosis, notifications never acknowledged."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import click
import msgspec

from sandbox.app import Sandbox
from sandbox.domain.delivery import Delivery
from sandbox.platform.journal import Diagnosis, Exchange

SHOWN = 10  # refusals, and notifications
WIDE = 100  # characters of the command
NOTHING_CAME = (
    "    if it called the platform, its client looks at neither proxy variables nor our scripts: docs/doors.md says"
    " which are not covered, and for Java there is --java-hosts"
)


class Refused(msgspec.Struct, frozen=True):
    """A request that was refused, or a host that the proxy did not let through."""

    id: int
    method: str
    target: str
    status: int
    problem: str
    said: str
    diagnosis: Diagnosis | None


class Missed(msgspec.Struct, frozen=True):
    """A notification that nobody acknowledged."""

    event: str
    subject: str
    url: str
    attempts: int
    last: str  # what became of the last attempt


class Outcome(msgspec.Struct, frozen=True):
    """All of it. The journal keeps the last thousand exchanges of a tenant."""

    command: str
    exit_code: int
    requests: dict[str, int]  # endpoint -> how often
    refused: list[Refused]
    notifications: int
    never_acknowledged: list[Missed]


def outcome(box: Sandbox, command: str, exit_code: int) -> Outcome:
    """As journal and store have it now."""
    exchanges = sorted(_exchanges(box), key=lambda one: one.id)
    deliveries = list(_deliveries(box))
    return Outcome(
        command=command,
        exit_code=exit_code,
        requests=dict(Counter(one.endpoint for one in exchanges if one.endpoint).most_common()),
        refused=[
            Refused(one.id, one.method, one.target, one.status, one.problem, one.said, one.diagnosis)
            for one in exchanges
            if one.problem
        ],
        notifications=len(deliveries),
        never_acknowledged=[_missed(one) for one in deliveries if not one.acknowledged],
    )


def say(told: Outcome) -> None:
    """On stderr, so that the program's own output stays alone on stdout."""
    click.secho("wechatpay-sandbox: ", bold=True, nl=False, err=True)
    command = " ".join(told.command.split())
    shown = command if len(command) <= WIDE else f"{command[: WIDE - 1]}…"
    click.echo(f"{shown} ended with {told.exit_code}", err=True)
    calls = ", ".join(f"{count} {name}" for name, count in told.requests.items()) or "none"
    click.echo(f"  requests       {calls}", err=True)
    if not told.requests and not told.refused:
        click.echo(NOTHING_CAME, err=True)
    if told.refused:
        click.echo(f"  refused        {len(told.refused)}", err=True)
    for one in told.refused[-SHOWN:]:
        click.echo(f"    {one.method} {one.target}  ", nl=False, err=True)
        click.secho(one.problem, fg="red", err=True)
        if one.diagnosis is not None:
            click.secho(f"      {one.diagnosis.summary}", fg="yellow", err=True)
            click.echo(f"      {one.diagnosis.fix}", err=True)
    if told.notifications:
        missed = told.never_acknowledged
        click.echo(f"  notifications  {told.notifications}, never acknowledged {len(missed)}", err=True)
        for lost in islice(missed, SHOWN):
            tried = f"{lost.attempts} attempt(s){', the last: ' if lost.last else ''}{lost.last}"
            click.echo(f"    {lost.event} of {lost.subject} to {lost.url}: {tried}", err=True)


def _missed(delivery: Delivery) -> Missed:
    last = delivery.attempts[-1] if delivery.attempts else None
    why = "" if last is None else f"{last.verdict} {last.reason}".strip()
    return Missed(delivery.event, delivery.subject, delivery.url, len(delivery.attempts), why)


def _exchanges(box: Sandbox) -> Iterator[Exchange]:
    yield from box.tenants.unclaimed
    for tenant in box.tenants:
        yield from tenant.journal


def _deliveries(box: Sandbox) -> Iterator[Delivery]:
    for tenant in box.tenants:
        with tenant.transaction() as tx:
            yield from tx.deliveries()
