"""A sandbox killed hundreds of times under load loses nothing that it acknowledged."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.domain.delivery import DeliveryState
from sandbox.platform.identities import DEFAULT
from sandbox.store import SqliteStore

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the nursery forks")

KILLS = 200
CLIENTS = 6
MCH_ID = "1900000001"
API_KEY = "sandboxAPIv2key0sandboxAPIv2key0"
ACKNOWLEDGE = b"<xml><return_code>SUCCESS</return_code></xml>"


class Ledger:
    """What clients were told: prepay_ids and transaction_ids by order number; and what the shop acknowledged."""

    def __init__(self) -> None:
        self.numbers = iter(range(10**9))
        self.prepays: dict[str, str] = {}
        self.payments: dict[str, str] = {}
        self.heard: Counter[str] = Counter()
        self.ordered = asyncio.Semaphore(0)

    async def notified(self, request: web.BaseRequest) -> web.Response:
        """The shop: every fourth notification meets a broken server."""
        number = from_xml(await request.read())["out_trade_no"]
        if random.random() < 0.25:
            return web.Response(status=500)
        self.heard[number] += 1
        return web.Response(body=ACKNOWLEDGE)


async def buy(session: aiohttp.ClientSession, url: str, notify_url: str, ledger: Ledger) -> None:
    """Order and pay, over and over, until the sandbox is gone."""
    while True:
        number = f"K{next(ledger.numbers)}"
        fields = {
            "appid": "wx5a4d8bf0c0de0001", "mch_id": MCH_ID, "body": "茶叶", "nonce_str": "N", "out_trade_no": number,
            "total_fee": "1", "spbill_create_ip": "127.0.0.1", "notify_url": notify_url, "trade_type": "NATIVE",
        }  # fmt: skip
        async with session.post(
            f"{url}/pay/unifiedorder", data=to_xml({**fields, "sign": v2_sign(fields, API_KEY)})
        ) as response:
            ledger.prepays[number] = from_xml(await response.read())["prepay_id"]
            ledger.ordered.release()
        if random.random() < 0.3:
            continue
        async with session.post(f"{url}/_sandbox/pay", json={"out_trade_no": number}) as response:
            ledger.payments[number] = (await response.json())["transaction_id"]


async def load(url: str, notify_url: str, ledger: Ledger) -> None:
    """Several clients at once; each ends when its connection does."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        ends = await asyncio.gather(
            *(buy(session, url, notify_url, ledger) for _ in range(CLIENTS)), return_exceptions=True
        )
    assert all(isinstance(end, aiohttp.ClientError | OSError) for end in ends), ends


def compare(path: Path, ledger: Ledger, since: int) -> None:
    """Every acknowledged order and payment is in the file, and what the shop has not acknowledged is still to come."""
    store = SqliteStore(path)
    with store.transaction(DEFAULT) as tx:
        for number in list(ledger.prepays)[since:]:
            order = tx.order(MCH_ID, number)
            assert order is not None, f"order {number} is lost"
            assert order.prepay_id == ledger.prepays[number]
            assert tx.prepay(order.prepay_id) is not None
            if number not in ledger.payments:
                continue
            assert order.payment is not None, f"the payment of {number} is lost"
            assert order.payment.transaction_id == ledger.payments[number]
            (delivery,) = tx.deliveries(subject=number)
            under_way = any(not attempt.verdict for attempt in delivery.attempts)
            booked = store._db.execute("SELECT 1 FROM timers WHERE subject = ?", (delivery.id,)).fetchone()
            pending = delivery.state is DeliveryState.PENDING and (under_way or booked)
            assert pending or ledger.heard[number], f"the notification of {number} is lost"
    store.close()


def interrupted(path: Path) -> int:
    """How many attempts a kill has cut short."""
    store = SqliteStore(path)
    with store.transaction(DEFAULT) as tx:
        found = sum(one.verdict == "interrupted" for each in tx.deliveries(limit=10**6) for one in each.attempts)
    store.close()
    return found


@asynccontextmanager
async def nursery(path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process that starts sandboxes."""
    program = Path(__file__).with_name("sandbox_nursery.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), str(path), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def born(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """A new sandbox: its process id and URL."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    pid, port = (await asyncio.wait_for(process.stdout.readline(), 20)).split()
    return int(pid), f"http://127.0.0.1:{int(port)}"


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Killed at a random moment, again and again on one file; in the end every payment has reached the shop."""
    random.seed(9)
    path, ledger = tmp_path / "s.sqlite", Ledger()
    shop = web.Server(ledger.notified)
    listener = await asyncio.get_running_loop().create_server(shop, "127.0.0.1", 0)
    notify_url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/notify"
    async with nursery(path) as process:
        for _ in range(KILLS):
            since, ledger.ordered = len(ledger.prepays), asyncio.Semaphore(0)
            pid, url = await born(process)
            clients = asyncio.create_task(load(url, notify_url, ledger))
            # In the midst of its work, however slow the machine.
            for _ in range(random.randint(0, 8)):
                await asyncio.wait_for(ledger.ordered.acquire(), 20)
            await asyncio.sleep(random.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            await clients
            compare(path, ledger, since)

        pid, url = await born(process)
        async with aiohttp.ClientSession() as session, session.post(f"{url}/_sandbox/clock/drain", json={}) as drained:
            told: dict[str, Any] = await drained.json()
        os.kill(pid, signal.SIGKILL)
    compare(path, ledger, 0)
    listener.close()
    await shop.shutdown(1)

    assert told["fired"] > 0
    assert set(ledger.payments) <= set(ledger.heard)
    # Enough happened between the kills to mean something.
    assert len(ledger.payments) > KILLS
    assert interrupted(path) > 0
