"""A new tenant, with all that the answer tells of it, certificates and keys, against one RSA-2048 signature."""

import asyncio
import time
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bench.report import Effort, Pairs, Row
from sandbox.actions.tenants import TenantView, create
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.platform.keys import KeyPool
from sandbox.platform.tenants import NewTenant

BATCH = 20


def measure(effort: Effort) -> Iterator[Row]:
    """Batches of both in turn."""
    pairs = asyncio.run(_pairs(effort.rounds))
    yield Row(
        what="new tenant with all credentials / RSA-2048 signature",
        measured=pairs.ratio,
        budget=8,
        at_most=True,
        detail=f"{pairs.ours * 1000:.2f} ms against {pairs.theirs * 1000:.2f} ms",
    )


async def _pairs(rounds: int) -> Pairs:
    pairs, key = Pairs(), KeyPool().pair(0).private
    async with Sandbox(Settings(port=0)) as box:
        for turn in range(rounds + 1):
            started = time.perf_counter()
            for _ in range(BATCH):
                made = await create.run(box.desk(box.default), NewTenant())
                assert isinstance(made, TenantView)
                assert made.cert_pem
            middle = time.perf_counter()
            for _ in range(BATCH):
                key.sign(b"16 lines of a message", PKCS1v15(), SHA256())
            if turn:  # the first loads the key pool
                pairs.add((middle - started) / BATCH, (time.perf_counter() - middle) / BATCH)
    return pairs
