"""The contract of chance: same seed, same start, same requests, same bytes; on any store, in any thread."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.gateway.wire import Wire
from sandbox.platform.tenants import NewTenant, Tenant

START = 1_767_225_600_000
PUBLIC = "https://shop.example"

Transcript = list[Any]


class World:
    """A sandbox with a tenant of seed 7, a shop that its notifications are mapped to, and all that was said."""

    def __init__(self, box: Sandbox, inbox: list[bytes]) -> None:
        self.box = box
        self.inbox = inbox
        self.tenant: Tenant = box.tenants.get("same") or box.tenants.create(
            NewTenant(id="same", seed="7", start=START), ""
        )
        merchant = next(iter(self.tenant.merchants.values()))
        self.head = {"appid": next(iter(self.tenant.apps)), "mch_id": merchant.mchid, "nonce_str": "N"}
        self.key = merchant.api_keys[0].text
        with self.tenant.transaction() as tx:
            self.openid = tx.users()[0].openids[self.head["appid"]]

    async def post(self, path: str, sign: str = "", **fields: str) -> tuple[bytes, dict[str, str]]:
        """One signed request; body and headers of the reply."""
        whole = {**self.head, **fields}
        body = to_xml({**whole, "sign": sign or v2_sign(whole, self.key)})
        wire = Wire(method="POST", path=path, target=path, body=body, base_url="http://127.0.0.1")
        reply = await self.box.pipeline.serve(wire)
        reply.headers.pop("Sandbox-Diagnosis", None)  # counts the exchanges of all tenants
        return reply.body, dict(reply.headers)

    async def order(self, number: str, **fields: str) -> tuple[bytes, dict[str, str]]:
        asked = {
            "body": "茶叶一罐", "out_trade_no": number, "total_fee": "199", "spbill_create_ip": "127.0.0.1",
            "notify_url": f"{PUBLIC}/notify", "trade_type": "JSAPI", "openid": self.openid, **fields,
        }  # fmt: skip
        return await self.post("/pay/unifiedorder", **asked)

    async def pay(self, number: str) -> dict[str, Any]:
        paid: Any = await pay.run(self.box.desk(self.tenant), Pay(out_trade_no=number))
        await self.box.timers.settle(self.tenant)
        return {"transaction_id": paid.transaction_id}

    async def first_half(self) -> Transcript:
        """Orders of every kind, again and changed; refusals; one paid."""
        return [
            await self.order("A1"),
            await self.order("A1"),
            await self.order("A1", total_fee="200"),
            await self.order("A2", sign_type="HMAC-SHA256", attach="附加"),
            await self.order("A3", trade_type="NATIVE"),
            await self.order("A3", trade_type="NATIVE"),
            await self.order("A4", trade_type="MWEB"),
            await self.order("A5", sign="0" * 32),
            await self.order("A6", total_fee="1.5"),
            await self.order("A7", openid="nobody"),
            await self.pay("A1"),
            await self.post("/pay/orderquery", out_trade_no="A1"),
        ]

    async def second_half(self) -> Transcript:
        """Later: more orders, one closed, one paid, all notifications to their end."""
        advanced = await self.box.timers.advance(self.tenant, 90_000)
        return [
            advanced.now,
            await self.order("A1"),
            await self.order("A2", sign_type="HMAC-SHA256", attach="附加"),
            await self.order("B1"),
            await self.pay("A2"),
            await self.post("/pay/closeorder", out_trade_no="B1"),
            await self.post("/pay/closeorder", out_trade_no="A1"),
            await self.post("/pay/orderquery", out_trade_no="A2"),
            await self.post("/pay/orderquery", out_trade_no="none"),
            (await self.box.timers.drain(self.tenant)).now,
        ]


@asynccontextmanager
async def world(store: Path | None = None, executor: Executor | None = None) -> AsyncIterator[World]:
    """A running one; its shop refuses every other notification."""
    inbox: list[bytes] = []

    async def shop(request: web.BaseRequest) -> web.Response:
        inbox.append(await request.read())
        return web.Response(body=b"<xml><return_code>SUCCESS</return_code></xml>" if len(inbox) % 2 == 0 else b"")

    server = web.Server(shop)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    local = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    settings = Settings(port=0, store=store, seed="1", notify_map={PUBLIC: local})
    async with Sandbox(settings, executor=executor) as box:
        yield World(box, inbox)
    listener.close()
    await server.shutdown(0.1)


@pytest.fixture
async def expected() -> tuple[Transcript, list[bytes]]:
    """What one sandbox says, in memory, on the loop."""
    async with world() as one:
        said = [*await one.first_half(), *await one.second_half()]
        return said, one.inbox


def test_the_transcript_says_something(expected: tuple[Transcript, list[bytes]]) -> None:
    """Orders succeed, refusals refuse, both payments are notified twice with the same bytes."""
    said, inbox = expected

    assert sum(b"<prepay_id>" in one[0] for one in said if isinstance(one, tuple)) == 8
    assert sum(b"FAIL" in one[0] for one in said if isinstance(one, tuple)) == 7
    assert [from_xml(body)["out_trade_no"] for body in inbox] == ["A1", "A1", "A2", "A2"]
    assert inbox[0] == inbox[1]


async def test_two_sandboxes_in_one_process(expected: tuple[Transcript, list[bytes]]) -> None:
    """Side by side, step by step, they say the same and do not see each other."""
    async with world() as one, world() as other:
        first = await asyncio.gather(one.first_half(), other.first_half())
        second = await asyncio.gather(one.second_half(), other.second_half())

    assert first[0] + second[0] == first[1] + second[1] == expected[0]
    assert one.inbox == other.inbox == expected[1]


async def test_another_seed_says_something_else(expected: tuple[Transcript, list[bytes]]) -> None:
    """The values come from the seed."""
    async with world() as one:
        other = one.box.tenants.create(NewTenant(id="other", seed="8", start=START), "")
        one.tenant = other
        merchant = next(iter(other.merchants.values()))
        one.head = {"appid": next(iter(other.apps)), "mch_id": merchant.mchid, "nonce_str": "N"}
        one.key = merchant.api_keys[0].text
        with other.transaction() as tx:
            one.openid = tx.users()[0].openids[one.head["appid"]]
        said = await one.order("A1")

    ours, theirs = from_xml(said[0]), from_xml(expected[0][0][0])
    assert ours["return_code"] == theirs["return_code"] == "SUCCESS"
    assert ours["prepay_id"] != theirs["prepay_id"]
    assert ours["nonce_str"] != theirs["nonce_str"]


async def test_worker_threads_on_a_file(expected: tuple[Transcript, list[bytes]], tmp_path: Path) -> None:
    """Every handler in a thread, the store in a file: nothing leaned on the loop."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        async with world(tmp_path / "s.sqlite", pool) as one:
            said = [*await one.first_half(), *await one.second_half()]

    assert said == expected[0]
    assert one.inbox == expected[1]


