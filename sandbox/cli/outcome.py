"""What happened while a program ran: requests, refusals with their diagnosis, notifications never acknowledged."""

from collections import Counter
from collections.abc import Iterable

import click

from sandbox.app import Sandbox
from sandbox.domain.delivery import Delivery
from sandbox.platform.journal import Exchange

SHOWN = 10  # refusals, and notifications


def say_outcome(box: Sandbox, command: str, code: int) -> None:
    """On stderr, so that the program's own output stays alone on stdout."""
    exchanges = sorted(_exchanges(box), key=lambda one: one.id)
    refused = [one for one in exchanges if one.problem]
    click.secho("wechatpay-sandbox: ", bold=True, nl=False, err=True)
    click.echo(f"{command} ended with {code}", err=True)
    answered = Counter(one.endpoint for one in exchanges if one.endpoint)
    calls = ", ".join(f"{count} {name}" for name, count in answered.most_common()) or "no request came"
    click.echo(f"  requests       {calls}", err=True)
    if refused:
        click.echo(f"  refused        {len(refused)}", err=True)
    for one in refused[-SHOWN:]:
        _say_refusal(one)
    deliveries = list(_deliveries(box))
    if deliveries:
        missed = [one for one in deliveries if not one.acknowledged]
        click.echo(f"  notifications  {len(deliveries)}, never acknowledged {len(missed)}", err=True)
        for delivery in missed[:SHOWN]:
            _say_missed(delivery)


def _exchanges(box: Sandbox) -> Iterable[Exchange]:
    yield from box.tenants.unclaimed
    for tenant in box.tenants:
        yield from tenant.journal


def _deliveries(box: Sandbox) -> Iterable[Delivery]:
    for tenant in box.tenants:
        with tenant.transaction() as tx:
            yield from tx.deliveries()


def _say_refusal(one: Exchange) -> None:
    click.echo(f"    {one.method} {one.target}  ", nl=False, err=True)
    click.secho(one.problem, fg="red", err=True)
    if one.diagnosis is not None:
        click.secho(f"      {one.diagnosis.summary}", fg="yellow", err=True)
        if one.diagnosis.fix:
            click.echo(f"      {one.diagnosis.fix}", err=True)


def _say_missed(delivery: Delivery) -> None:
    tried = f"{len(delivery.attempts)} attempt(s)"
    last = delivery.attempts[-1] if delivery.attempts else None
    why = "" if last is None else f", the last: {last.verdict} {last.reason}".rstrip()
    click.echo(f"    {delivery.event} of {delivery.subject} to {delivery.url}: {tried}{why}", err=True)
