"""What merchants, apps and tenants may be changed to, and what it does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient, ControlError
from sandbox.platform.tenants import Tenant

NEW_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture
async def console(box: Sandbox, tenant: Tenant) -> AsyncIterator[ControlClient]:
    """The tenant's control API."""
    async with ControlClient(box.url, tenant=tenant.id) as control:
        yield control


async def test_a_merchant_shows_what_it_may_do(console: ControlClient, merchant: Any) -> None:
    """Bound appids, products, balance, but no key."""
    seen = await console.call("merchants.get", {"mchid": merchant.mch_id})
    assert seen["appids"] == [merchant.appid]
    assert "JSAPI" in seen["products"]
    assert seen["api_key_pending_until"] is None
    assert merchant.key not in str(seen)


@pytest.mark.parametrize("change", [{"products": ["NATIVE"]}, {"products": []}, {"restricted": True}])
async def test_what_a_merchant_may_not_is_refused_at_once(
    console: ControlClient, merchant: Any, change: dict[str, Any]
) -> None:
    """The console's change counts for the next order, and taking it back too."""
    before = await console.call("merchants.get", {"mchid": merchant.mch_id})
    await console.call("console.merchant", {"mchid": merchant.mch_id, **change})
    assert (await merchant.post("/pay/unifiedorder", merchant.order()))["result_code"] == "FAIL"
    back = {name: before[name] for name in change}
    assert await console.call("console.merchant", {"mchid": merchant.mch_id, **back}) == before
    assert (await merchant.post("/pay/unifiedorder", merchant.order()))["result_code"] == "SUCCESS"


async def test_unbinding_an_appid_refuses_its_orders(console: ControlClient, merchant: Any) -> None:
    """appid and mch_id no longer match."""
    await console.call("console.merchant", {"mchid": merchant.mch_id, "appids": []})
    reply = await merchant.post("/pay/unifiedorder", merchant.order())
    assert reply["return_code"] == "FAIL"
    assert "prepay_id" not in reply


async def test_a_change_survives_a_reload(box: Sandbox, console: ControlClient, merchant: Any) -> None:
    """What was changed is in the store, and what was not named stayed."""
    change = {"mchid": merchant.mch_id, "name": "茶行", "directories": ["https://shop.example/pay/"], "balance": 5}
    changed = await console.call("console.merchant", change)
    merchant.tenant.load()
    assert await console.call("merchants.get", {"mchid": merchant.mch_id}) == changed
    assert changed["products"] == ["APP", "JSAPI", "MICROPAY", "MWEB", "NATIVE", "PROFITSHARING", "TRANSFER"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"products": ["JSAPY"]}, r'products\[0\]: expected one of JSAPI, NATIVE, .* came "JSAPY"'),
        ({"balance": -1}, "balance: expected int >= 0, came -1"),
        ({"appids": ["wx0000000000000000"]}, "appids: no app 'wx0000000000000000' in tenant"),
        ({"bound": []}, "no argument is called 'bound'"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(
    console: ControlClient, merchant: Any, change: dict[str, Any], complaint: str
) -> None:
    """It names the field, and the good part of it is not done either."""
    before = await console.call("merchants.get", {"mchid": merchant.mch_id})
    with pytest.raises(ControlError, match=complaint):
        await console.call("console.merchant", {"mchid": merchant.mch_id, "restricted": True, **change})
    assert await console.call("merchants.get", {"mchid": merchant.mch_id}) == before


async def test_a_key_reset_counts_a_quarter_of_an_hour_later(console: ControlClient, merchant: Any) -> None:
    """Until then the old key signs and the new one is wrong; from then on the other way round."""
    now = merchant.tenant.clock.now()
    reset = await console.call("console.reset_key", {"mchid": merchant.mch_id, "api_key": NEW_KEY})
    assert (reset["api_key"], reset["effective_at"]) == (NEW_KEY, now + 15 * 60 * 1000)
    pending = await console.call("merchants.get", {"mchid": merchant.mch_id})
    assert pending["api_key_pending_until"] == reset["effective_at"]
    await console.call("clock.advance", {"by": "14m59s"})
    assert await _signs(merchant, merchant.key)
    assert not await _signs(merchant, NEW_KEY)
    await console.call("clock.advance", {"by": "1s"})
    assert not await _signs(merchant, merchant.key)
    assert await _signs(merchant, NEW_KEY)


async def test_the_delay_of_a_key_reset_is_a_setting(console: ControlClient, merchant: Any) -> None:
    """keys.v2_delay 0: at once."""
    await console.call("console.settings", {"keys.v2_delay": 0})
    await console.call("console.reset_key", {"mchid": merchant.mch_id, "api_key": NEW_KEY})
    assert await _signs(merchant, NEW_KEY)


async def test_a_drawn_key_is_new_each_time(console: ControlClient, merchant: Any) -> None:
    """32 letters and digits, not the same twice."""
    keys = {(await console.call("console.reset_key", {"mchid": merchant.mch_id}))["api_key"] for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) == 32 and key.isalnum() for key in keys)


