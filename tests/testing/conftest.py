"""A shop for tests that ask the plugin's fixtures."""

from collections.abc import Iterator

import pytest
from counter_shop import Counter, counter


@pytest.fixture
def shop() -> Iterator[Counter]:
    """A shop in a thread, that acknowledges."""
    with counter() as running:
        yield running
