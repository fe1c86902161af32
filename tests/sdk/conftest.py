"""What the SDK tests share: a merchant for either kind of platform key, its notify URL, and the matrices at the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_sandbox import Inbox, inbox, live_sandbox
from matrix import Matrices
from v3_contract import Merchant, V3Contract

MATRIX = pytest.StashKey[Matrices]()


@pytest.fixture(scope="module", params=["certificate", "public key"])
def v3_merchant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Merchant]:
    """A merchant in a sandbox of the file's own, on a virtual clock."""
    folder = tmp_path_factory.mktemp("sdk")
    with live_sandbox(folder, "--clock", "virtual") as running:
        yield Merchant(running, folder, request.param)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every `run` finds the TLS authority that the first one makes."""
    return tmp_path_factory.mktemp("authority")


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
    """Where the matrices are written."""
    parser.addoption("--matrix", type=Path, metavar="FILE", help="also write the matrices SDK x feature into FILE")


def pytest_configure(config: pytest.Config) -> None:
    """Start with empty matrices."""
    config.stash[MATRIX] = Matrices()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Note what came of an SDK's feature."""
    report = yield
    marker = item.get_closest_marker("feature")
    if marker is not None and isinstance(item, pytest.Function):
        matrices = item.config.stash[MATRIX]
        if issubclass(item.cls, V3Contract):
            matrices.v3.note(item.cls.sdk_name, item.callspec.params["v3_merchant"], marker.args[0], report)
        else:
            matrices.v2.note(item.cls.sdk_name, item.cls.door, marker.args[0], report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the matrices; write them when asked to."""
    matrices = config.stash[MATRIX]
    for title, matrix in matrices.named().items():
        if matrix:
            terminalreporter.section(f"SDKs over {title}")
            for line in (matrix.table(), *matrix.skipped()):
                terminalreporter.write_line(line)
    file = config.getoption("--matrix", None)
    if file is not None:
        matrices.write(file)
