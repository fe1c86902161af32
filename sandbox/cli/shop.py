"""The bundled shop as a process beside the sandbox, and its HTTP API."""

import asyncio
import json
import os
import re
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

HOST = "127.0.0.1"
_READY = re.compile(r"ready on (\S+)")
# A proxy named in the environment is not for this machine's own addresses.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ShopFailed(Exception):
    """The shop did not come up, or did not do what it was asked."""


class Shop:
    """The running shop; `token` is the session of whoever logged in last."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = ""

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One call. Raises ShopFailed with what the shop said."""
        return await asyncio.to_thread(self._ask, method, path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with _OPENER.open(request, timeout=30) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            with error:
                raise ShopFailed(
                    f"{method} {path}: HTTP {error.code} {error.read().decode(errors='replace')}"
                ) from None
        except (urllib.error.URLError, OSError) as error:
            raise ShopFailed(f"{method} {path}: the shop at {self.url} does not answer ({error})") from None


@asynccontextmanager
async def running_shop(port: int, credentials: Mapping[str, str]) -> AsyncIterator[Shop]:
    """The shop while the block lasts, with `WECHATPAY_SANDBOX_*` as `credentials`. Raises ShopFailed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "merchant_demo", "--host", HOST, "--port", str(port), "--store", "memory"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env={**inherited, **credentials},
    )
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        ready = _READY.search(line)
        if ready is None:
            # Without a line it has ended; waiting lets asyncio be the one who collects it.
            await (_end(process) if line else process.wait())
            raise ShopFailed(f"the shop did not start: {line.strip() or 'see its message above'}")
        yield Shop(ready[1])
    finally:
        await _end(process)


def port_or_any(port: int) -> int:
    """The port, or 0 (any free one) when somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
    return port


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(5):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
