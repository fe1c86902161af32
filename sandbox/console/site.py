"""Serves the console's frame and its files; it knows nothing of any tenant, so a page needs no token to be fetched."""

import asyncio
import mimetypes
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from sandbox.console import docs
from sandbox.console.languages import language
from sandbox.console.phone.site import PhonePage

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
BASE = "/_sandbox"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""No inline script or style, nothing from elsewhere, and no page of others around ours."""
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"}
_FILE = re.compile(r"/static/((?:[a-z0-9-]+/)*[a-z0-9-]+\.(?:js|css|svg))").fullmatch
_EXCHANGE = re.compile(r"/exchanges/(\d+)").fullmatch


class Site:
    """The console and the phone. `version` is the program's; pages of `origins` may show the phone in a frame."""

    def __init__(self, version: str, origins: Iterable[str] = ()) -> None:
        self._version = version
        self._phone = PhonePage(origins)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """A page or a file; None for what is not ours to answer."""
        if request.method not in ("GET", "HEAD"):
            return None
        if (answer := self._phone.answer(request)) is not None:
            return answer
        path = request.rel_url.raw_path.removeprefix(BASE) or "/"
        if found := _FILE(path):
            return self._file(HERE / "static" / found[1])
        if path == "/docs" or path.startswith("/docs/"):
            return await self._docs(path.removeprefix("/docs").removeprefix("/"), request)
        if "text/html" not in request.headers.get("Accept", ""):
            return None
        if path == "/":
            return self._frame(request)
        if found := _EXCHANGE(path):  # the address in a Sandbox-Diagnosis header, opened by a person
            return web.Response(status=303, headers={"Location": f"{BASE}/#/traffic/{found[1]}"})
        return None

    async def _docs(self, name: str, request: web.BaseRequest) -> web.StreamResponse | None:
        if (picture := docs.picture(name)) is not None:
            return self._file(picture)
        if "text/html" in request.headers.get("Accept", ""):
            return web.Response(status=303, headers={"Location": f"{BASE}/#/docs/{name}"})
        lang = language(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))
        found = await asyncio.to_thread(docs.page, name, lang) if name else {"pages": docs.contents()}
        if found is None:
            return None
        return web.Response(body=msgspec.json.encode(found), content_type="application/json", headers=HEADERS)

    def _file(self, file: Path) -> web.Response | None:
        if not file.is_file():
            return None
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        text = None if kind.startswith("image/") and "svg" not in kind else "utf-8"
        return web.Response(body=file.read_bytes(), content_type=kind, charset=text, headers=HEADERS)

    def _frame(self, request: web.BaseRequest) -> web.Response:
        lang = language(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))
        text = self._templates.get_template("console.html").render(lang=lang, version=self._version, base=BASE)
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    @cached_property
    def _templates(self) -> "Environment":
        # Imported when somebody looks: a sandbox in CI never shows a page.
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
