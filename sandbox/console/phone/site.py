"""Serves the phone's page, its files, `wx.js` and pictures of codes; nothing here knows a tenant."""

import re
from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from sandbox.protocol import barcode

HERE = Path(__file__).parent / "static"
BASE = "/_sandbox"
PAGES = {
    "/phone": ("phone.html", "text/html"),
    "/wx.js": ("wx.js", "text/javascript"),
    "/wx.d.ts": ("wx.d.ts", "text/plain"),
}
CODES: dict[str, barcode.Kind] = {"/qr.svg": "qr", "/bars.svg": "bars"}
FILES = {"js": "text/javascript", "css": "text/css"}
LOOPBACK = ("http://127.0.0.1:*", "http://localhost:*", "http://*.localhost:*")
_FILE = re.compile(r"/phone/([a-z]+\.(js|css))").fullmatch


class PhonePage:
    """`origins` may show the phone in a frame, as loopback pages may."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        ancestors = " ".join(("'self'", *LOOPBACK, *origins))
        self._headers = {
            "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
            f"form-action 'none'; frame-ancestors {ancestors}",
            "Referrer-Policy": "no-referrer",
        }

    def answer(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """A page, a file or a picture; None for what is not the phone's."""
        if request.method not in ("GET", "HEAD"):
            return None
        path = request.rel_url.raw_path.removeprefix(BASE)
        if path in PAGES:
            return self._file(*PAGES[path])
        if path in CODES:
            return self._code(request.query.get("text", ""), CODES[path])
        found = _FILE(path)
        return None if found is None else self._file(found[1], FILES[found[2]])

    def _file(self, name: str, kind: str) -> web.Response | None:
        file = HERE / name
        if not file.is_file():
            return None
        return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=self._headers)

    def _code(self, text: str, kind: barcode.Kind) -> web.Response:
        try:
            picture = barcode.svg(text, kind)
        except barcode.Unencodable as error:
            return web.Response(status=400, text=f"{error}\n", headers=self._headers)
        return web.Response(text=picture, content_type="image/svg+xml", headers=self._headers)
