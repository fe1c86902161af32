"""Two shops on public SDKs, started through the doors: which stories they pass, and where they go wrong."""

import asyncio
import json
from pathlib import Path

import pytest
from findings import DOCS, HERE, WHY, adapter_files, tell, unexplained
from node_packages import node_packages

from sandbox.adapter import adapter as adapters
from sandbox.scenario import reports


@pytest.mark.parametrize("file", adapter_files(), ids=lambda file: file.stem)
def test_the_findings_are_as_reported(file: Path) -> None:
    """Each story that fits passes, but for those that are explained; all of it over the platform's own host names."""
    adapter = adapters.load(file)
    if (adapter.start or "").startswith("node"):
        node_packages(HERE)

    verdicts = asyncio.run(tell(adapter))

    by_name = {verdict.scenario: verdict for verdict in verdicts}
    wrong = unexplained(adapter.name, verdicts)
    assert wrong == set(), "\n".join(reports.failure(by_name[name], plain=True) for name in wrong)
    assert by_name["happy-path"].outcome == "passed"
    assert by_name["forged-signature"].outcome == "passed"


@pytest.mark.parametrize("page", ["foreign-merchants.md", "foreign-merchants.zh-CN.md"])
def test_the_page_names_every_finding(page: str) -> None:
    """In both languages, with the pinned version of the SDK from npm."""
    text = (DOCS / page).read_text(encoding="utf-8")
    language = "zh" if "zh-CN" in page else "en"

    for explained in WHY.values():
        assert [
            name for name, why in explained.items() if f"| {name} |" not in text or why._asdict()[language] not in text
        ] == []
    pinned = json.loads((HERE / "package.json").read_text())["dependencies"]["wechatpay-node-v3"]
    assert f"wechatpay-node-v3 {pinned}" in text