@pytest.mark.parametrize("key", ["short", "x" * 33, "0f1e2d3c4b5a69788796a5b4c3d2e1f-", ""])
async def test_a_key_of_another_shape_is_refused(console: ControlClient, merchant: Any, key: str) -> None:
    """The console takes 32 letters and digits."""
    with pytest.raises(ControlError, match="api_key: expected"):
        await console.call("console.reset_key", {"mchid": merchant.mch_id, "api_key": key})


async def test_an_app_loses_and_regains_payment(console: ControlClient, merchant: Any) -> None:
    """The rest of it stays."""
    before = await console.call("apps.get", {"appid": merchant.appid})
    after = await console.call("console.app", {"appid": merchant.appid, "can_pay": False, "domains": ["shop.example"]})
    assert after == {**before, "can_pay": False, "domains": ["shop.example"]}
    assert not merchant.tenant.apps[merchant.appid].can_pay
    back = await console.call("console.app", {"appid": merchant.appid, "can_pay": True, "domains": []})
    assert back == before


async def test_names_of_another_tenant_are_unknown_here(console: ControlClient) -> None:
    """404, with the names there are."""
    with pytest.raises(ControlError, match="no merchant '1900000001' in tenant 't1'; there are 19") as caught:
        await console.call("console.merchant", {"mchid": "1900000001", "restricted": True})
    assert caught.value.status == 404
    with pytest.raises(ControlError, match="no app 'wx5a4d8bf0c0de0001' in tenant 't1'"):
        await console.call("apps.get", {"appid": "wx5a4d8bf0c0de0001"})


async def test_settings_by_dotted_name_and_by_group(console: ControlClient, tenant: Tenant) -> None:
    """Both spellings; what is not named stays; the default is what a merchant meets today."""
    assert (await console.call("settings.get"))["v2"]["format"] == "modern"
    await console.call("console.settings", {"v2.format": "legacy", "notify": {"timeout": 1}})
    after = await console.call("settings.get")
    assert after["v2"]["format"] == "legacy"
    assert after["notify"]["timeout"] == 1
    assert after["order"]["auto_close"] == 7 * 86400
    assert tenant.settings.v2.format == "legacy"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"v2.formt": "legacy"}, "no argument is called 'v2.formt' — did you mean 'v2.format'"),
        ({"v2": {"formt": "legacy"}}, r"formt"),
        ({"v2": {"format": "old"}}, r"old.*v2\.format"),
        ({"order.auto_close": "never"}, r'order\.auto_close: expected .*, came "never"'),
        ({"notify.ladder": [1, "soon"]}, r'notify\.ladder\[1\]: expected float, came "soon"'),
    ],
)
async def test_a_setting_that_cannot_be_is_named(
    console: ControlClient, change: dict[str, Any], complaint: str
) -> None:
    """And nothing changes."""
    before = await console.call("settings.get")
    with pytest.raises(ControlError, match=complaint):
        await console.call("console.settings", {"keys.v2_delay": 0, **change})
    assert await console.call("settings.get") == before


async def _signs(merchant: Any, key: str) -> bool:
    reply = await merchant.post("/pay/orderquery", merchant.query(out_trade_no="T1"), key=key)
    return reply["return_code"] == "SUCCESS"
