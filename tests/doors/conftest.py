"""What the tests of the doors share: one running sandbox a file."""

from collections.abc import Iterator

import pytest
from live_sandbox import live_sandbox
from open_doors import Open


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """One sandbox for the file."""
    folder = tmp_path_factory.mktemp("doors")
    with live_sandbox(folder) as running:
        yield Open(running, folder / "merchant")
