"""The courier: carries one notification to one URL, to loopback and private addresses unless allowed further."""

import asyncio
import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

MAX_ANSWER = 64 * 1024  # bytes of the merchant's answer that are read


class Answer(NamedTuple):
    """What the merchant said, or why nothing came: `failure` is empty when there is a status."""

    url: str
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
        found = await self._inner.resolve(host, port, family)
        for one in found:
            if not is_local(one["host"]):
                raise _NotLocal(host)
        return found

    async def close(self) -> None:
        """Nothing is held."""


def is_local(address: str) -> bool:
    """Whether an IP address is loopback or private."""
    ip = ipaddress.ip_address(address)
    return ip.is_loopback or ip.is_private or ip.is_link_local


def mapped(url: str, prefixes: dict[str, str]) -> str:
    """`url` with the longest matching prefix replaced; path and query stay."""
    for prefix in sorted(prefixes, key=len, reverse=True):
        rest = url[len(prefix) :]
        if url.startswith(prefix) and (not rest or rest[0] in "/?#" or prefix.endswith("/")):
            return prefixes[prefix].rstrip("/") + (rest if not prefix.endswith("/") else f"/{rest}")
    return url


class Courier:
    """Carries notifications; at most `in_flight` at once."""

    def __init__(self, *, in_flight: int = 64) -> None:
        self._slots = asyncio.Semaphore(in_flight)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def carry(
        self,
        url: str,
        headers: dict[str, str],
        body: bytes,
        *,
        seconds: float,
        prefixes: dict[str, str],
        allow_public: bool,
        verify_tls: bool,
    ) -> Answer:
        """POST once. `seconds` is real time for the whole answer. Never raises for what the merchant does."""
        target = mapped(url, prefixes)
        refusal = _refusal(url, target, allow_public)
        if refusal:
            return Answer(target, failure=refusal)
        if target != url:
            headers = {**headers, "Host": urlsplit(url).netloc}
        loop = asyncio.get_running_loop()
        async with self._slots:
            started = loop.time()
            answer = await self._post(target, headers, body, seconds, allow_public, verify_tls)
            return answer._replace(took=round((loop.time() - started) * 1000))

    async def _post(
        self, url: str, headers: dict[str, str], body: bytes, seconds: float, allow_public: bool, verify_tls: bool
    ) -> Answer:
        try:
            async with (
                asyncio.timeout(seconds),
                self._session(allow_public).post(
                    url, data=body, headers=headers, allow_redirects=False, ssl=verify_tls
                ) as response,
            ):
                answer = await response.content.read(MAX_ANSWER)
                while len(answer) < MAX_ANSWER and (more := await response.content.read(MAX_ANSWER - len(answer))):
                    answer += more
                return Answer(url, response.status, dict(response.headers), answer)
        except TimeoutError:
            return Answer(url, failure=f"no answer within {seconds:g} s of real time: acknowledge first, work later")
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.__cause__, _NotLocal) or isinstance(error.os_error, _NotLocal):
                return Answer(url, failure=_public(url, url))
            return Answer(url, failure=f"the host of {url} is not known: {error.os_error}")
        except aiohttp.ClientConnectorCertificateError as error:
            return Answer(url, failure=f"the merchant's TLS certificate is not trusted: {error.certificate_error}")
        except aiohttp.ClientConnectorError as error:
            return Answer(url, failure=f"nothing listens at {url}: {error.os_error.strerror or error.os_error}")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(url, failure=f"the merchant's answer is no HTTP: {type(error).__name__}: {error}")

    def _session(self, allow_public: bool) -> aiohttp.ClientSession:
        session = self._sessions.get(allow_public)
        if session is None:
            connector = aiohttp.TCPConnector(limit=0, resolver=None if allow_public else _LocalResolver())
            session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                skip_auto_headers=("Accept-Encoding",),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
            self._sessions[allow_public] = session
        return session

    async def close(self) -> None:
        """Hang up."""
        for session in self._sessions.values():
            await session.close()


def _refusal(url: str, target: str, allow_public: bool) -> str:
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{target} is no http or https URL"
    try:
        local = allow_public or is_local(parts.hostname)
    except ValueError:
        return ""  # a name: the resolver decides
    return "" if local else _public(url, target)


def _public(url: str, target: str) -> str:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    return (
        f"{target} is a public address and an offline sandbox does not post to the internet: "
        f"add --notify-map {origin}=http://127.0.0.1:3000 (the address of your server)"
    )
