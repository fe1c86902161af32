"""wx.js in a merchant's page of another origin: the phone lies over it until the person is through."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from v3_merchant import V3Merchant
from wire_phone import Phone

from sandbox.app import Sandbox


@pytest.fixture
async def shop_page(phone: Phone, box: Sandbox, page: Any) -> AsyncIterator[Any]:
    """A page that has nothing but the script; its own policy is as strict as a careful shop's."""
    script = f"{box.url}/_sandbox/wx.js?tenant={phone.tenant.id}&appid={phone.merchant.appid}&payer=xiaoming"
    policy = "; ".join(f"{kind} {box.url}" for kind in ("script-src", "connect-src", "frame-src"))
    headers = {"Content-Security-Policy": f"default-src 'self'; {policy}"}

    async def serve(request: web.Request) -> web.Response:
        text = f'<!doctype html><title>shop</title><script src="{script}"></script><p>shop</p>'
        return web.Response(text=text, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/pay/", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/pay/")
    yield page
    await runner.cleanup()


START = """([call, given]) => { window.heard = null; const {wx, WeixinJSBridge} = window;
  const hear = (said) => { window.heard = said; };
  if (call === 'bridge') WeixinJSBridge.invoke('getBrandWCPayRequest', given, hear);
  else wx[call]({...given, complete: hear}); }"""


async def heard(page: Any) -> Any:
    """What the callback heard, once it did; the phone is gone by then."""
    # Not wait_for_function, which the page's policy forbids.
    async with asyncio.timeout(20):
        while (said := await page.evaluate("window.heard")) is None:
            await page.wait_for_timeout(50)
    assert await page.locator("iframe").count() == 0
    return said


async def test_a_refused_launch_shows_its_dialog_and_the_page_hears_after_it(phone: Phone, shop_page: Any) -> None:
    """A wrong paySign: the platform's words over the page, then a cancellation."""
    params = {**phone.launch((await phone.order())["prepay_id"]), "paySign": "0" * 32}
    await shop_page.evaluate(START, ["requestPayment", params])
    over = shop_page.frame_locator("iframe")
    await over.get_by_text("支付验证签名失败").wait_for()
    assert await shop_page.evaluate("window.heard") is None
    await over.get_by_role("button", name="确定").click()

    assert await heard(shop_page) == {"errMsg": "requestPayment:fail cancel"}


async def test_what_the_base_library_refuses_needs_no_screen(phone: Phone, shop_page: Any) -> None:
    """An argument of the wrong type is told to the page at once."""
    params = {**phone.launch((await phone.order())["prepay_id"]), "timeStamp": 1}
    await shop_page.evaluate(START, ["requestPayment", params])

    assert "parameter.timeStamp should be String instead of Number;" in (await heard(shop_page))["errMsg"]


async def test_a_page_in_an_unregistered_directory_is_refused(phone: Phone, shop_page: Any) -> None:
    """The bridge tells the phone where the page is, and the dialog says it."""
    await phone.do("console.merchant", mchid=phone.merchant.mch_id, directories=["https://shop.example/pay/"])
    params = phone.launch((await phone.order())["prepay_id"])
    await shop_page.evaluate(START, ["bridge", {"appId": phone.merchant.appid, **params}])
    over = shop_page.frame_locator("iframe")
    await over.get_by_text("当前页面的URL未注册：http://127.0.0.1:").wait_for()
    await over.get_by_role("button", name="确定").click()

    assert await heard(shop_page) == {"err_msg": "get_brand_wcpay_request:cancel"}


async def test_a_transfer_is_taken_over_the_page(phone: Phone, shop_page: Any, box: Sandbox) -> None:
    """Its amount shows, and ok is heard when the page has been closed."""
    merchant = V3Merchant(box, phone.tenant)
    report = [{"info_type": "活动名称", "info_content": "a"}, {"info_type": "奖励说明", "info_content": "b"}]
    body = {
        "appid": merchant.appid, "out_bill_no": "B001", "transfer_scene_id": "1000", "openid": phone.openid,
        "transfer_amount": 500, "transfer_remark": "新会员开通有礼", "transfer_scene_report_infos": report,
    }  # fmt: skip
    _, sent = await merchant.call("POST", "/v3/fund-app/mch-transfer/transfer-bills", body)
    given = {"mchId": merchant.mchid, "appId": merchant.appid, "package": sent["package_info"]}
    await shop_page.evaluate(START, ["requestMerchantTransfer", given])
    over = shop_page.frame_locator("iframe")
    await over.get_by_text("¥5.00").wait_for()
    await over.get_by_role("button", name="收款").click()
    await over.get_by_role("button", name="确定").click()

    assert await heard(shop_page) == {"errMsg": "requestMerchantTransfer:ok"}
    assert (await phone.do("phone.get", id="xiaoming"))["transfers"] == []
