"""The pictures in the docs: taken of what is there; `--pictures docs/img` keeps them."""

from pathlib import Path
from typing import Any

import pytest
from test_first_purchase import log_in, pay

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient

SIZE = {"width": 1280, "height": 800}
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}


@pytest.fixture
def album(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where pictures go."""
    named = request.config.getoption("--pictures", default=None)
    folder: Path = named or tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def told(box: Sandbox, shop: str, page: Any, merchant: Any) -> dict[str, str]:
    """A day in the life of the default tenant: what each picture is of."""
    await log_in(page, shop)
    await page.click(".item")
    await pay(page)
    default = type(merchant)(box, box.default)
    good = default.order("20261124000007", body="龙井茶 250 克", notify_url=f"{shop}/wechatpay/notify")
    await default.post("/pay/unifiedorder", good)
    wrong = default.order("20261124000008", body="龙井茶 250 克")
    await default.post("/pay/unifiedorder", wrong, key="sandboxAPIv3key0sandboxAPIv3key0")
    refused = next(one.id for one in box.default.journal if one.problem)
    async with ControlClient(box.url) as control:
        bought = (await control.call("orders.list"))["orders"][-1]["out_trade_no"]
        await control.call("console.refund", {"out_trade_no": bought, "refund": 1})
        await control.call("rules.add", {"when": "notify.due", "times": 2, "do": {"drop": {}}, "name": "lost twice"})
        await control.call("user.pay", {"out_trade_no": "20261124000007"})
        await control.call("notify.settle")
    return {
        "traffic": f"#/traffic/{refused}",
        "timeline": f"#/orders/{bought}",
        **{name: f"#/{name}" for name in ("notifications", "faults", "clock", "merchant", "sign", "catalogue")},
    }


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_of_the_console_has_its_picture(
    told: dict[str, str], box: Sandbox, browser: Any, album: Path, lang: str
) -> None:
    """In both languages; a page that shows nothing is no picture."""
    context = await browser.new_context(locale=LANGUAGES[lang], viewport=SIZE, color_scheme="light")
    tab = await context.new_page()
    sizes = {}
    for name, place in told.items():
        await tab.goto(f"{box.url}/_sandbox/?{name}{place}")
        await tab.wait_for_selector(f"main #page-{place.split('/')[1]} *")
        await tab.locator("#live[data-live=true]").wait_for()
        if name == "notifications":
            await tab.locator(".row").first.click()
            await tab.locator(".attempt").first.wait_for()
        if name == "sign":
            await tab.locator("main .actions button.quiet").first.click()
            await tab.locator("main .actions button").first.click()
            await tab.locator(".verdict").wait_for()
        await tab.wait_for_timeout(400)
        assert len(await tab.inner_text("main")) > 60, name
        sizes[name] = len(await tab.screenshot(path=album / f"{name}-{lang}.png"))
    await context.close()
    assert min(sizes.values()) > 10_000, sizes


async def test_the_phone_over_the_shop_has_its_picture(browser: Any, shop: str, album: Path) -> None:
    """The cashier as a newcomer sees it first."""
    context = await browser.new_context(locale="zh-CN", viewport=SIZE, color_scheme="light")
    tab = await context.new_page()
    await log_in(tab, shop)
    await tab.click(".item")
    await tab.click("#pay:not([disabled])")
    await tab.frame_locator("iframe").locator("input.password").press_sequentially("123")
    await tab.wait_for_timeout(300)
    assert len(await tab.screenshot(path=album / "phone.png")) > 10_000
    await context.close()
