"""A purchase clicked through in a real browser: the shop's page, the phone over it, and the phone in a tab."""

from typing import Any

from wire_phone import Phone

from sandbox.app import Sandbox

SMALL = {"width": 390, "height": 844}


async def order(page: Any, shop: str) -> None:
    """Log in and order the first thing on the shelf, and press pay."""
    await page.goto(shop)
    await page.click("#fetch-code")
    await page.wait_for_function("document.querySelector('[name=code]').value !== ''")
    await page.click("#login button:not([type])")
    await page.click(".item:not([disabled])")
    await page.click("#pay:not([disabled])")


async def heard(page: Any) -> str:
    """What the shop's page heard."""
    await page.wait_for_function("document.getElementById('heard').textContent !== ''")
    return str(await page.inner_text("#heard"))


async def test_a_wrong_password_then_the_right_one_pays(page: Any, shop: str) -> None:
    """The dialog shows over the shop's page, which hears ok only after the person is through, and ships."""
    await order(page, shop)
    phone = page.frame_locator("iframe")
    await phone.locator("input.password").press_sequentially("000000")
    await phone.get_by_text("支付密码错误，请重试").wait_for()
    assert await page.inner_text("#heard") == ""
    await phone.get_by_role("button", name="重试").click()
    await phone.locator("input.password").press_sequentially("123456")
    await phone.get_by_role("button", name="完成").click()

    assert await heard(page) == "页面听到：requestPayment:ok"
    await page.wait_for_selector("tr.paid")
    assert await page.locator("iframe").count() == 0


async def test_escape_leaves_the_cashier(page: Any, shop: str) -> None:
    """The page hears fail cancel, and the order can be paid again."""
    await order(page, shop)
    await page.frame_locator("iframe").locator("input.password").press("Escape")

    assert await heard(page) == "页面听到：requestPayment:fail cancel"
    assert await page.is_enabled("#pay")


async def test_the_phone_in_a_tab_shows_what_comes(phone: Phone, box: Sandbox, browser: Any) -> None:
    """A cashier opened elsewhere slides up by itself; paid, it is a message; and nothing is wider than the screen."""
    context = await browser.new_context(locale="en-US", viewport=SMALL)
    tab = await context.new_page()
    await tab.goto(f"{box.url}/_sandbox/phone?tenant={phone.tenant.id}")
    await tab.get_by_text("None yet.").wait_for()
    assert await tab.evaluate("document.documentElement.lang") == "en"

    prepay_id = (await phone.order(body="<script>alert(1)</script>"))["prepay_id"]
    await phone.do("cashier.open", params=phone.launch(prepay_id))
    await tab.locator("dialog").get_by_text("<script>alert(1)</script>").wait_for()
    await tab.keyboard.type("123456")
    await tab.get_by_role("button", name="完成 · Done").click()
    await tab.locator("#messages li").first.wait_for()

    assert await phone.state() == "SUCCESS"
    assert "微信支付凭证" in await tab.inner_text("#messages")
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await tab.click("#language")
    await tab.get_by_text("谁拿着手机").wait_for()
    await context.close()


async def test_what_is_paid_on_one_screen_closes_on_the_other(phone: Phone, box: Sandbox, page: Any) -> None:
    """The sheet that still stood open tells how it ended."""
    await page.goto(f"{box.url}/_sandbox/phone?tenant={phone.tenant.id}")
    await page.get_by_text("还没有消息。").wait_for()
    cashier = await phone.do("cashier.open", params=phone.launch((await phone.order())["prepay_id"]))
    await page.locator("input.password").wait_for()
    await phone.do("cashier.act", id=cashier["id"], password="123456")

    await page.get_by_text("支付成功").wait_for()
    assert await page.locator("input.password").count() == 0


async def test_a_picture_of_a_code_is_read(page: Any, box: Sandbox) -> None:
    """What the page drew itself as a QR code comes back from the upload."""
    await page.goto(f"{box.url}/_sandbox/qr.svg?text=weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3Dabc")
    picture = await page.screenshot()
    await page.goto(f"{box.url}/_sandbox/phone")
    await page.click("text=扫一扫")
    await page.set_input_files("input[type=file]", [{"name": "a.png", "mimeType": "image/png", "buffer": picture}])
    for _ in range(100):  # not wait_for_function, which the page's policy forbids
        if await page.input_value("textarea"):
            break
        await page.wait_for_timeout(50)

    assert await page.input_value("textarea") == "weixin://wxpay/bizpayurl?pr=abc"
