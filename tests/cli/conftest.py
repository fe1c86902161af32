"""A sandbox in a process of its own, and the command line typed at it."""

from collections.abc import Iterator

import pytest
from live_sandbox import LiveSandbox, live_sandbox
from shell import Shell


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSandbox]:
    """One sandbox for all commands; each test has a tenant of its own."""
    with live_sandbox(tmp_path_factory.mktemp("live")) as running:
        yield running


@pytest.fixture
def shell(live: LiveSandbox) -> Shell:
    """The command line, at a new tenant with a virtual clock."""
    return Shell(live, live.call("POST", "/tenants", {"clock": "virtual"}))
