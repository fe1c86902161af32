"""The shipped stories: what each is about, and the mistake that must make it fail."""

from collections.abc import Iterator

from sandbox.cli.reference.markdown import code, table
from sandbox.cli.scenario import vocabulary
from sandbox.scenario import loader, shelf

INTRODUCTION = """# The shipped stories · 自带场景

`wechatpay-sandbox scenario run NAME` tells one to the bundled shop, `--merchant my-shop.yaml` to yours;
`--flaw CONTROL` gives the bundled shop the mistake that the story must catch.
The name of a folder stands for all of its stories.
The language: [scenarios.md](scenarios.md), [scenarios.zh-CN.md](scenarios.zh-CN.md).
"""


TITLES = {
    "bills": "对账单",
    "keys": "密钥与证书",
    "login": "登录",
    "money-out": "付款与分账",
    "notifications": "通知",
    "ordering": "下单",
    "paying": "支付",
    "refunds": "退款",
    "rehearsal": "验收用例",
    "till": "付款码",
    "wire": "网络",
}
"""What the folders of scenarios/ are called in Chinese."""


def page() -> str:
    """All of them, a table for each folder."""
    folders = sorted({shelf.group(file) for file in shelf.shipped()})
    head = ("story · 场景", "API", "about", "说明", "control · 对照错误")
    parts = (f"## {folder} · {TITLES.get(folder, folder)}\n\n" + table(head, _rows(folder)) for folder in folders)
    return INTRODUCTION + "\n" + "\n".join(parts)


def _rows(folder: str) -> Iterator[tuple[str, ...]]:
    words = vocabulary()
    for file in shelf.shipped():
        if shelf.group(file) == folder:
            story = loader.load(file, words)
            flaws = ", ".join(map(code, story.flaws()))
            yield code(story.name), ", ".join(story.dialects), story.summary.en, story.summary.zh, flaws
