"""A new tenant, with all that its first merchant needs to sign and verify, against one RSA-2048 signature."""

import asyncio
import time
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bench.report import Effort, Pairs, Row
from sandbox.actions.tenants import TenantView, create
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.platform.keys import KeyPool, MerchantCredentials
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
    pairs, pool = Pairs(), KeyPool()
    key = pool.pair(0).private
    async with Sandbox(Settings(port=0)) as box:
        for turn in range(rounds + 1):
            started = time.perf_counter()
            for _ in range(BATCH):
                made = await create.run(box.desk(box.default), NewTenant())
                assert isinstance(made, TenantView)
                _read_all(MerchantCredentials(pool, made.mch_id))
            middle = time.perf_counter()
            for _ in range(BATCH):
                key.sign(b"16 lines of a message", PKCS1v15(), SHA256())
            if turn:  # the first loads the key pool
                pairs.add((middle - started) / BATCH, (time.perf_counter() - middle) / BATCH)
    return pairs


def _read_all(credentials: MerchantCredentials) -> None:
    """Each part is made when it is read. The .p12 is left out: it is a file, made for who downloads it."""
    for part in ("cert_pem", "key_pem", "platform_cert_pem", "pub_key_pem", "ca_pem"):
        assert getattr(credentials, part)
