"""The shipped stories: what each is about, and the mistake that must make it fail."""

from collections.abc import Iterator

from sandbox.cli.reference.markdown import code, table
from sandbox.cli.scenario import vocabulary
from sandbox.scenario import loader, shelf

INTRODUCTION = """# The shipped stories · 自带场景

`wechatpay-sandbox scenario run NAME` tells one to the bundled shop, `--merchant my-shop.yaml` to yours;
`--flaw CONTROL` gives the bundled shop the mistake that the story must catch.
The language: [scenarios.md](scenarios.md), [scenarios.zh-CN.md](scenarios.zh-CN.md).
"""


def page() -> str:
    """All of them, in the order of `scenario list`."""
    return INTRODUCTION + "\n" + table(("story · 场景", "about", "说明", "control · 对照错误"), _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    words = vocabulary()
    for file in shelf.shipped():
        story = loader.load(file, words)
        yield code(story.name), story.summary.en, story.summary.zh, ", ".join(map(code, story.flaws()))
