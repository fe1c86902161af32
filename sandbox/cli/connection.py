"""The running sandbox that a command talks to: where it is, which tenant, with what token."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, TypeVar

import click
import msgspec

from sandbox.cli.display import Trouble
from sandbox.config import HTTP_PORT
from sandbox.control.client import Arguments, ControlClient, ControlError
from sandbox.platform.identities import DEFAULT

F = TypeVar("F", bound=Callable[..., Any])

HERE = f"http://127.0.0.1:{HTTP_PORT}"


class Connection(msgspec.Struct, frozen=True):
    """What --url, --tenant and --token said."""

    url: str
    tenant: str
    token: str

    def ask(self, verb: str, args: Arguments = None) -> dict[str, Any]:
        """Do one verb. Raises Trouble when it cannot be done."""

        async def once() -> dict[str, Any]:
            async with self.open() as control:
                return await control.call(verb, args)

        return asyncio.run(once())

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ControlClient]:
        """The tenant's control API; what it refuses leaves the block as Trouble."""
        try:
            async with ControlClient(self.url, tenant=self.tenant, token=self.token) as control:
                yield control
        except ControlError as error:
            raise Trouble(str(error)) from None


def connected(command: F) -> F:
    """Adds --url, --tenant and --token, and hands them over as `connection`."""

    @click.option("--url", envvar="WECHATPAY_SANDBOX_URL", default=HERE, show_default=True, help="The running sandbox.")
    @click.option("--tenant", default=DEFAULT, show_default=True, metavar="ID", help="Whose world.")
    @click.option("--token", envvar="SANDBOX_TOKEN", default="", help="The token that the sandbox was started with.")
    @wraps(command)
    def with_connection(*args: Any, url: str, tenant: str, token: str, **more: Any) -> Any:
        return command(*args, connection=Connection(url, tenant, token), **more)

    return with_connection  # type: ignore[return-value]
