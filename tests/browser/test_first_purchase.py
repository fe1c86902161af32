"""What a newcomer does after `make demo`: buys, looks at the console, makes a mistake, and reads why it is one."""

from typing import Any

from sandbox.app import Sandbox


async def log_in(page: Any, shop: str) -> None:
    """Fetch a code from the phone, and give it to the shop."""
    await page.goto(shop)
    await page.click("#fetch-code")
    await page.wait_for_function("document.querySelector('[name=code]').value !== ''")
    await page.click("#login button:not([type])")
    await page.wait_for_selector(".item:not([disabled])")


async def pay(page: Any) -> None:
    """Type the password on the phone that lies over the shop's page."""
    await page.click("#pay:not([disabled])")
    phone = page.frame_locator("iframe")
    await phone.locator("input.password").press_sequentially("123456")
    await phone.get_by_role("button", name="完成").click()
    await page.wait_for_selector("tr.paid")


async def test_from_the_shop_to_the_orders_timeline(page: Any, shop: str, box: Sandbox) -> None:
    """Bought on the shop's page; the console has the calls, the states and the notification in order."""
    await log_in(page, shop)
    await page.click(".item")
    await pay(page)
    await page.goto(f"{box.url}/_sandbox/#/orders")
    await page.click("#page-orders tbody a")

    await page.wait_for_selector("ol.timeline li.notice")
    told = await page.eval_on_selector_all(
        "ol.timeline li", "rows => rows.map(row => row.className + ' ' + row.querySelector('b').textContent)"
    )
    assert told[:2] == ["call v2.unifiedorder", "state NOTPAY"]
    assert told[-2:] == ["state SUCCESS", "notice payment"]
    assert "acknowledged" in await page.inner_text("li.notice")


async def test_a_wrong_key_is_read_off_the_screen(page: Any, shop: str, box: Sandbox) -> None:
    """The APIv3 key in its place: the shop falls back on its old one, the console says why and what to do."""
    await log_in(page, shop)
    await page.fill("#key input", "sandboxAPIv3key0sandboxAPIv3key0")
    await page.click("#key button")
    await page.get_by_text("已保存").wait_for()
    await page.click(".item")
    await page.wait_for_selector("#pay:not([disabled])")

    await page.goto(f"{box.url}/_sandbox/")
    await page.check("text=只看被拒")
    await page.click(".row >> nth=0")
    await page.wait_for_selector(".verdict")
    assert "签名错误" in await page.inner_text(".row[aria-selected=true]")
    assert "APIv3密钥" in await page.inner_text(".verdict .summary")
    assert "如何改正" in await page.inner_text(".verdict .fix")
    signed = await page.inner_text(".verdict .code")
    assert "key=sand…(32 characters)" in signed

    await page.click("#language")
    await page.locator(".verdict h3", has_text="Why").wait_for()
    assert "APIv3 key" in await page.inner_text(".verdict .summary")


async def test_live_traffic_needs_no_reload(page: Any, shop: str, box: Sandbox, browser: Any) -> None:
    """The console was open before anything happened."""
    console = await (await browser.new_context(locale="en-US")).new_page()
    await console.goto(f"{box.url}/_sandbox/")
    await console.wait_for_selector("#live[data-live=true]")
    await console.get_by_text("No request has come yet").wait_for()

    await log_in(page, shop)

    await console.locator(".row", has_text="login.jscode2session").wait_for()
