"""What pytest loads in every run: fixtures, a marker and a report, and nothing behind them until a test asks."""

import sys
from collections.abc import Generator, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from sandbox.testing.faces import WeChatPay, WeChatPayServer
    from sandbox.testing.server import Server
    from sandbox.testing.tenancy import Tenancy

MARKER = "wechatpay"
TITLE = "WeChat Pay"


class AsWritten:
    """Finds our modules before pytest does.

    pytest rewrites the assertions in whatever belongs to a plugin's distribution. For us that is two hundred modules,
    none of whose assertions fails in a test, and where no compiled ones are kept it takes longer than all the rest.
    """

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: "ModuleType | None" = None
    ) -> ModuleSpec | None:
        """As Python itself finds them."""
        return PathFinder.find_spec(name, path, target) if name.startswith("sandbox.") else None


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    sys.meta_path.insert(0, AsWritten)
    config.add_cleanup(lambda: sys.meta_path.remove(AsWritten))
    config.addinivalue_line(
        "markers",
        "wechatpay(*, scenario, values, settings, clock, start, seed): under which conditions the test's tenant lives: "
        "a shipped scenario or a file, whose rules are in force; settings; its clock",
    )


@pytest.fixture(scope="session")
def wechatpay_sandbox() -> "Iterator[Server]":
    """The sandbox that this process's tests share, each in a tenant of its own; it has its own thread and loop."""
    from sandbox.testing.server import Server

    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def wechatpay_tenancy(
    request: pytest.FixtureRequest, wechatpay_sandbox: "Server", tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Tenancy]":
    """The test's own tenant: `wechatpay` and `wechatpay_server` are its two faces."""
    from sandbox.testing.tenancy import tenancy

    asked = None
    if marker := request.node.get_closest_marker(MARKER):
        from sandbox.testing.conditions import conditions

        asked = conditions(marker.args, marker.kwargs, request.path.parent)

    def folder() -> Path:
        return tmp_path_factory.mktemp("wechatpay")

    with tenancy(wechatpay_sandbox, asked, folder) as made:
        request.node.stash[_TENANCY] = made
        yield made
        del request.node.stash[_TENANCY]


@pytest.fixture
def wechatpay(wechatpay_tenancy: "Tenancy") -> "WeChatPay":
    """WeChat Pay for this test alone; its methods are awaited. For shops in the test's own loop."""
    return wechatpay_tenancy.awaiting


@pytest.fixture
def wechatpay_server(wechatpay_tenancy: "Tenancy") -> "WeChatPayServer":
    """WeChat Pay for this test alone; its methods block. For shops in threads or processes: Django, Flask, a binary."""
    return wechatpay_tenancy.blocking


_TENANCY = pytest.StashKey["Tenancy"]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test shows what the platform saw, unless its own message does."""
    report = yield
    made = item.stash.get(_TENANCY, None)
    if report.failed and made is not None:
        from sandbox.testing.assertions import Unmet

        if call.excinfo is None or not call.excinfo.errisinstance(Unmet):
            report.sections.append((TITLE, made.report()))
    return report
