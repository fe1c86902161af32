"""Every page, judged by axe-core: contrast, names, roles, order; in both languages, light and dark, wide and narrow."""

from pathlib import Path
from typing import Any

import pytest
from node_packages import node_packages
from test_first_purchase import log_in, pay

from sandbox.app import Sandbox
from sandbox.control.client import ControlClient

HERE = Path(__file__).parent
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LOOKS = [("zh-CN", "light", 1280), ("en-US", "dark", 390)]
INNER = (
    "#/merchant/apps",
    "#/merchant/payers",
    "#/merchant/refunds",
    "#/merchant/bills",
    "#/merchant/settings",
    "#/sign/request",
    "#/catalogue/endpoints/v3.jsapi",
    "#/catalogue/errors/ORDER_PAID",
    "#/catalogue/rules",
    "#/faults/fail/SYSTEM_ERROR",
    "#/docs/scenarios",
)
"""Pages behind tabs and lists."""
HOSTILE = "<script>document.title = 'caught'</script><b>bold</b>"


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    node_packages(HERE)
    return (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
async def lived_in(box: Sandbox, shop: str, page: Any, merchant: Any) -> Sandbox:
    """A sandbox in which something of everything has happened, with markup in an order's texts."""
    await log_in(page, shop)
    await page.click(".item")
    await pay(page)
    default = type(merchant)(box, box.default)
    await default.post("/pay/unifiedorder", default.order("HOSTILE1", body=HOSTILE, attach=HOSTILE))
    await default.post("/pay/unifiedorder", {**default.order("WRONG1"), "sign": "0" * 32})
    async with ControlClient(box.url) as control:
        await control.call("user.pay", {"out_trade_no": "HOSTILE1"})  # nobody takes its notification
        await control.call("rules.add", {"when": "notify.due", "times": 2, "do": {"drop": {}}, "name": HOSTILE})
    return box


async def pages_of(tab: Any, box: Sandbox) -> list[str]:
    """The address of every page that the console's menu leads to, of one order, request and notification, the phone."""
    await tab.goto(f"{box.url}/_sandbox/")
    await tab.wait_for_selector("#nav a")
    menu = await tab.eval_on_selector_all("#nav a[href^='#']", "links => links.map(link => link.getAttribute('href'))")
    exchange = next(one.id for one in box.default.journal if one.problem)
    with box.default.transaction() as tx:
        (told,) = tx.deliveries(subject="HOSTILE1")
    return [*menu, *INNER, "#/orders/HOSTILE1", f"#/traffic/{exchange}", f"#/notifications/{told.id}", "phone"]


async def settled(tab: Any, address: str) -> None:
    """The page is there, with what it asked the sandbox for."""
    await tab.goto(address)
    await tab.reload()
    await tab.wait_for_selector("main *")
    await tab.wait_for_function("document.querySelector('main').textContent.trim().length > 10")
    await tab.wait_for_timeout(150)


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
async def test_no_page_breaks_a_rule_and_none_is_wider_than_the_screen(
    lived_in: Sandbox, browser: Any, axe: str, locale: str, scheme: str, width: int
) -> None:
    """WCAG 2.1 AA as far as a program can tell; and a text that is markup is shown as text."""
    context = await browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    tab = await context.new_page()
    found: dict[str, Any] = {}
    for place in await pages_of(tab, lived_in):
        await settled(tab, f"{lived_in.url}/_sandbox/{place}")
        await tab.evaluate(axe)
        result = await tab.evaluate("rules => axe.run(document, rules)", RULES)
        broken = {one["id"]: [node["target"] for node in one["nodes"]][:3] for one in result["violations"]}
        if await tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            broken["wide"] = [await tab.evaluate("document.documentElement.scrollWidth")]
        if await tab.title() == "caught" or await tab.locator("main b", has_text="bold").count():
            broken["markup"] = [place]
        if broken:
            found[place] = broken
    await context.close()
    assert found == {}
