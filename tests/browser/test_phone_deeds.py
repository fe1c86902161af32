"""What a person can do with the phone besides paying at a cashier that a page opened."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from v2_contract import V2, sample, send
from v3_merchant import V3Merchant
from wire_merchant import v2_sign
from wire_phone import Phone

from sandbox.app import Sandbox


@pytest.fixture
async def tab(phone: Phone, box: Sandbox, page: Any) -> Any:
    """小明's phone of the test's tenant, drawn."""
    await page.goto(f"{box.url}/_sandbox/phone?tenant={phone.tenant.id}")
    await page.get_by_text("还没有消息。").wait_for()
    return page


async def told(tab: Any) -> str:
    """The newest message, once there is one."""
    first = tab.locator("#messages li").first
    await first.wait_for()
    return str(await first.inner_text())


async def test_a_pasted_code_is_paid_with_a_card(phone: Phone, tab: Any) -> None:
    """The scanner opens the cashier, where the card can be chosen."""
    await phone.do("user.change", id="xiaoming", cards=["招商银行信用卡0403"])
    code_url = (await phone.order(trade_type="NATIVE", openid=None, product_id="p"))["code_url"]
    await tab.get_by_role("button", name="扫一扫").click()
    await tab.fill("textarea", code_url)
    await tab.locator("dialog").get_by_role("button", name="打开").click()
    await tab.get_by_label("付款方式").select_option("招商银行信用卡0403")
    await tab.locator("input.password").press_sequentially("123456")
    await tab.get_by_role("button", name="完成").click()

    assert "微信支付凭证" in await told(tab)
    assert "招商银行信用卡0403" in (await phone.do("console.refund", out_trade_no="T1"))["received_account"]


async def test_an_h5_link_without_a_referer_is_refused_with_the_reason(phone: Phone, tab: Any) -> None:
    """The page's own words, and below them what it never says."""
    link = (await phone.order(trade_type="MWEB", openid=None))["mweb_url"]
    await tab.get_by_role("button", name="打开H5链接").click()
    await tab.fill("textarea", link)
    await tab.locator("dialog").get_by_role("button", name="打开").click()
    await tab.get_by_text("商家参数格式有误，请联系商家解决").wait_for()
    await tab.get_by_text("为什么").click()
    assert await tab.get_by_text("打开页面时没有 Referer").is_visible()


async def test_a_till_reads_the_payment_code_and_the_phone_asks_for_the_password(phone: Phone, tab: Any) -> None:
    """USERPAYING until it is typed on the phone."""
    await tab.get_by_role("button", name="收付款").click()
    await tab.check("#always")
    await tab.locator("#digits", has_text=re.compile(r"\d.{18}")).wait_for()
    shown = {""}
    while (digits := (await tab.inner_text("#digits")).replace(" ", "")) not in shown:
        shown.add(digits)
        await tab.wait_for_timeout(300)
    fields = phone.merchant.order("M1", trade_type=None, openid=None, notify_url=None, auth_code=digits)
    assert (await phone.merchant.post("/pay/micropay", fields))["err_code"] == "USERPAYING"
    await tab.keyboard.press("Escape")
    await tab.get_by_role("button", name="请输入支付密码").click()
    await tab.locator("input.password").press_sequentially("123456")

    assert "微信支付凭证" in await told(tab)
    assert await phone.state("M1") == "SUCCESS"


async def test_a_transfer_is_taken(phone: Phone, tab: Any, box: Sandbox) -> None:
    """It waits on the phone with its amount, and is a message afterwards."""
    merchant = V3Merchant(box, phone.tenant)
    report = [{"info_type": "活动名称", "info_content": "a"}, {"info_type": "奖励说明", "info_content": "b"}]
    body = {
        "appid": merchant.appid, "out_bill_no": "B001", "transfer_scene_id": "1000", "openid": phone.openid,
        "transfer_amount": 500, "transfer_remark": "新会员开通有礼", "transfer_scene_report_infos": report,
    }  # fmt: skip
    status, _ = await merchant.call("POST", "/v3/fund-app/mch-transfer/transfer-bills", body)
    assert status == 200
    await tab.get_by_role("button", name="收款", exact=True).click()
    await tab.locator("dialog").get_by_text("¥5.00").wait_for()
    await tab.locator("dialog").get_by_role("button", name="收款").click()
    await tab.get_by_text("已收款").wait_for()
    await tab.get_by_role("button", name="确定").click()
    await phone.advance(60_000)

    assert "转账到账通知" in await told(tab)


async def test_a_contract_is_signed_and_ended(phone: Phone, tab: Any) -> None:
    """From the merchant's link to the list of contracts, and out of it."""
    said = {
        "appid": phone.merchant.appid, "mch_id": phone.merchant.mch_id, "plan_id": "12535", "contract_code": "C1",
        "request_serial": "1695", "contract_display_account": "小明", "notify_url": "http://127.0.0.1:9/contract",
        "version": "1.0", "timestamp": "1767225600",
    }  # fmt: skip
    said["sign"] = v2_sign(said, phone.merchant.key)
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    await tab.get_by_role("button", name="签约扣款").click()
    await tab.fill("textarea", f"https://api.mch.weixin.qq.com/papay/entrustweb?{query}")
    await tab.get_by_role("button", name="同意签约").click()
    await tab.get_by_text("签约成功 C1").wait_for()
    await tab.get_by_role("button", name="确定").click()
    assert "扣费服务开通" in await told(tab)
    await tab.get_by_role("button", name="解约").click()
    await tab.locator("#messages").get_by_text("扣费服务关闭").wait_for()


async def test_a_red_packet_is_opened(phone: Phone, tab: Any) -> None:
    """What was in it is said, and lies in the purse."""
    packet = V2["v2.promotion.sendredpack"]
    fields = {**sample(phone.merchant, packet), "re_openid": phone.openid, "total_amount": "100", "total_num": "1"}
    assert (await send(phone.merchant, packet, fields))["result_code"] == "SUCCESS"
    await tab.get_by_role("button", name="拆红包").click()

    await tab.get_by_text("收到 ¥1.00").wait_for()


async def test_what_is_set_is_kept(phone: Phone, tab: Any) -> None:
    """Purse, password, cards and following, typed on the phone."""
    await tab.get_by_role("button", name="设置").click()
    await tab.get_by_label("零钱余额（元）").fill("12.34")
    await tab.get_by_label("支付密码").fill("654321")
    await tab.get_by_label("银行卡，用顿号分隔").fill("招商银行信用卡0403、建设银行储蓄卡0001")
    await tab.check("#follows")
    await tab.get_by_role("button", name="保存").click()
    await tab.get_by_text("¥12.34").wait_for()

    (payer,) = (one for one in (await phone.do("user.list"))["users"] if one["id"] == "xiaoming")
    assert (payer["balance"], payer["password"], payer["subscribed"]) == (1234, "654321", True)
    assert payer["cards"] == ["招商银行信用卡0403", "建设银行储蓄卡0001"]
