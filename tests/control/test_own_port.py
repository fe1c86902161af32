"""A tenant may have a port of its own: whatever arrives there is its."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.app import Sandbox
from sandbox.config import Settings


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client."""
    async with aiohttp.ClientSession() as client:
        yield client


async def made(session: aiohttp.ClientSession, box: Sandbox, port: int = 0) -> Any:
    async with session.post(f"{box.url}/_sandbox/tenants", json={"port": port}) as response:
        return await response.json()


async def test_what_arrives_there_belongs_to_the_tenant(box: Sandbox, session: aiohttp.ClientSession) -> None:
    """Even an mch_id of another tenant, and control calls without a tenant header."""
    tenant = await made(session, box)
    fields = {"mch_id": "1900000001", "appid": "wx5a4d8bf0c0de0001", "nonce_str": "n", "out_trade_no": "T2026000001"}
    body = to_xml({**fields, "sign": v2_sign(fields, "sandboxAPIv2key0sandboxAPIv2key0")})

    async with session.post(f"{tenant['url']}/pay/orderquery", data=body) as response:
        there = from_xml(await response.read())
    async with session.post(f"{box.url}/pay/orderquery", data=body) as response:
        shared = from_xml(await response.read())
    async with session.get(f"{tenant['url']}/_sandbox/exchanges") as response:
        journal = (await response.json())["exchanges"]

    assert there["return_msg"] == "商户号mch_id或sub_mch_id不存在"
    assert shared["err_code"] == "ORDERNOTEXIST"
    assert [one["tenant"] for one in journal] == [tenant["id"]]


async def test_a_taken_port_is_named_and_leaves_no_tenant(box: Sandbox, session: aiohttp.ClientSession) -> None:
    """409; the names are free again."""
    before = len(list(box.tenants))

    async with session.post(f"{box.url}/_sandbox/tenants", json={"port": box.port}) as response:
        answer = await response.json()

    assert response.status == 409
    assert str(box.port) in answer["error"]["message"]
    assert len(list(box.tenants)) == before


async def test_a_dropped_tenant_gives_its_port_back(box: Sandbox, session: aiohttp.ClientSession) -> None:
    """Nothing listens there any more."""
    tenant = await made(session, box)
    async with session.delete(f"{box.url}/_sandbox/tenants/{tenant['id']}") as response:
        assert response.status == 200

    with pytest.raises(aiohttp.ClientConnectorError):
        await session.get(tenant["url"])


async def test_a_restart_opens_it_again(tmp_path: Path, session: aiohttp.ClientSession) -> None:
    """The wish is kept with the tenant."""
    settings = Settings(port=0, store=tmp_path / "store.sqlite")
    async with Sandbox(settings) as box:
        tenant = await made(session, box)

    async with Sandbox(settings) as box:
        again = box.tenants.get(tenant["id"])
        assert again is not None
        async with session.get(f"http://127.0.0.1:{again.port}/_sandbox/clock") as response:
            assert response.status == 200
