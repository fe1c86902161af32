"""What the stories find in two shops that others could have written; writes docs/foreign-merchants.*.

`make foreign` runs it. A failure that has no explanation here is an error, and so is an explanation without a failure.
"""

import asyncio
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from sandbox.adapter import adapter as adapters
from sandbox.adapter.adapter import Adapter
from sandbox.cli.merchant import sandbox_for
from sandbox.cli.scenario import vocabulary
from sandbox.scenario import loader
from sandbox.scenario.runner import Runner, Tale, tellings
from sandbox.scenario.shelf import group, shipped
from sandbox.scenario.verdict import Verdict

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"


class Why(NamedTuple):
    """What a failure means, and whose it is."""

    en: str
    zh: str


MEMORY = Why(
    "The sample keeps its orders in memory, as samples do: after a power cut it knows of none. The platform goes on "
    "telling it, and is refused.",
    "示例把订单放在内存里：断电后一无所知。平台仍会继续通知，但都被拒绝。",
)
AMOUNT = Why(
    "The handler marks the order as paid whatever amount the (rightly signed) notification names.",
    "回调处理不核对金额：只要签名正确，多少钱都算已支付。",
)
TITLE = Why(
    "A title longer than 127 bytes is sent as it is; the order is refused.",
    "超过 127 字节的标题原样发出，下单被拒。",
)
LOST = Why(
    "When the answer to an order is lost, the shop does not ask again with the same number: the page hears an error.",
    "下单应答丢失后，没有用原单号重试，直接向页面报错。",
)
REFUNDS = Why(
    "The shop does not count what it has given back, and leaves that to the platform, which refuses.",
    "商户自己不累计已退金额，全靠平台拒绝。",
)
INTRODUCTION = Why(
    "Two shops as one would write them from the documentation of public SDKs, with no line for a sandbox: their SDKs "
    "call the platform's own hosts, and the doors (`doors: true`) lead here. Below is what every story that fits them "
    "finds. Tell yours with `wechatpay-sandbox scenario run --merchant my-shop.yaml`.",
    "两个按公开 SDK 自己的文档写成的商户，一行都不为沙箱改动：SDK 调用平台自己的域名，由“门”（`doors: true`）引到这里。"
    "下面是全部合适的场景对它们的结论。讲给你自己的商户：`wechatpay-sandbox scenario run --merchant my-shop.yaml`。",
)
WHY: dict[str, dict[str, Why]] = {
    "flask-wechatpy": {
        "body-too-long": TITLE,
        "killed-before-commit": MEMORY,
        "order-answer-breaks-off": LOST,
        "order-answer-lost": LOST,
        "order-connection-reset": LOST,
        "refunded-twice-at-once": REFUNDS,
        "refunds-until-nothing-is-left": REFUNDS,
        "wrong-amount": AMOUNT,
        "refund-notice-is-encrypted": Why(
            "No notify_url is given for refunds, so nobody is told of them.",
            "退款时没有给 notify_url，退款结果没人通知。",
        ),
    },
    "express-wechatpay-node-v3": {
        "body-too-long": TITLE,
        "killed-before-commit": MEMORY,
        "order-answer-breaks-off": LOST,
        "order-answer-lost": LOST,
        "order-connection-reset": LOST,
        "refunded-twice-at-once": REFUNDS,
        "refunds-until-nothing-is-left": REFUNDS,
        "wrong-amount": AMOUNT,
        "timestamp-stale": Why(
            "The SDK's verifySign does not look at the age of Wechatpay-Timestamp: old notifications can be replayed.",
            "SDK 的 verifySign 不检查 Wechatpay-Timestamp 的新旧：旧通知可以重放。",
        ),
        "public-key-migration": Why(
            "The SDK knows platform certificates only: what is signed with the platform's public key "
            "(PUB_KEY_ID_…) cannot be verified, and is answered with an error.",
            "SDK 只认平台证书：用微信支付公钥（PUB_KEY_ID_…）签名的通知无法验签，只能报错。",
        ),
    },
}


