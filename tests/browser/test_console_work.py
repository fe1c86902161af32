"""What a tester does in the console: loses a notification, sends it again, replays, keeps it all as a scenario."""

from typing import Any

import pytest
from test_first_purchase import log_in, pay

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient


@pytest.fixture
async def console(box: Sandbox, browser: Any) -> Any:
    """The console in English."""
    context = await browser.new_context(locale="en-US", permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(f"{box.url}/_sandbox/")
    await page.wait_for_selector("#live[data-live=true]")
    return page


async def test_a_lost_notification_is_seen_and_sent_again(page: Any, shop: str, console: Any) -> None:
    """The rule comes from the form; the shop learns of it from the second sending, and does not ship twice."""
    await console.click("#nav >> text=Faults")
    form = console.locator("section.card", has_text="Add a rule")
    await form.locator("select").nth(1).select_option("drop")
    await form.get_by_label("How often").fill("1")
    await form.get_by_role("button", name="Add a rule").click()
    await console.get_by_text("is in force").wait_for()

    await log_in(page, shop)
    await page.click(".item")
    await page.click("#pay:not([disabled])")
    phone = page.frame_locator("iframe")
    await phone.locator("input.password").press_sequentially("123456")
    await phone.get_by_role("button", name="完成").click()

    await console.click("#nav >> text=Notifications")
    await console.locator(".row", has_text="lost").click()
    await console.get_by_role("button", name="Send again").click()
    await console.get_by_text("Acknowledged: 1 of 1").wait_for()
    assert await console.inner_text(".detail .badge >> nth=0") == "delivered"

    await console.get_by_role("button", name="Ten at once").click()
    await console.get_by_text("Acknowledged: 10 of 10").wait_for()
    await page.wait_for_selector("tr.paid")
    assert "已发 1 次" in await page.inner_text("tr.paid")


async def test_what_is_cancelled_stays_unpaid_and_is_on_the_timeline(page: Any, shop: str, console: Any) -> None:
    """Escape on the phone; the console shows the deed, and no payment."""
    await log_in(page, shop)
    await page.click(".item")
    await page.click("#pay:not([disabled])")
    await page.frame_locator("iframe").locator("input.password").press("Escape")
    await page.get_by_text("requestPayment:fail cancel").wait_for()

    await console.click("#nav >> text=Orders")
    await console.click("#page-orders tbody a")
    await console.locator("ol.timeline li.deed", has_text="cashier.act").wait_for()
    assert await console.inner_text("h2 .badge") == "NOTPAY"


async def test_a_request_is_replayed_edited_and_copied(console: Any, box: Sandbox, merchant: Any) -> None:
    """As it was; with another amount, signed anew; with another amount and the old sign, which is refused."""
    default = type(merchant)(box, box.default)
    await default.post("/pay/unifiedorder", default.order("REPLAY1"))
    await console.locator(".row", has_text="REPLAY1").click()
    await console.get_by_role("button", name="Copy as curl").click()
    assert (await console.evaluate("navigator.clipboard.readText()")).startswith("curl -i -X POST 'http://127.0.0.1:")

    await console.get_by_role("button", name="Replay", exact=True).click()
    await console.get_by_text("Answered with HTTP 200").wait_for()
    for signed, old, new, said in ((True, "199", "200", "201 商户订单号重复"), (False, "200", "300", "签名错误")):
        await console.get_by_role("button", name="Edit and replay").click()
        box_of_text = console.locator("dialog textarea")
        await box_of_text.fill((await box_of_text.input_value()).replace(old, new))
        await console.locator("dialog input[type=checkbox]").set_checked(signed)
        await console.get_by_role("button", name="Send").click()
        await console.locator(".row[aria-selected=true]", has_text=said).wait_for()


async def test_a_click_path_is_kept_as_a_scenario(page: Any, shop: str, console: Any) -> None:
    """The dialog shows the file that would run."""
    await log_in(page, shop)
    await page.click(".item")
    await pay(page)
    await console.get_by_role("button", name="Save as a scenario").click()

    text = await console.inner_text("dialog .code")
    assert "- merchant.order: {total: " in text
    assert "- user.pay:\n" in text
    assert "verdicts: [acknowledged]" in text


async def test_ten_thousand_requests_scroll_with_a_few_rows(console: Any, box: Sandbox, merchant: Any) -> None:
    """All are counted, only those in sight exist, and the keyboard walks to the oldest that the journal kept."""
    default = type(merchant)(box, box.default)
    for n in range(0, 10_000, 500):
        for m in range(n, n + 500):
            await default.post("/pay/orderquery", b"<xml><mch_id>1900000001</mch_id></xml>" if m % 2 else b"")
        await console.wait_for_timeout(300)
    counted = int(await console.get_attribute(".row >> nth=5", "aria-setsize"))
    assert counted >= 5_000
    assert await console.locator(".row").count() < 60

    await console.focus(".rows")
    await console.keyboard.press("End")
    await console.wait_for_selector(f".row[aria-selected=true][aria-posinset='{counted}']")


async def test_a_token_is_asked_for_once(browser: Any) -> None:
    """Without it nothing is shown; with it everything, and the address bar does not keep it."""
    from sandbox.config import Settings

    async with Sandbox(Settings(port=0, token="let-me-in")) as guarded:
        tab = await (await browser.new_context(locale="en-US")).new_page()
        await tab.goto(f"{guarded.url}/_sandbox/")
        await tab.get_by_role("dialog").get_by_text("A token is needed").wait_for()
        await tab.fill("dialog input", "let-me-in")
        await tab.get_by_role("button", name="Use it").click()
        await tab.wait_for_selector("#live[data-live=true]")

        other = await (await browser.new_context(locale="en-US")).new_page()
        await other.goto(f"{guarded.url}/_sandbox/#token=let-me-in")
        await other.wait_for_selector("#live[data-live=true]")
        assert "let-me-in" not in other.url
        async with ControlClient(guarded.url, token="let-me-in") as control:
            assert (await control.call("exchanges.list"))["exchanges"] == []
