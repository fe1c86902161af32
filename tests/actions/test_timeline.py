"""One order's timeline."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from wire_merchant import v2_sign

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient
from sandbox.platform.tenants import Tenant


@pytest.fixture
async def control(box: Sandbox, tenant: Tenant) -> AsyncIterator[ControlClient]:
    """The tenant's control API."""
    async with ControlClient(box.url, tenant=tenant.id) as client:
        yield client


async def test_calls_deeds_states_and_notifications_stand_in_the_order_they_happened(
    box: Sandbox, control: ControlClient, merchant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock that stands still too: asked after paying comes after paying."""
    milliseconds = count(box.wall.now())  # no two things happen within one
    monkeypatch.setattr(box.wall, "now", lambda: next(milliseconds))
    await merchant.post("/pay/unifiedorder", merchant.order("T1"))
    await merchant.post("/pay/unifiedorder", merchant.order("T2"))
    await control.call("user.pay", {"out_trade_no": "T1"})
    await control.call("notify.settle")
    await merchant.post("/pay/orderquery", merchant.query(out_trade_no="T1"))
    await control.call("clock.advance", {"by": "15s"})
    await control.call("console.refund", {"out_trade_no": "T1", "refund": 99})
    await control.call("clock.advance", {"by": "2s"})

    told = await control.call("orders.timeline", {"out_trade_no": "T1"})

    first = told["entries"][0]["instant"]
    assert [(one["instant"] - first, one["kind"], one["name"]) for one in told["entries"]] == [
        (0, "call", "v2.unifiedorder"),
        (0, "state", "NOTPAY"),
        (0, "deed", "user.pay"),
        (0, "state", "SUCCESS"),
        (0, "notice", "payment"),
        (0, "call", "v2.orderquery"),
        (0, "deed", "clock.advance"),
        (15_000, "notice", "payment"),
        (15_000, "deed", "console.refund"),
        (15_000, "state", "REFUND PROCESSING"),
        (15_000, "deed", "clock.advance"),
        (16_000, "state", "REFUND SUCCESS"),
    ]
    assert [one.get("ok", True) for one in told["entries"]].count(False) == 2  # nobody listens at the notify URL
    assert told["pending"] == [first + 30_000]


async def test_states_follow_what_brought_them_about_within_one_millisecond(
    box: Sandbox, tenant: Tenant, control: ControlClient, merchant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both clocks stand still, and a cashier that was open is where it was paid."""
    now = box.wall.now()
    monkeypatch.setattr(box.wall, "now", lambda: now)
    await merchant.post("/pay/unifiedorder", merchant.order("T1"))
    prepay_id = (await control.call("orders.get", {"out_trade_no": "T1"}))["order"]["prepay_id"]
    params = launch(merchant, prepay_id, now)
    cashier = await control.call("cashier.open", {"params": params, "openid": merchant.openids[0]})
    await control.call("cashier.act", {"id": cashier["id"]})
    await control.call("console.refund", {"out_trade_no": "T1", "refund": 99})

    told = await control.call("orders.timeline", {"out_trade_no": "T1"})

    names = [one["name"] for one in told["entries"] if one["kind"] != "notice"]
    assert names == [
        "v2.unifiedorder", "NOTPAY", "cashier.open", "cashier.act", "SUCCESS", "console.refund", "REFUND PROCESSING",
    ]  # fmt: skip


def launch(merchant: Any, prepay_id: str, now: int) -> dict[str, str]:
    """The launch parameters that the merchant's server would make."""
    signed = {
        "appId": merchant.appid, "timeStamp": str(now // 1000), "nonceStr": "N", "package": f"prepay_id={prepay_id}",
        "signType": "MD5",
    }  # fmt: skip
    return {
        **{name: value for name, value in signed.items() if name != "appId"},
        "paySign": v2_sign(signed, merchant.key),
    }


async def test_an_order_nobody_made_has_no_timeline(control: ControlClient) -> None:
    """It is refused with where to look."""
    with pytest.raises(Exception, match="GET /_sandbox/orders lists"):
        await control.call("orders.timeline", {"out_trade_no": "nobody"})


async def test_the_diary_keeps_no_key(control: ControlClient, merchant: Any, tenant: Tenant) -> None:
    """A key that was given to a verb is masked; looking at things is no deed."""
    key = "0123456789abcdef0123456789abcdef"
    await control.call("console.reset_key", {"mchid": merchant.mch_id, "api_key": key})
    await control.call("explain", {"text": '{"paySign": "x"}'})

    assert [(deed.verb, deed.args["api_key"]) for deed in tenant.diary] == [
        ("console.reset_key", "0123…(32 characters)")
    ]


async def test_exchanges_are_found_by_any_text_in_them(control: ControlClient, merchant: Any) -> None:
    """In bodies and whatever the case; briefly, without headers and bodies; older ones by number."""
    for number in ("T1", "T2", "T3"):
        await merchant.post("/pay/unifiedorder", merchant.order(number, attach=f"Note of {number}"))

    found = (await control.call("exchanges.list", {"text": "note OF t2"}))["exchanges"]
    assert [one["tags"]["out_trade_no"] for one in found] == ["T2"]
    assert "Note of T2" in found[0]["request"]

    older = (await control.call("exchanges.list", {"before": found[0]["id"], "brief": True}))["exchanges"]
    assert [(one["tags"]["out_trade_no"], one["request"], one["request_headers"]) for one in older] == [("T1", "", {})]
    assert (await control.call("exchanges.list", {"limit": 0}))["exchanges"] == []
