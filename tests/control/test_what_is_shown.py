"""What the console shows of merchants and apps, and what only when it is asked for."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient
from sandbox.platform.tenants import Tenant

NEW_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture
async def console(box: Sandbox, tenant: Tenant) -> AsyncIterator[ControlClient]:
    """The tenant's control API."""
    async with ControlClient(box.url, tenant=tenant.id) as control:
        yield control


async def test_lists_name_every_merchant_and_app_and_no_key(console: ControlClient, tenant: Tenant) -> None:
    """What one of them shows is what its own call shows."""
    merchants = (await console.call("merchants.list"))["merchants"]
    apps = (await console.call("apps.list"))["apps"]
    assert [one["mchid"] for one in merchants] == list(tenant.merchants)
    assert [one["appid"] for one in apps] == list(tenant.apps)
    assert merchants[0] == await console.call("merchants.get", {"mchid": merchants[0]["mchid"]})
    assert apps[0] == await console.call("apps.get", {"appid": apps[0]["appid"]})
    secrets = [key.text for one in tenant.merchants.values() for key in one.api_keys]
    secrets += [one.apiv3_key for one in tenant.merchants.values()] + [one.secret for one in tenant.apps.values()]
    assert [secret for secret in secrets if secret in f"{merchants}{apps}"] == []


async def test_keys_are_shown_on_demand_with_the_one_that_is_to_come(console: ControlClient, merchant: Any) -> None:
    """The old key stands until the new one's instant."""
    await console.call("console.reset_key", {"mchid": merchant.mch_id, "api_key": NEW_KEY})
    shown = await console.call("merchants.credentials", {"mchid": merchant.mch_id})
    assert (shown["api_key"], shown["pending_api_key"]) == (merchant.key, NEW_KEY)
    await console.call("clock.advance", {"by": "15m"})
    shown = await console.call("merchants.credentials", {"mchid": merchant.mch_id})
    assert (shown["api_key"], shown["pending_api_key"]) == (NEW_KEY, "")


async def test_the_valid_certificates_of_the_platform_are_shown(console: ControlClient, merchant: Any) -> None:
    """Two while they overlap, the first of which signs; none for a merchant with the public key only."""
    asked = {"mchid": merchant.mch_id}
    before = (await console.call("merchants.certificates", asked))["certificates"]
    await console.call("console.rotate_certificate", {**asked, "stage": "overlap"})
    during = (await console.call("merchants.certificates", asked))["certificates"]
    assert [one["signs"] for one in before + during] == [True, True, False]
    assert during[0] == before[0]
    await console.call("console.rotate_certificate", {**asked, "stage": "finish"})
    after = (await console.call("merchants.certificates", asked))["certificates"]
    assert after == [{**during[1], "signs": True}]
    await console.call("console.merchant", {**asked, "key_mode": "pubkey"})
    assert (await console.call("merchants.certificates", asked))["certificates"] == []
