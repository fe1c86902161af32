"""What the person with the phone does, and the clerk in the merchant's console."""

from typing import Any, Literal

import msgspec

from sandbox.testing import handles
from sandbox.testing.answers import LoginCode, Payment, PaymentCode, Refund
from sandbox.testing.handles import Handed, Named, Visit
from sandbox.testing.world import World

Action = Literal["pay", "cancel", "close-dialog", "wrong-password", "no-balance"]
"""What the person does once the cashier is open."""


async def pay(
    world: World,
    order: Handed,
    *,
    user: str = "",
    action: Action = "pay",
    referer: str = "",
    settle: bool = True,
    check: bool = True,
) -> Payment:
    """Pay what the shop handed over: launch parameters, a code_url, an H5 link, an SDK's answer, or an order's number.

    Launch parameters are checked as the WeChat client checks them; by a bare number or prepay_id, no paySign is.
    `settle` waits until the shop has answered the notification. `check` raises AssertionError when the payer meant to
    pay and could not. `user` is by id, nickname or openid; without, the one whom the order names, or the first.
    `referer` is the page that an H5 link was opened from.
    """
    visit = handles.visit(order)
    opened = {"referer": referer} if visit.verb == "user.open_h5" else {}
    return await _paid(world, visit._replace(args=visit.args | opened), user, action, settle, check)


async def scan(
    world: World, code_url: str, *, user: str = "", action: Action = "pay", settle: bool = True, check: bool = True
) -> Payment:
    """Scan a QR code, an order's or a static one, and pay; the rest as in `pay`."""
    visit = Visit("user.scan", {"code_url": code_url}, code_url)
    return await _paid(world, visit, user, action, settle, check)


async def login_code(world: World, *, user: str = "", appid: str = "") -> LoginCode:
    """What wx.login gives the page: a code for the shop, and the openid that the shop must learn by it."""
    return await world.ask(LoginCode, "user.login", user=user, appid=appid)


async def payment_code(world: World, *, user: str = "", password: bool = False) -> PaymentCode:
    """The payer's bar code, for the shop's till; with `password` the charge waits for one (USERPAYING)."""
    return await world.ask(PaymentCode, "user.payment_code", user=user, password=password)


async def refund(
    world: World,
    order: Named,
    amount: int | None = None,
    *,
    state: Literal["SUCCESS", "ABNORMAL", "CLOSED", ""] = "SUCCESS",
    settle: bool = True,
) -> Refund:
    """Refund in the merchant's console: `amount` fen, or all that is left. It ends at once in `state`; "" leaves it.

    The platform tells of such a refund in API v2's XML, at the merchant's refund URL:
    `call("console.merchant", mchid=…, refund_notify_url=…)` sets one.
    """
    given = {"out_trade_no": handles.number(order), **({} if amount is None else {"refund": amount})}
    made = await world.ask(Refund, "console.refund", **given)
    if state:
        made = await world.ask(Refund, "console.refund_state", out_refund_no=made.out_refund_no, state=state)
    if settle:
        await world.settle()
    return made


async def _paid(world: World, visit: Visit, user: str, action: Action, settle: bool, check: bool) -> Payment:
    told = await world.call(visit.verb, {**visit.args, "user": user, "action": action})
    payment = msgspec.convert(told, Payment)
    if visit.handle:
        world.handed.append(visit.handle)
    if check and action == "pay" and not payment.paid:
        raise AssertionError(_why(payment, told))
    if settle:
        await world.settle()
    return payment


def _why(payment: Payment, told: dict[str, Any]) -> str:
    """Why the payer could not pay, and what to do about it."""
    explained = payment.explanation or {}
    saw = payment.dialog or payment.page or payment.errMsg or "nothing"
    facts = {
        "the payer saw": saw,
        "because": explained.get("summary", ""),
        "likely": "; ".join(explained.get("likely", ())),
        "do": explained.get("fix", ""),
    }
    lines = [f"  {name:<14} {text}" for name, text in facts.items() if text]
    order = payment.out_trade_no or "the order"
    return "\n".join(
        [f"expected {order} to be paid by {told['user']}, but it was not:", *lines, "check=False lets it pass"]
    )
