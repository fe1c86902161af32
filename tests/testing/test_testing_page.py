"""The page about testing: its code runs, it leaves out no method, and both languages say the same."""

import io
import re
import tokenize
from pathlib import Path

import pytest
from test_plugin_runs import LOOP_SCOPE, run

from sandbox.testing import WeChatPay
from sandbox.testing.conditions import NAMES
from sandbox.testing.credentials import Credentials

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text() for name in ("testing.md", "testing.zh-CN.md")}


def blocks(page: str) -> list[str]:
    """The Python of a page."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def bare(code: str) -> list[str]:
    """The words of code, comments apart."""
    return [
        token.string for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.type != tokenize.COMMENT
    ]


def test_the_code_on_the_page_runs(tmp_path: Path) -> None:
    """Every block is a test that passes."""
    text = "\n\n".join([*blocks("testing.md"), *blocks("../README.md")])

    printed = run(tmp_path, text, "-o", "asyncio_mode=auto", *LOOP_SCOPE, plugins=("asyncio", "page_shop"))

    assert f"{text.count('def test_')} passed" in printed, printed


def test_both_languages_show_the_same_code() -> None:
    """Comments are translated, code is not."""
    assert [bare(code) for code in blocks("testing.md")] == [bare(code) for code in blocks("testing.zh-CN.md")]


@pytest.mark.parametrize("page", PAGES)
def test_the_page_leaves_nothing_out(page: str) -> None:
    """Every method and property of the fixtures, every credential, every argument of the marker."""
    public = [name for name in (*dir(WeChatPay), *dir(Credentials)) if not name.startswith("_")]
    text = "".join(blocks(page))

    assert [name for name in public if not re.search(rf"\.{name}\b", text) and f"`{name}`" not in PAGES[page]] == []
    assert [name for name in NAMES if f"{name}=" not in text and f"`{name}`" not in PAGES[page]] == []
