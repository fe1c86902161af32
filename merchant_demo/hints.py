"""Why the platform refused: the sandbox says it in a response header, which the real platform does not send."""

from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

HEADER = "Sandbox-Diagnosis"
hint: ContextVar[str] = ContextVar("hint", default="")
"""The last hint in the work on one request of a customer; empty where there was none."""


def listening() -> aiohttp.TraceConfig:
    """For a client session: keeps the hints of its answers."""
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_heard)
    return trace


async def _heard(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
) -> None:
    hint.set(end.response.headers.get(HEADER, ""))
