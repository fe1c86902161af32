"""The merchant driver: performs `merchant.*` steps on a shop over HTTP, as its adapter says."""

import asyncio
import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter, Call

ANSWER_SECONDS = 30.0
GOOD, BAD = 200, 500
"""How a command's exit code reads where a status is expected."""


class Unanswered(Exception):
    """The shop could not be asked, or gave no answer."""


class Answer(msgspec.Struct, frozen=True):
    """What the shop said."""

    request: str
    http: int
    body: Any
    named: dict[str, Any] = {}

    @property
    def ok(self) -> bool:
        """Whether the status says so."""
        return 200 <= self.http < 300

    def facts(self) -> dict[str, Any]:
        """What expectations look at: the JSON object, what the adapter named, `ok` (2xx) and `http` (the status)."""
        body = self.body if isinstance(self.body, dict) else {"body": self.body}
        return {**body, **self.named, "ok": self.ok, "http": self.http}

    def short(self) -> str:
        """For a timeline."""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)
        return f"{self.http} {text if len(text) <= 160 else text[:157] + '...'}"


class Driver:
    """Speaks to one shop in one story; `memory` is the story's and is added to. Its commands have the shop's `env`."""

    def __init__(
        self,
        adapter: Adapter,
        url: str,
        session: aiohttp.ClientSession,
        memory: dict[str, Any],
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._env = env
        self._adapter = adapter
        self._url = url.rstrip("/")
        self._session = session
        self._memory = memory

    async def ask(self, step: str, arguments: Mapping[str, Any]) -> Answer:
        """Perform a step and remember what its adapter saves of a good answer.

        Raises Unanswered, or placeholders.Unknown when the story has not got so far.
        """
        call = self._adapter.steps[step]
        if call.run:
            folder = self._adapter.folder / self._adapter.cwd
            answer = await perform(call, arguments, self._memory, folder, self._env)
        else:
            answer = await send(call, arguments, self._memory, self._session, self._url)
        if answer.ok:
            self._memory.update(answer.named)
        return answer


async def send(
    call: Call, arguments: Mapping[str, Any], memory: Mapping[str, Any], session: aiohttp.ClientSession, url: str
) -> Answer:
    """One request to the shop at `url`. Raises Unanswered, placeholders.Unknown."""
    path = placeholders.fill(call.path, arguments, memory)
    options: dict[str, Any] = {"headers": dict(placeholders.fill(call.headers, arguments, memory))}
    if call.bearer is not None:
        options["headers"]["Authorization"] = f"Bearer {placeholders.fill(call.bearer, arguments, memory)}"
    if call.json is not None:
        options["json"] = placeholders.fill(call.json, arguments, memory)
    if call.form is not None:
        form = placeholders.fill(call.form, arguments, memory)
        options["data"] = {name: str(value) for name, value in form.items()}
    request = f"{call.method} {path}"
    try:
        async with session.request(
            call.method, url + path, timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS), **options
        ) as response:
            body = _body(await response.read())
            return Answer(request, response.status, body, call.read(body))
    except TimeoutError:
        raise Unanswered(f"{request}: no answer from {url} within {ANSWER_SECONDS:.0f} s") from None
    except aiohttp.ClientError as error:
        raise Unanswered(f"{request}: {url} does not answer: {error}") from None


async def perform(
    call: Call, arguments: Mapping[str, Any], memory: Mapping[str, Any], folder: Path, env: Mapping[str, str] | None
) -> Answer:
    """One command in `folder`: what it prints is the answer, and its exit code says whether it is a good one.

    Raises Unanswered, placeholders.Unknown.
    """
    words = [str(placeholders.fill(word, arguments, memory)) for word in shlex.split(call.run)]
    request = shlex.join(words)
    try:
        process = await asyncio.create_subprocess_exec(
            *words, cwd=folder, env=env, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise Unanswered(f"cannot run {request}: {error.strerror}") from None
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            said, complaint = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Unanswered(f"{request}: not done within {ANSWER_SECONDS:.0f} s") from None
    body = _body(said if process.returncode == 0 else complaint or said)
    return Answer(request, GOOD if process.returncode == 0 else BAD, body, call.read(body))


def _body(raw: bytes) -> Any:
    text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
