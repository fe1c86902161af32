"""The audit's probes: what each sends, how grave it is, and the mistakes that it must find."""

from collections.abc import Iterator

from sandbox.audit.families import families
from sandbox.audit.probe import Probe
from sandbox.cli.reference.markdown import code, table

INTRODUCTION = """# The audit's probes · 审计探针

`wechatpay-sandbox audit -k NAME` puts one to the bundled shop, `--merchant my-shop.yaml` to yours; with
`--flaw CONTROL` the bundled shop makes a mistake that the probe must catch. How it works: [audit.md](audit.md),
[audit.zh-CN.md](audit.zh-CN.md).
"""
HEADS = ("probe · 探针", "API", "severity · 程度", "CWE", "about", "说明", "controls · 对照错误")


def page() -> str:
    """Family by family."""
    return INTRODUCTION + "".join(
        f"\n## {family.title.en} · {family.title.zh}\n\n{table(HEADS, map(_row, family.probes))}\n"
        for family in families()
    )


def _row(probe: Probe) -> tuple[str, ...]:
    title, sent = probe.title, probe.sent
    return (
        code(probe.name),
        ", ".join(probe.apis),
        probe.severity.value,
        str(probe.cwe or ""),
        f"{title.en}. {sent.en}",
        f"{title.zh}。{sent.zh}",
        ", ".join(map(code, _controls(probe))),
    )


def _controls(probe: Probe) -> Iterator[str]:
    """The flaws' names, without the API that they are for."""
    yield from dict.fromkeys(catch.partition("/")[0] for catch in probe.catches)
