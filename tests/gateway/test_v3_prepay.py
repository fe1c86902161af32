"""The other three ways to order through APIv3, and a provider's four: what they answer and what pays them."""

from typing import Any

import pytest
from v3_merchant import V3Merchant
from v3_requests import order, partner_order

from sandbox.actions.open_h5 import OpenH5, open_h5
from sandbox.actions.pay import Pay, pay
from sandbox.actions.scan import Scan, scan
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant

WAYS = {"app": "prepay_id", "native": "code_url", "h5": "h5_url", "jsapi": "prepay_id"}
MINUTE = 60_000


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


@pytest.fixture
def provider(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's service provider."""
    return V3Merchant(box, tenant, next(one.mchid for one in tenant.merchants.values() if one.kind == "provider"))


@pytest.mark.parametrize(("way", "answered"), WAYS.items())
async def test_each_way_answers_its_handle(v3: V3Merchant, provider: V3Merchant, way: str, answered: str) -> None:
    """One member and nothing else, for a direct merchant and for a provider."""
    direct = await v3.call("POST", f"/v3/pay/transactions/{way}", order(v3, way))
    partner = await provider.call("POST", f"/v3/pay/partner/transactions/{way}", partner_order(provider, way))

    assert [status for status, _ in (direct, partner)] == [200, 200]
    assert [list(body) for _, body in (direct, partner)] == [[answered], [answered]]


@pytest.mark.parametrize("way", WAYS)
async def test_a_get_on_an_ordering_path_is_405_and_empty(v3: V3Merchant, way: str) -> None:
    """The method is looked at before anything else (observed)."""
    status, body = await v3.call("GET", f"/v3/pay/transactions/{way}")

    assert (status, body) == (405, None)
    assert "Wechatpay-Signature" not in v3.reply.headers


async def test_an_unknown_path_is_404_and_empty(v3: V3Merchant) -> None:
    """Also below a path that exists (observed)."""
    replies = [await v3.call("POST", f"/v3/pay/transactions/{way}", {}) for way in ("wap", "jsapi/", "JSAPI")]

    assert replies == [(404, None)] * 3
    assert "Wechatpay-Signature" not in v3.reply.headers


async def test_a_native_order_is_paid_by_scanning_its_newest_code(v3: V3Merchant) -> None:
    """Ordered again the code is another, and the older one is dead."""
    path, body = "/v3/pay/transactions/native", order(v3, "native")
    first = (await v3.call("POST", path, body))[1]["code_url"]
    second = (await v3.call("POST", path, body))[1]["code_url"]
    desk = v3.box.desk(v3.tenant)

    old: Any = await scan.run(desk, Scan(code_url=first))
    new: Any = await scan.run(desk, Scan(code_url=second))
    _, queried = await v3.call("GET", f"/v3/pay/transactions/out-trade-no/T2026000001?mchid={v3.mchid}")

    assert first.startswith("weixin://wxpay/bizpayurl?pr=")
    assert (old.paid, new.paid) == (False, True)
    assert (queried["trade_state"], queried["trade_type"]) == ("SUCCESS", "NATIVE")


async def test_an_h5_link_lives_five_minutes(v3: V3Merchant) -> None:
    """It pays until then, from a page with a Referer; after that it is dead."""
    path, body = "/v3/pay/transactions/h5", order(v3, "h5")
    late = (await v3.call("POST", path, order(v3, "h5", out_trade_no="T2026000002")))[1]["h5_url"]
    await v3.box.timers.advance(v3.tenant, 5 * MINUTE)
    url = (await v3.call("POST", path, body))[1]["h5_url"]
    desk = v3.box.desk(v3.tenant)

    dead: Any = await open_h5.run(desk, OpenH5(url=late, referer="https://shop.example/"))
    paid: Any = await open_h5.run(desk, OpenH5(url=url, referer="https://shop.example/"))
    _, queried = await v3.call("GET", f"/v3/pay/transactions/out-trade-no/T2026000001?mchid={v3.mchid}")

    assert url.startswith("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx")
    assert (dead.paid, paid.paid) == (False, True)
    assert queried["trade_type"] == "MWEB"


async def test_an_h5_order_needs_its_scene(v3: V3Merchant) -> None:
    """scene_info and h5_info are required on h5 alone."""
    path = "/v3/pay/transactions/h5"
    none = await v3.call("POST", path, order(v3, "h5", scene_info=None))
    bare = await v3.call("POST", path, order(v3, "h5", scene_info={"payer_client_ip": "127.0.0.1"}))

    said = "输入源“{}”映射到字段“{}”必填性规则校验失败，此字段为必填项"
    assert (none[0], none[1]["message"]) == (400, said.format("/body/scene_info", "场景信息"))
    assert (bare[0], bare[1]["message"]) == (400, said.format("/body/scene_info/h5_info", "H5场景信息"))


async def test_a_partner_order_is_queried_in_the_providers_spelling(provider: V3Merchant) -> None:
    """sp_ and sub_ names, in the query of a paid order too."""
    body = partner_order(provider, "jsapi")
    await provider.call("POST", "/v3/pay/partner/transactions/jsapi", body)
    await pay.run(provider.box.desk(provider.tenant), Pay(out_trade_no="T2026000001"))
    path = "/v3/pay/partner/transactions/out-trade-no/T2026000001"
    sub_mchid = body["sub_mchid"]

    status, queried = await provider.call("GET", f"{path}?sp_mchid={provider.mchid}&sub_mchid={sub_mchid}")

    assert status == 200
    assert (queried["sp_mchid"], queried["sub_mchid"], queried["trade_state"]) == (
        provider.mchid,
        sub_mchid,
        "SUCCESS",
    )
    assert queried["payer"] == {"sp_openid": provider.openids[0]}
    assert not {"appid", "mchid"} & set(queried)


async def test_a_fresh_order_of_another_way_is_a_repeated_number(v3: V3Merchant) -> None:
    """One number, one way to pay."""
    await v3.call("POST", "/v3/pay/transactions/jsapi", order(v3, "jsapi"))

    answer = await v3.call("POST", "/v3/pay/transactions/native", order(v3, "native"))

    assert answer == (400, {"code": "INVALID_REQUEST", "message": "201 商户订单号重复"})
