"""Notifications listed page by page, and sent again with something wrong about them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from live_sandbox import inbox
from wire_merchant import from_xml, v2_sign

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient, ControlError
from sandbox.platform.tenants import Tenant


@pytest.fixture
async def control(box: Sandbox, tenant: Tenant) -> AsyncIterator[ControlClient]:
    """The tenant's control API."""
    async with ControlClient(box.url, tenant=tenant.id) as client:
        yield client


async def numbers(control: ControlClient, **asked: Any) -> list[str]:
    """The orders that a list of notifications is about."""
    return [one["out_trade_no"] for one in (await control.call("notify.list", asked))["notifications"]]


async def test_a_list_goes_on_where_it_ended(control: ControlClient, merchant: Any) -> None:
    """Page by page every notification comes once, those of one instant too, newest first."""
    for n in range(5):
        await merchant.pay(f"T{n}")
        await control.call("clock.advance", {"by": "1s" if n % 2 else 0})
    all_ids = [one["id"] for one in (await control.call("notify.list"))["notifications"]]
    paged: list[str] = []
    while page := (await control.call("notify.list", {"limit": 2, "before": paged[-1] if paged else ""})):
        if not page["notifications"]:
            break
        paged += [one["id"] for one in page["notifications"]]
    assert (paged, len(paged)) == (all_ids, 5)
    assert await numbers(control, text="t3") == ["T3"]
    assert await numbers(control, state="delivered") == []


async def test_a_brief_list_has_no_bodies_and_one_notification_all_of_them(
    control: ControlClient, merchant: Any
) -> None:
    """What is long is fetched when it is looked at."""
    await merchant.pay("T1")
    await control.call("notify.settle")
    (short,) = (await control.call("notify.list", {"brief": True}))["notifications"]
    assert "request" not in short["attempts"][0]
    assert "nothing listens" in short["attempts"][0]["reason"]
    whole = await control.call("notify.get", {"id": short["id"]})
    assert whole["attempts"][0]["request"].startswith("<xml>")
    assert (await control.call("notify.get", {"id": "T1"})) == whole


async def test_one_sending_is_forged_tampered_with_or_doubled_and_no_rule_is_made(
    control: ControlClient, merchant: Any
) -> None:
    """Only the attempt asked for goes wrong; it says so in its reason."""
    with inbox() as shop:
        await merchant.post("/pay/unifiedorder", merchant.order("T1", notify_url=shop.url))
        await control.call("user.pay", {"out_trade_no": "T1"})
        await control.call("notify.settle")
        for do in ({"tamper": {"set": {"total_fee": "1"}}}, {"rewrite": {"set": {"total_fee": "2"}}}, {"forge": None}):
            told = await control.call("notify.resend", {"id": "T1", "do": do})
            assert f"this once: {next(iter(do))}" in told["attempts"][-1]["reason"]
        told = await control.call("notify.resend", {"id": "T1", "do": {"repeat": {"times": 10}}})
        await control.call("notify.resend", {"id": "T1", "do": {"truncate": {"to": 9}}})
        await control.call("notify.resend", {"id": "T1"})
    right, tampered, rewritten, forged, *copies, cut, last = [
        from_xml(body) if len(body) > 9 else body for body in shop.bodies
    ]
    assert [fields["total_fee"] for fields in (right, tampered, rewritten, forged)] == ["199", "1", "2", "199"]
    signs = [v2_sign(fields, merchant.key) == fields["sign"] for fields in (right, tampered, rewritten, forged, last)]
    assert signs == [True, False, True, False, True]
    assert (len(copies), len(told["attempts"]), cut) == (10, 14, b"<xml><app")
    assert (await control.call("rules.list"))["rules"] == []


@pytest.mark.parametrize(
    ("do", "complaint"),
    [
        ({"tampr": {}}, "did you mean 'tamper'"),
        ({"status": {"code": 500}}, "cannot act at notify.due"),
        ({"repeat": {"times": 0}}, "fault 'repeat'"),
        ({"forge": None, "repeat": {"times": 2}}, "expected exactly one fault"),
    ],
)
async def test_what_cannot_go_wrong_with_a_notification_is_refused(
    control: ControlClient, merchant: Any, do: dict[str, Any], complaint: str
) -> None:
    """And nothing is sent."""
    await merchant.pay("T1")
    await control.call("notify.settle")
    with pytest.raises(ControlError, match=complaint):
        await control.call("notify.resend", {"id": "T1", "do": do})
    assert len((await control.call("notify.get", {"id": "T1"}))["attempts"]) == 1
