"""The console's frame and files: to whom they are given, and what they may do in a browser."""

import re
from pathlib import Path

import aiohttp
import pytest

import sandbox.console
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.console.languages import language

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
STATIC = Path(sandbox.console.__file__).parent / "static"
FILES = sorted(file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*.*"))


async def fetched(url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of a GET that follows no redirect."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=False) as response:
        return response.status, dict(response.headers), await response.text()


async def test_a_browser_gets_the_console_and_a_program_the_list_of_calls(box: Sandbox) -> None:
    """At the same address, by what it accepts."""
    status, headers, page = await fetched(f"{box.url}/_sandbox/", BROWSER)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<script type="module" src="/_sandbox/static/main.js">' in page

    status, headers, listed = await fetched(f"{box.url}/_sandbox/")
    assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert '"/_sandbox/orders"' in listed


async def test_nothing_inline_and_nothing_from_elsewhere_may_run(box: Sandbox) -> None:
    """The policy says so, and the frame keeps to it; no page of others may put ours into itself."""
    _, headers, page = await fetched(f"{box.url}/_sandbox/", BROWSER)
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert re.findall(r"<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=|https?://", page) == []


@pytest.mark.parametrize("name", FILES)
async def test_every_file_is_served_as_what_it_is_and_asks_nobody_else(box: Sandbox, name: str) -> None:
    """Scripts as JavaScript, sheets as CSS; no address but our own, no markup from data, no eval."""
    status, headers, text = await fetched(f"{box.url}/_sandbox/static/{name}")
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, kinds[name.rpartition(".")[2]])
    assert "Content-Security-Policy" in headers
    outside = [url for url in re.findall(r"https?://[^\s'\"`>]+", text) if "www.w3.org" not in url]
    assert outside == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text) == []


@pytest.mark.parametrize(
    "path", ["/../site.py", "/..%2fsite.py", "/views/../../site.py", "/nothing.js", "/main.py", "/"]
)
async def test_only_the_files_are_served(box: Sandbox, path: str) -> None:
    """No way leads out of the folder."""
    status, _, text = await fetched(f"{box.url}/_sandbox/static{path}", BROWSER)
    assert status == 404
    assert "class Site" not in text


async def test_the_address_of_a_diagnosis_opens_the_console_in_a_browser(box: Sandbox) -> None:
    """A program that follows it gets JSON."""
    status, headers, _ = await fetched(f"{box.url}/_sandbox/exchanges/7", BROWSER)
    assert (status, headers["Location"]) == (303, "/_sandbox/#/traffic/7")
    status, headers, _ = await fetched(f"{box.url}/_sandbox/exchanges/7")
    assert (status, headers["Content-Type"]) == (404, "application/json; charset=utf-8")


async def test_pages_need_no_token_and_what_they_show_does() -> None:
    """A browser cannot send one before there is a page to type it into; the Host is looked at all the same."""
    async with Sandbox(Settings(port=0, token="secret")) as box:
        assert (await fetched(f"{box.url}/_sandbox/", BROWSER))[0] == 200
        assert (await fetched(f"{box.url}/_sandbox/static/main.js"))[0] == 200
        assert (await fetched(f"{box.url}/_sandbox/orders", BROWSER))[0] == 401
        assert (await fetched(f"{box.url}/_sandbox/orders", {"X-Sandbox-Token": "secret"}))[0] == 200
        assert (await fetched(f"{box.url}/_sandbox/", {**BROWSER, "Host": "evil.example"}))[0] == 403


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [("en", "zh-CN", "en"), ("", "en-GB,zh;q=0.5", "en"), ("", "fr, zh-TW", "zh"), ("fr", "", "zh"), ("", "*", "zh")],
)
def test_the_language_is_the_one_asked_for_then_the_browsers(asked: str, accepted: str, spoken: str) -> None:
    """Chinese for whoever wants neither."""
    assert language(asked, accepted) == spoken


def test_every_word_stands_in_both_languages_and_is_there() -> None:
    """Each table entry is a pair, stands in one table, and every word that a page asks for is in one."""
    words: dict[str, int] = {}
    twice: set[str] = set()
    asked: set[str] = set()
    for name in FILES:
        text = (STATIC / name).read_text()
        for key, rest in re.findall(r"^  (\w+): \[(.*?)\],$", text, re.MULTILINE | re.DOTALL):
            twice |= {key} & set(words)
            words[key] = len(re.findall(r"'(?:[^'\\]|\\.)*'", rest))
        asked |= set(re.findall(r"\bt\('(\w+)'", text))
    assert {key for key, count in words.items() if count != 2} == set()
    assert twice == set()
    assert asked - set(words) == set()
