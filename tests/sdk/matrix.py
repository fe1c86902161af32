"""The matrices SDK x feature, as the tests found them."""

from pathlib import Path

import pytest

GOOD, BAD, SKIPPED = "✓", "✗", "skipped"

HEAD = """\
# SDKs against the sandbox, feature by feature

Written by `make sdk MATRIX=docs/sdk-matrix.md`: each SDK, unmodified from its registry, against a live sandbox.
`forgeries refused` are signatures that do not fit, on an answer and on a notification.
"""

ABOUT = {
    "APIv3": """\
Each SDK meets the platform twice, trusting its certificates and trusting its public key. `typed errors` are a bad
parameter, an order already paid and one that is not there; `trade bill` is packed and plain.
""",
    "API v2": """\
Each SDK calls `https://api.mch.weixin.qq.com`, as it does in production; `wechatpay-sandbox run` leads it here.
Refunds, reversals and transfers show the merchant's certificate in the TLS handshake. `typed errors` are an order
already paid, one that is not there, and a refund of more than was paid; `trade bill` is a day's, and the refusal for a
day that has none.
""",
}


class Matrix:
    """Rows are SDKs with how they were met, columns are features, both in the order in which they were met."""

    def __init__(self, how: str) -> None:
        self._how = how  # what the second column says
        self._cells: dict[tuple[str, str], dict[str, str]] = {}
        self._reasons: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._cells)

    def note(self, sdk: str, how: str, feature: str, report: pytest.TestReport) -> None:
        """One phase of one test; the worst that was seen of a feature stays."""
        row = self._cells.setdefault((sdk, how), {})
        if report.skipped:
            row[feature] = SKIPPED
            self._reasons[sdk] = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else ""
        elif report.failed:
            row[feature] = BAD
        elif report.when == "call":
            row.setdefault(feature, GOOD)

    def table(self) -> str:
        """In Markdown."""
        features = list(dict.fromkeys(feature for row in self._cells.values() for feature in row))
        lines = [("SDK", self._how, *features), tuple("---" for _ in range(len(features) + 2))]
        met = list(dict.fromkeys(sdk for sdk, _ in self._cells))
        for (sdk, how), row in sorted(self._cells.items(), key=lambda cell: met.index(cell[0][0])):
            lines.append((sdk, how, *(row.get(feature, "") for feature in features)))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def skipped(self) -> list[str]:
        """Why an SDK was not run."""
        return [f"skipped: {sdk}: {reason.removeprefix('Skipped: ')}" for sdk, reason in self._reasons.items()]


class Matrices:
    """One a dialect."""

    def __init__(self) -> None:
        self.v3 = Matrix("trusts")
        self.v2 = Matrix("led by")

    def named(self) -> dict[str, Matrix]:
        """By the dialect's name, in the order in which they are shown."""
        return {"APIv3": self.v3, "API v2": self.v2}

    def write(self, file: Path) -> None:
        """As a page."""
        sections = [HEAD]
        for title, matrix in self.named().items():
            skipped = "".join(f"\n{line}\n" for line in matrix.skipped())
            sections.append(f"## {title}\n\n{ABOUT[title]}\n{matrix.table()}\n{skipped}")
        file.write_text("\n".join(sections))
