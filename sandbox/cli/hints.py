"""What a running sandbox tells a newcomer when it sees a mistake that has a setting for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import click

from sandbox.app import Sandbox
from sandbox.errors import login
from sandbox.platform.journal import Event

LOGIN_HINT = (
    "a login code was refused; to let any code in, those of the real DevTools too: "
    'PATCH {url}/_sandbox/settings {{"login.codes": "any"}}'
)


@asynccontextmanager
async def login_hint(box: Sandbox) -> AsyncIterator[None]:
    """While the block lasts: say once, at the first code that is refused, how to accept any."""
    watching = asyncio.create_task(_watch(box))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch(box: Sandbox) -> None:
    async with box.watchers.listen(_login) as events:
        async for event in events:
            tenant = box.tenants.get(event.tenant)
            exchange = None if tenant is None else tenant.journal.find(int(event.id))
            if exchange is not None and exchange.problem == login.CODE_INVALID.name:
                click.secho(LOGIN_HINT.format(url=box.url), fg="yellow", err=True)
                return


def _login(event: Event) -> bool:
    return event.kind == "exchange" and "/jscode2session" in event.text
