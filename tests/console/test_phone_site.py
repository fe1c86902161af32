"""What is served for the phone: files and pictures, the same for everybody, under a strict policy."""

from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.console.phone.site import HERE


async def get(box: Sandbox, path: str, **headers: str) -> tuple[int, str, Any]:
    """Status, text and headers of an answer below `/_sandbox`."""
    url = f"http://127.0.0.1:{box.port}/_sandbox{path}"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        return response.status, await response.text(), response.headers


async def test_the_page_and_all_its_files_are_served(box: Sandbox) -> None:
    """Every file of the folder has an address and a type, and nothing in the page is inline or from elsewhere."""
    status, page, headers = await get(box, "/phone")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "style=" not in page
    assert "http" not in page
    assert page.count("<script") == page.count('<script type="module" src="/_sandbox/')
    for file in HERE.iterdir():
        path = f"/{file.name}" if file.name.startswith("wx.") else f"/phone/{file.name}"
        status, text, headers = await get(box, "/phone" if file.suffix == ".html" else path)
        assert (status, text) == (200, file.read_text()), path
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_policy_allows_nothing_inline_and_frames_on_loopback_only(box: Sandbox) -> None:
    """Its own files, and pages of this machine around it."""
    _, _, headers = await get(box, "/phone")
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert policy["frame-ancestors"].split() == [
        "'self'", "http://127.0.0.1:*", "http://localhost:*", "http://*.localhost:*"
    ]  # fmt: skip


async def test_an_allowed_origin_may_frame_it() -> None:
    """Who may drive the sandbox may show its phone."""
    async with Sandbox(Settings(port=0, seed="1", allow_origins=("https://shop.example",))) as box:
        _, _, headers = await get(box, "/phone")
    assert headers["Content-Security-Policy"].endswith(" https://shop.example")


async def test_files_need_no_token_and_data_does() -> None:
    """A browser sends none with an address; what a tenant has stays closed, and a foreign Host too."""
    async with Sandbox(Settings(port=0, seed="1", token="secret")) as box:
        assert (await get(box, "/phone"))[0] == 200
        assert (await get(box, "/wx.js"))[0] == 200
        assert (await get(box, "/users"))[0] == 401
        assert (await get(box, "/phone", Host="evil.example"))[0] == 403
        assert (await get(box, "/phone", Origin="https://evil.example"))[0] == 403


@pytest.mark.parametrize("path", ["/phone/nothing.js", "/phone/..%2Fsite.py", "/phone/site.py", "/phone/phone.html"])
async def test_nothing_else_is_there(box: Sandbox, path: str) -> None:
    """Only the folder's own scripts and styles."""
    assert (await get(box, path))[0] == 404


@pytest.mark.parametrize("path", ["/qr.svg?text=weixin%3A%2F%2Fwxpay", "/bars.svg?text=134912345678901234"])
async def test_codes_are_pictures(box: Sandbox, path: str) -> None:
    """SVG that scales."""
    status, text, headers = await get(box, path)
    assert (status, headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert text.startswith("<svg viewBox=")


@pytest.mark.parametrize("path", ["/qr.svg", f"/qr.svg?text={'x' * 1001}", "/bars.svg?text=%E4%B8%AD"])
async def test_what_fits_no_code_is_refused(box: Sandbox, path: str) -> None:
    """With the reason."""
    status, text, _ = await get(box, path)
    assert status == 400
    assert "code" in text


async def test_the_page_is_only_read(box: Sandbox) -> None:
    """Nothing can be posted to it."""
    async with aiohttp.ClientSession() as http, http.post(f"{box.url}/_sandbox/phone") as response:
        assert response.status == 405
