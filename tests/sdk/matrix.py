"""The matrix SDK x feature, as the tests found it."""

from pathlib import Path

import pytest

GOOD, BAD, SKIPPED = "✓", "✗", "skipped"

HEAD = """\
# SDKs against the sandbox, feature by feature

Written by `make sdk MATRIX=docs/sdk-matrix.md`: each SDK, unmodified from its registry, against a live sandbox over
APIv3. It meets the platform twice, trusting its certificates and trusting its public key. `typed errors` are a bad
parameter, an order already paid and one that is not there; `forgeries refused` are signatures that do not fit, on an
answer and on a notification; `trade bill` is packed and plain.

"""


class Matrix:
    """Rows are SDKs with the keys they trust, columns are features, both in the order in which they were met."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], dict[str, str]] = {}
        self._reasons: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._cells)

    def note(self, sdk: str, keys: str, feature: str, report: pytest.TestReport) -> None:
        """One phase of one test; the worst that was seen of a feature stays."""
        row = self._cells.setdefault((sdk, keys), {})
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
        lines = [("SDK", "trusts", *features), tuple("---" for _ in range(len(features) + 2))]
        met = list(dict.fromkeys(sdk for sdk, _ in self._cells))
        for (sdk, keys), row in sorted(self._cells.items(), key=lambda cell: met.index(cell[0][0])):
            lines.append((sdk, keys, *(row.get(feature, "") for feature in features)))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def skipped(self) -> list[str]:
        """Why an SDK was not run."""
        return [f"skipped: {sdk}: {reason.removeprefix('Skipped: ')}" for sdk, reason in self._reasons.items()]

    def write(self, file: Path) -> None:
        """As a page."""
        skipped = "".join(f"\n{line}\n" for line in self.skipped())
        file.write_text(f"{HEAD}{self.table()}\n{skipped}")
