"""The contract suite runs twice: handlers on the loop with a store in memory, and in worker threads on a file."""

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from sandbox.app import Sandbox
from sandbox.config import Settings


@pytest.fixture
async def box(executor: Executor | None, tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A running sandbox, strict about undeclared errors."""
    store = None if executor is None else tmp_path / "sandbox.sqlite"
    settings = Settings(port=0, strict=True, seed="1", store=store)
    async with Sandbox(settings, executor=executor) as running:
        yield running
