"""What the SDK tests share: a merchant for either kind of platform key, its notify URL, and the matrix at the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_sandbox import Inbox, inbox, live_sandbox
from matrix import Matrix
from v3_contract import Merchant

MATRIX = pytest.StashKey[Matrix]()


@pytest.fixture(scope="module", params=["certificate", "public key"])
def v3_merchant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Merchant]:
    """A merchant in a sandbox of the file's own, on a virtual clock."""
    folder = tmp_path_factory.mktemp("sdk")
    with live_sandbox(folder, "--clock", "virtual") as running:
        yield Merchant(running, folder, request.param)


@pytest.fixture
def notices() -> Iterator[Inbox]:
    """The merchant's notify URL."""
    with inbox() as box:
        yield box


@pytest.fixture
def refunds() -> Iterator[Inbox]:
    """The URL that its refunds name."""
    with inbox() as box:
        yield box


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the matrix is written."""
    parser.addoption("--matrix", type=Path, metavar="FILE", help="also write the matrix SDK x feature into FILE")


def pytest_configure(config: pytest.Config) -> None:
    """Start with an empty matrix."""
    config.stash[MATRIX] = Matrix()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Note what came of an SDK's feature."""
    report = yield
    marker = item.get_closest_marker("feature")
    if marker is not None and isinstance(item, pytest.Function):
        keys = item.callspec.params["v3_merchant"]
        item.config.stash[MATRIX].note(item.cls.sdk_name, keys, marker.args[0], report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the matrix; write it when asked to."""
    matrix = config.stash[MATRIX]
    if not matrix:
        return
    terminalreporter.section("SDKs")
    terminalreporter.write_line(matrix.table())
    for line in matrix.skipped():
        terminalreporter.write_line(line)
    file = config.getoption("--matrix", None)
    if file is not None:
        matrix.write(file)
