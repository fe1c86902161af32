"""Signing for a merchant: what comes out must be taken by the gateway."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient, ControlError
from sandbox.platform.tenants import Tenant


@pytest.fixture
async def control(box: Sandbox, tenant: Tenant) -> AsyncIterator[ControlClient]:
    """The tenant's control API."""
    async with ControlClient(box.url, tenant=tenant.id) as client:
        yield client


async def sent(box: Sandbox, target: str, made: dict[str, Any]) -> tuple[int, str]:
    """What the gateway says to a request that was signed."""
    async with (
        aiohttp.ClientSession(headers=made["headers"]) as session,
        session.post(f"{box.url}{target}", data=made["body"].encode()) as response,
    ):
        return response.status, await response.text()


@pytest.mark.parametrize("sign_type", [None, "MD5", "HMAC-SHA256"])
async def test_a_v2_request_is_signed_by_its_own_sign_type(
    box: Sandbox, control: ControlClient, merchant: Any, sign_type: str | None
) -> None:
    """From fields as JSON; the key is not shown, and an old sign is replaced."""
    fields = {**merchant.order(sign_type=sign_type), "sign": "OLD"}
    made = await control.call("sign", {"mchid": merchant.mch_id, "body": json.dumps(fields)})

    assert "prepay_id" in (await sent(box, "/pay/unifiedorder", made))[1]
    assert merchant.key not in made["string_to_sign"]

    again = await control.call("sign", {"mchid": merchant.mch_id, "body": made["body"].replace("199", "200")})
    assert again["signature"] != made["signature"]
    assert "201 商户订单号重复" in (await sent(box, "/pay/unifiedorder", again))[1]  # taken, as a changed order


async def test_a_v3_request_is_signed_in_its_header(box: Sandbox, control: ControlClient, merchant: Any) -> None:
    """Over method, target and body as they are."""
    order = {
        "mchid": merchant.mch_id, "appid": merchant.appid, "description": "茶", "out_trade_no": "T2026000001",
        "notify_url": "https://shop.example/notify", "amount": {"total": 1}, "payer": {"openid": merchant.openids[0]},
    }  # fmt: skip
    target = "/v3/pay/transactions/jsapi"
    made = await control.call("sign", {"mchid": merchant.mch_id, "target": target, "body": json.dumps(order)})
    status, answer = await sent(box, target, made)
    assert (status, list(json.loads(answer))) == (200, ["prepay_id"])

    other = {**made, "body": made["body"].replace("T2026000001", "T2026000002")}
    assert (await sent(box, target, other))[0] == 401


async def test_what_cannot_be_signed_is_refused_with_the_reason(control: ControlClient, merchant: Any) -> None:
    """Neither XML nor JSON; nobody's mchid."""
    with pytest.raises(ControlError, match="neither XML nor the fields as JSON"):
        await control.call("sign", {"mchid": merchant.mch_id, "body": "total_fee=1"})
    with pytest.raises(ControlError, match="no merchant '1'"):
        await control.call("sign", {"mchid": "1", "body": "{}"})


async def test_tenants_are_listed_without_their_keys(box: Sandbox, tenant: Tenant, merchant: Any) -> None:
    """The default one first."""
    async with ControlClient(box.url) as control:
        listed = (await control.call("tenants.list"))["tenants"]
    assert [one["id"] for one in listed] == ["default", tenant.id]
    assert listed[1]["mch_id"] == merchant.mch_id
    assert merchant.key not in str(listed)