async def test_a_restart_in_the_middle(expected: tuple[Transcript, list[bytes]], tmp_path: Path) -> None:
    """Stopped on a file and started again, the sandbox goes on where it was."""
    path = tmp_path / "s.sqlite"
    async with world(path) as one:
        first, heard = await one.first_half(), one.inbox
    async with world(path) as one:
        one.inbox.extend(heard)
        second = await one.second_half()

    assert first + second == expected[0]
    assert one.inbox == expected[1]


@pytest.mark.parametrize("workers", [0, 4])
async def test_requests_at_once(tmp_path: Path, workers: int) -> None:
    """Forty orders together get what each would have got alone; ten posts of one order get ten prepay_ids."""
    async with world() as alone:
        single = {f"N{n}": (await alone.order(f"N{n}"))[0] for n in range(40)}
        again = [(await alone.order("X"))[0] for _ in range(10)]
    pool = ThreadPoolExecutor(max_workers=workers) if workers else None
    async with world(tmp_path / "s.sqlite", pool) as crowd:
        together = await asyncio.gather(
            *(crowd.order(number) for number in single), *(crowd.order("X") for _ in range(10))
        )
    if pool is not None:
        pool.shutdown()

    bodies = [body for body, _ in together]
    assert bodies[:40] == list(single.values())
    assert sorted(bodies[40:]) == sorted(again)
    assert len(set(again)) == 10
