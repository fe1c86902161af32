"""The courier: carries one notification to one URL, once."""

import asyncio
import os
import socket
from typing import NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sandbox.domain.settings import Notify
from sandbox.notifier.destination import advice, as_written, host_header, mapped, public, refusal
from sandbox.protocol.local import is_local

MAX_ANSWER = 64 * 1024  # bytes of the merchant's answer that are read
RESOLVE_SECONDS = 3.0  # without a network some resolvers never answer


class Answer(NamedTuple):
    """What the merchant said, or why nothing came: `failure` is empty when there is a status."""

    url: str
    request_headers: dict[str, str]
    status: int | None = None
    headers: dict[str, str] = {}  # noqa: RUF012 a NamedTuple's default is never shared for writing
    body: bytes = b""
    failure: str = ""
    took: int = 0  # real ms


class _NotLocal(OSError):
    """The name leads away from this machine and its private network."""


class _LocalResolver(AbstractResolver):
    """Resolves names, and refuses the public ones after resolving: what is checked is what is connected to."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host`. Raises OSError."""
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await self._inner.resolve(host, port, family)
        except TimeoutError:
            raise OSError("the name server does not answer") from None
        if not all(is_local(one["host"]) for one in found):
            raise _NotLocal(host)
        return found

    async def close(self) -> None:
        """Nothing is held."""


class Courier:
    """Carries notifications; at most `in_flight` at once."""

    def __init__(self, *, in_flight: int = 64) -> None:
        self._slots = asyncio.Semaphore(in_flight)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def carry(
        self, url: str, headers: dict[str, str], body: bytes, *, notify: Notify, prefixes: dict[str, str]
    ) -> Answer:
        """POST once to where `prefixes` map `url`. Never raises for what the merchant does."""
        target = mapped(url, prefixes)
        said = Answer(target, headers)
        objection = refusal(url, target, allow_public=notify.allow_public)
        if objection:
            return said._replace(failure=objection)
        if target != url:
            said = said._replace(request_headers={**headers, "Host": host_header(url)})
        loop = asyncio.get_running_loop()
        async with self._slots:
            started = loop.time()
            try:
                answer = await self._post(said, body, notify)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                answer = said._replace(failure=_failure(url, target, error, notify.timeout))
            return answer._replace(took=round((loop.time() - started) * 1000))

    async def _post(self, said: Answer, body: bytes, notify: Notify) -> Answer:
        async with (
            asyncio.timeout(notify.timeout),
            self._session(notify.allow_public).post(
                as_written(said.url),
                data=body,
                headers=said.request_headers,
                allow_redirects=False,
                ssl=notify.verify_tls,
            ) as response,
        ):
            answer = b""
            while len(answer) < MAX_ANSWER and (more := await response.content.read(MAX_ANSWER - len(answer))):
                answer += more
            return said._replace(status=response.status, headers=dict(response.headers), body=answer)

    def _session(self, allow_public: bool) -> aiohttp.ClientSession:
        session = self._sessions.get(allow_public)
        if session is None:
            connector = aiohttp.TCPConnector(limit=0, resolver=None if allow_public else _LocalResolver())
            session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                skip_auto_headers=("Accept-Encoding", "Content-Type"),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
            self._sessions[allow_public] = session
        return session

    async def close(self) -> None:
        """Hang up."""
        for session in self._sessions.values():
            await session.close()


def _failure(url: str, target: str, error: Exception, seconds: float) -> str:
    """What went wrong, in words for the merchant's developer."""
    match error:
        case TimeoutError():
            return f"no answer within {seconds:g} s of real time: acknowledge first, work later"
        case aiohttp.ClientConnectorDNSError(os_error=_NotLocal()):
            return public(url, target)
        case aiohttp.ClientConnectorDNSError():
            return f"the host of {target} is not known ({error.os_error}); if it is a public one, {advice(url)}"
        case aiohttp.ClientConnectorCertificateError():
            return (
                f"the merchant's TLS certificate is not trusted ({error.certificate_error}): "
                "use http:// in the notify map, or set notify.verify_tls to false"
            )
        case aiohttp.ClientConnectorSSLError():
            return f"{target} does not speak TLS: {error.os_error}"
        case aiohttp.ClientConnectorError():
            why = os.strerror(error.os_error.errno) if error.os_error.errno else error.os_error
            return f"nothing listens at {target}: {why}"
        case aiohttp.ServerDisconnectedError() | ConnectionResetError():
            return "the merchant closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            return "the merchant's answer broke off"
        case _:
            return f"the merchant's answer is no HTTP: {type(error).__name__}: {error}"
