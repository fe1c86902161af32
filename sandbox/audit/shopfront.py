"""The merchant's shop from its customers' side: who they are, what they order, and how the shop says it stands."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter, Call
from sandbox.adapter.control import Control
from sandbox.adapter.merchant import Answer, Driver
from sandbox.adapter.stage import Stage
from sandbox.audit.ruling import NotJudged, Words

EVERY = 10_000
PRICE = 1_234
"""Fen, of an order whose price may be chosen: no round number, so that nothing fits it by chance."""

PAID = "paid"


class Customer(msgspec.Struct, frozen=True):
    """Somebody who buys at the shop: `memory` is what the adapter saved of its `answers` to them."""

    session: aiohttp.ClientSession
    driver: Driver
    memory: dict[str, Any]
    answers: list[Answer]

    @property
    def openid(self) -> str:
        """Who they are to the mini program."""
        return str(self.memory["openid"])


class Deal(msgspec.Struct, frozen=True):
    """An order that the merchant has placed for a customer; without an adapter one that it has never heard of."""

    no: str
    total: int
    prepay_id: str = ""
    customer: Customer | None = None

    def buyer(self) -> Customer:
        """Who ordered. Raises NotJudged without an adapter."""
        if self.customer is None:
            raise NotJudged(NO_ADAPTER)
        return self.customer


class Standing(msgspec.Struct, frozen=True):
    """How the merchant says the order stands; `shipped` is None when it does not say."""

    status: str
    shipped: int | None

    @property
    def paid(self) -> bool:
        """Whether the merchant takes it for paid, or has handed out the goods."""
        return self.status == PAID or bool(self.shipped)


NO_ADAPTER = Words("needs an adapter (--merchant)", "需要适配文件（--merchant）")


class Shopfront:
    """The adapter's shop where it stands; what is known there its steps may name from the beginning."""

    def __init__(self, adapter: Adapter, control: Control, stage: Stage) -> None:
        self._adapter = adapter
        self._control = control
        self._stage = stage
        self._sessions = AsyncExitStack()
        self._first: asyncio.Task[Customer] | None = None

    async def close(self) -> None:
        """Everybody goes home."""
        if self._first is not None:
            self._first.cancel()
        await self._sessions.aclose()

    async def payer(self) -> dict[str, Any]:
        """Somebody new to the platform."""
        return await self._control.call("user.create", {})

    async def stranger(self, payer: Mapping[str, Any] | None = None) -> Customer:
        """A customer with connections and cookies of their own, and a code of wx.login that is not used yet."""
        who = payer or await self.payer()
        memory = {**self._stage.memory, **await self._control.call("user.login", {"user": who["id"]})}
        # A shop on this machine sets its cookies for an IP address.
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        await self._sessions.enter_async_context(session)
        return self._with(session, memory, [])

    async def customer(self, payer: Mapping[str, Any] | None = None) -> Customer:
        """The same, logged in."""
        customer = await self.stranger(payer)
        if "login" in self._adapter.steps:
            await self.ask(customer, "login")
        return customer

    async def regular(self) -> Customer:
        """One who buys all the time, so that not every order needs a login.

        Where the adapter does not save what an order is paid with, orders are told apart by who placed them.
        """
        if "payment" not in self._step("order").save:
            return await self.customer()
        if self._first is None:
            self._first = asyncio.create_task(self.customer())
        first = await asyncio.shield(self._first)
        return self._with(first.session, dict(first.memory), list(first.answers))

    async def ask(self, customer: Customer, step: str, **arguments: Any) -> Answer:
        """One step of the adapter's. Raises NotJudged when it has none, or no place for the arguments."""
        if lacking := self._adapter.lacks(step, arguments):
            raise NotJudged(Words(lacking, f"适配文件做不到：{lacking}"))
        answer = await customer.driver.ask(step, arguments)
        customer.answers.append(answer)
        return answer

    def knows(self, step: str) -> bool:
        """Whether the adapter has this step."""
        return step in self._adapter.steps

    async def place(self, customer: Customer) -> Answer:
        """An order, whatever comes of it."""
        return await self.ask(customer, "order", **({"total": PRICE} if "total" in self._step("order").names() else {}))

    async def order(self, customer: Customer | None = None) -> Deal:
        """An order that the shop has taken, of the regular customer if nobody is named."""
        buyer = customer or await self.regular()
        answer = await self.place(buyer)
        if not answer.ok:
            raise NotJudged(Words(f"the shop took no order: {answer.short()}", f"商户下单失败：{answer.short()}"))
        names = ("payment.package", "payment.prepayid", "payment.prepay_id")
        said = {str(placeholders.dig(buyer.memory, name)).removeprefix("prepay_id=") for name in names}
        orders = await self.orders()
        mine = [one for one in orders if one["prepay_id"] in said]
        mine += [one for one in orders if one.get("openid") == buyer.openid]
        if not mine:
            raise NotJudged(
                Words(
                    "the order cannot be found in the sandbox: let the adapter's step order save payment: …",
                    "在沙箱中找不到该订单：请让适配文件的 order 步骤保存 payment",
                )
            )
        return Deal(mine[0]["out_trade_no"], mine[0]["total"], mine[0]["prepay_id"], buyer)

    async def orders(self) -> list[dict[str, Any]]:
        """All that the platform has, newest first."""
        orders: list[dict[str, Any]] = (await self._control.call("orders.list", {"limit": EVERY}))["orders"]
        return orders

    async def pay(self, deal: Deal) -> None:
        """On the platform, whose own notification does not arrive: what arrives is the probe's."""
        asked = {"prepay_id": deal.prepay_id, "openid": deal.buyer().openid}
        paid = await self._control.call("user.pay", asked)
        if not paid["paid"]:
            raise NotJudged(Words(f"the order cannot be paid: {paid['errMsg']}", f"订单无法支付：{paid['errMsg']}"))

    async def standing(self, deal: Deal) -> Standing:
        """How the merchant says that the order stands."""
        facts = (await self.ask(deal.buyer(), "status")).facts()
        shipped = facts.get("shipped")
        return Standing(str(facts.get("status", "")), shipped if isinstance(shipped, int) else None)

    def _with(self, session: aiohttp.ClientSession, memory: dict[str, Any], answers: list[Answer]) -> Customer:
        shop = self._stage.shop
        return Customer(session, Driver(self._adapter, shop.url, session, memory, shop.env), memory, answers)

    def _step(self, name: str) -> Call:
        step = self._adapter.steps.get(name)
        if step is None:
            raise NotJudged(Words(f"the adapter has no step {name!r}", f"适配文件没有 {name} 步骤"))
        return step