def sdk_of(shop: str) -> str:
    """The SDK and its version, as installed."""
    if shop == "flask-wechatpy":
        return f"wechatpy {version('wechatpy')}, Flask {version('flask')}"
    modules = HERE / "node_modules"
    named = [(name, json.loads((modules / name / "package.json").read_text())["version"])
             for name in ("wechatpay-node-v3", "express")]  # fmt: skip
    return ", ".join(f"{name} {number}" for name, number in named)


def adapter_files() -> list[Path]:
    """The shops, one adapter each."""
    return sorted(HERE.glob("*.yaml"))


async def tell(adapter: Adapter, jobs: int = 3) -> list[Verdict]:
    """Every shipped story that fits, through the doors."""
    words = vocabulary()
    tales = [told for file in shipped() for told in tellings(Tale(str(file), loader.load(file, words)), adapter)]
    async with sandbox_for(None, "", secure=True, doors=True) as (connect, door):
        return await Runner(adapter, connect, door).run(tales, jobs=jobs)


def unexplained(shop: str, verdicts: Sequence[Verdict]) -> set[str]:
    """Stories that fail without an explanation, or are explained and do not."""
    failed = {verdict.scenario for verdict in verdicts if verdict.outcome in ("failed", "broken")}
    return failed ^ set(WHY[shop])


def page(results: Sequence[tuple[Adapter, list[Verdict]]], language: str) -> str:
    """The findings as Markdown."""
    return "\n".join(_lines(results, language)) + "\n"


def _lines(results: Sequence[tuple[Adapter, list[Verdict]]], language: str) -> Iterator[str]:
    zh = language == "zh"
    yield "<!-- Written by `make foreign`; a test compares the findings with what the shops do. -->"
    yield ""
    yield "# 别人写的商户" if zh else "# Merchants that others wrote"
    yield ""
    yield INTRODUCTION.zh if zh else INTRODUCTION.en
    for adapter, verdicts in results:
        counts = Counter(verdict.outcome for verdict in verdicts)
        yield ""
        yield f"## {adapter.name}"
        yield ""
        told = f"{counts['passed']} / {counts['failed']} / {counts['skipped']}"
        api = ", ".join(adapter.dialects)
        yield f"{sdk_of(adapter.name)}; API {api}. " + (
            f"通过 / 失败 / 跳过：{told}。" if zh else f"Passed / failed / skipped: {told}."
        )
        yield ""
        yield "| 失败的场景 | 期望 | 实际 | 原因 |" if zh else "| fails in | expected | came | why |"
        yield "| --- | --- | --- | --- |"
        for verdict in verdicts:
            if verdict.outcome == "failed":
                first = verdict.differences[0]
                why = getattr(WHY[adapter.name][verdict.scenario], language)
                yield f"| {verdict.scenario} | `{first.what}`: {_cell(first.expected)} | {_cell(first.came)} | {why} |"
        yield ""
        passed = [f"{group(verdict.file)}/{verdict.scenario}" for verdict in verdicts if verdict.outcome == "passed"]
        yield ("通过：" if zh else "Passes: ") + (", ".join(passed))
        yield ""
        reasons = Counter(verdict.reason for verdict in verdicts if verdict.outcome == "skipped")
        yield "跳过的原因：" if zh else "Skipped, because:"
        yield ""
        yield from (f"- {reason} ({count})" for reason, count in sorted(reasons.items()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")[:110].replace("POST /api/", "")


async def main() -> None:
    """Tell, check, write."""
    results = []
    for file in adapter_files():
        adapter = adapters.load(file)
        verdicts = await tell(adapter)
        wrong = unexplained(adapter.name, verdicts)
        if wrong:
            sys.exit(f"{adapter.name}: not as explained in WHY: {', '.join(sorted(wrong))}")
        results.append((adapter, verdicts))
    (DOCS / "foreign-merchants.md").write_text(page(results, "en"), encoding="utf-8")
    (DOCS / "foreign-merchants.zh-CN.md").write_text(page(results, "zh"), encoding="utf-8")


if __name__ == "__main__":
    if shutil.which("node") is None:
        sys.exit("node is needed: one of the shops is written in JavaScript")
    asyncio.run(main())
