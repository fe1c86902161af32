"""The project's documentation inside the console."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox
from sandbox.console import docs

DOCS = Path(__file__).parents[2] / "docs"
NAMES = sorted({file.name.partition(".")[0] for file in DOCS.glob("*.md")})


async def fetched(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=False) as response:
        return response.status, dict(response.headers), await response.read()


def elements(nodes: Any) -> Iterator[tuple[str, dict[str, str], Any]]:
    """Every element of a page."""
    for node in nodes:
        if not isinstance(node, str):
            yield tuple(node)
            yield from elements(node[2])


async def test_the_contents_name_every_page_in_both_languages(box: Sandbox) -> None:
    """Where to begin comes first; a page without a translation says so by an empty title."""
    status, headers, body = await fetched(f"{box.url}/_sandbox/docs")
    pages = {one["name"]: one for one in json.loads(body)["pages"]}
    assert (status, headers["Content-Type"], next(iter(pages))) == (200, "application/json", "getting-started")
    assert sorted(pages) == NAMES
    assert pages["diagnoses"] == {"name": "diagnoses", "title": "Diagnoses", "title_zh": "诊断"}
    assert pages["commands"]["title_zh"] == ""


async def test_a_page_comes_in_the_language_asked_for_or_in_english(box: Sandbox) -> None:
    """It says which it is."""
    said = [json.loads((await fetched(f"{box.url}/_sandbox/docs/{query}"))[2]) for query in (
        "diagnoses?lang=zh", "diagnoses?lang=en", "commands?lang=zh")]  # fmt: skip
    assert [one["lang"] for one in said] == ["zh", "en", "en"]
    assert [one["nodes"][0] for one in said] == [
        ["h1", {"id": "诊断"}, ["诊断"]],
        ["h1", {"id": "diagnoses"}, ["Diagnoses"]],
        ["h1", {"id": "commands"}, ["Commands"]],
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_a_heading_of_the_console_or_outside(name: str, lang: str) -> None:
    """And every picture is there."""
    page = docs.page(name, lang)
    assert page is not None
    for tag, attributes, _ in elements(page.nodes):
        if tag == "img":
            assert docs.picture(attributes["src"].removeprefix("docs/")) is not None
        if tag == "a" and attributes["href"].startswith("#"):
            _, place, other, *anchor = attributes["href"].split("/")
            found = docs.page(other, page.lang)
            assert (place, found) != ("docs", None)
            ids = {one.get("id") for _, one, _ in elements(found.nodes if found else ())}
            assert not anchor or anchor[0] in ids
        elif tag == "a":
            assert attributes["href"].startswith("https://")


def test_markup_in_a_page_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No element of HTML comes through, nor a link that runs something."""
    (tmp_path / "evil.md").write_text(
        "# T\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![y](../../etc/passwd)\n"
    )
    monkeypatch.setattr(docs, "_INSTALLED", tmp_path)
    page = docs.page("evil", "en")
    assert page is not None
    assert {tag for tag, *_ in elements(page.nodes)} == {"h1", "p", "img"}
    assert "<script>alert(1)</script> [x](javascript:alert(1)) " in "".join(
        child for tag, _, children in elements(page.nodes) for child in children if isinstance(child, str)
    )
    assert docs.picture("../../etc/passwd") is None


@pytest.mark.parametrize("path", ["nothing", "..%2fREADME", "../pyproject", "img/../../x.svg", "img/nothing.svg"])
async def test_nothing_but_pages_and_pictures_is_given(box: Sandbox, path: str) -> None:
    """No way leads out of the folder."""
    status, _, body = await fetched(f"{box.url}/_sandbox/docs/{path}")
    assert (status, json.loads(body)["error"]["code"]) == (404, "no-route")


async def test_pictures_and_addresses_open_in_a_browser(box: Sandbox) -> None:
    """A picture under the console's policy; a page's address leads into the console."""
    status, headers, _ = await fetched(f"{box.url}/_sandbox/docs/img/flow.svg")
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, "image/svg+xml")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    status, headers, _ = await fetched(f"{box.url}/_sandbox/docs/doors", Accept="text/html")
    assert (status, headers["Location"]) == (303, "/_sandbox/#/docs/doors")
