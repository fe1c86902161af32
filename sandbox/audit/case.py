"""What a probe works with: an order of the merchant's own, notifications about it, and how the merchant stands."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, Self

import aiohttp
import msgspec

from sandbox.adapter import placeholders
from sandbox.adapter.adapter import Adapter, Dialect
from sandbox.adapter.control import Control
from sandbox.adapter.merchant import Answer, Driver
from sandbox.adapter.waiting import Deadline
from sandbox.audit import notice as notices
from sandbox.audit.notice import Letter, Notice
from sandbox.audit.probe import NotJudged, Words
from sandbox.audit.sender import Heard, Sender

EVERY = 10_000
UNKNOWN_TOTAL = 100  # fen, of an order that the sandbox imagines
PRICE = 1_234
"""Fen, of an order whose price may be chosen: no round number, so that nothing fits it by chance."""

PAID = "paid"


class Customer(msgspec.Struct, frozen=True):
    """Somebody who buys at the shop: `memory` is what the adapter saved of its answers to them."""

    driver: Driver
    memory: dict[str, Any]

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


class Standing(msgspec.Struct, frozen=True):
    """How the merchant says the order stands; `shipped` is None when it does not say."""

    status: str
    shipped: int | None
    facts: dict[str, Any]

    @property
    def paid(self) -> bool:
        """Whether the merchant takes it for paid, or has handed out the goods."""
        return self.status == PAID or bool(self.shipped)


class Ground(msgspec.Struct, frozen=True):
    """What all cases of an audit share.

    `adapter` is None when only a notify URL is known. `grace` is how many seconds a merchant gets to do after its
    answer what it does, `patience` how many until what must happen has happened.
    """

    api: Dialect
    made: dict[str, Any]
    control: Control
    sender: Sender
    adapter: Adapter | None
    shop_url: str
    memory: Mapping[str, Any]
    grace: float
    patience: float


class Case:
    """One probe's: its own payer, its own connections, its own budget."""

    def __init__(self, ground: Ground, name: str, posts: int) -> None:
        self.api = ground.api
        self.ground = ground
        self.control = ground.control
        self.answers: list[Answer] = []  # everything the shop said to its customers
        self._name = name
        self._left = posts
        self._deals = 0
        self._sessions = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sessions.aclose()

    # The shop's customers

    async def payer(self) -> dict[str, Any]:
        """Somebody new."""
        return await self.control.call("user.create", {})

    async def customer(self, payer: Mapping[str, Any] | None = None) -> Customer:
        """A customer with connections and cookies of their own, logged in."""
        customer = await self.stranger(payer)
        if "login" in self._adapter().steps:
            await self.ask(customer, "login")
        return customer

    async def stranger(self, payer: Mapping[str, Any] | None = None) -> Customer:
        """A customer with a fresh code of wx.login that they have not used yet."""
        adapter = self._adapter()
        who = payer or await self.payer()
        memory = {**self.ground.memory, **await self.control.call("user.login", {"user": who["id"]})}
        # A shop on this machine sets its cookies for an IP address.
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        await self._sessions.enter_async_context(session)
        return Customer(Driver(adapter, self.ground.shop_url, session, memory), memory)

    async def ask(self, customer: Customer, step: str, **arguments: Any) -> Answer:
        """One step of the adapter's. Raises NotJudged when it has none, or no place for the arguments."""
        if lacking := self._adapter().lacks(step, arguments):
            raise NotJudged(Words(lacking, f"适配文件做不到：{lacking}"))
        answer = await customer.driver.ask(step, arguments)
        self.answers.append(answer)
        return answer

    async def order(self, customer: Customer | None = None, total: int = PRICE) -> Deal:
        """A new order, of a new customer if nobody is named."""
        if self.ground.adapter is None:
            self._deals += 1
            return Deal(f"AUDIT{self._name}{self._deals}".upper().replace("-", "")[:32], UNKNOWN_TOTAL)
        buyer = customer or await self.customer()
        answer = await self.ask(buyer, "order", **self._priced(total))
        if not answer.ok:
            raise NotJudged(Words(f"the shop took no order: {answer.short()}", f"商户下单失败：{answer.short()}"))
        return self._deal(buyer, await self.orders())

    def _priced(self, total: int) -> dict[str, Any]:
        call = self._adapter().steps.get("order")
        return {"total": total} if call is not None and "total" in call.names() else {}

    async def orders(self) -> list[dict[str, Any]]:
        """All that the platform has, newest first."""
        orders: list[dict[str, Any]] = (await self.control.call("orders.list", {"limit": EVERY}))["orders"]
        return orders

    def _deal(self, customer: Customer, orders: list[dict[str, Any]]) -> Deal:
        names = ("payment.package", "payment.prepayid", "payment.prepay_id")
        said = {str(placeholders.dig(customer.memory, name)).removeprefix("prepay_id=") for name in names}
        mine = [one for one in orders if one["prepay_id"] in said]
        mine += [one for one in orders if one.get("openid") == customer.openid]
        if not mine:
            raise NotJudged(
                Words(
                    "the order cannot be found in the sandbox: let the adapter's step order save payment: …",
                    "在沙箱中找不到该订单：请让适配文件的 order 步骤保存 payment",
                )
            )
        return Deal(mine[0]["out_trade_no"], mine[0]["total"], mine[0]["prepay_id"], customer)

    async def pay(self, deal: Deal) -> None:
        """On the platform, whose own notification does not arrive: what arrives is the probe's."""
        self._adapter()
        paid = await self.control.call("user.pay", self._payment(deal))
        if not paid["paid"]:
            raise NotJudged(Words(f"the order cannot be paid: {paid['errMsg']}", f"订单无法支付：{paid['errMsg']}"))

    def _payment(self, deal: Deal) -> dict[str, Any]:
        return {"prepay_id": deal.prepay_id, **({"openid": deal.customer.openid} if deal.customer else {})}

    async def standing(self, deal: Deal) -> Standing | None:
        """How the merchant says that the order stands; None without an adapter."""
        if deal.customer is None:
            return None
        answer = await self.ask(deal.customer, "status")
        facts = answer.facts()
        shipped = facts.get("shipped")
        return Standing(str(facts.get("status", "")), shipped if isinstance(shipped, int) else None, facts)

    # The platform's voice

    async def notice(self, deal: Deal) -> Notice:
        """What the platform would tell of the order when it is paid."""
        made = await self._composed(out_trade_no=deal.no)
        api_key, apiv3_key = (str(self.ground.made[name]) for name in ("api_key", "apiv3_key"))
        return notices.read(self.api, made["headers"], made["body"], api_key if self.api == "v2" else apiv3_key)

    async def letter(self, notice: Notice, *, age: int = 0, key: str | None = None) -> Letter:
        """The notice, rightly signed; v3: dated back by `age` seconds, by certificate or public-key."""
        if self.api == "v2":
            return notices.v2_letter(notice, notices.v2_fields(notice))
        return await self.signed(notices.v3_body(notice), age=age, key=key)

    async def signed(self, body: str, *, age: int = 0, key: str | None = None) -> Letter:
        """v3: any text, rightly signed."""
        made = await self._composed(out_trade_no="AUDIT", body=body, age=age, key=key)
        return Letter(made["headers"], made["body"].encode())

    async def _composed(self, **asked: Any) -> dict[str, Any]:
        given = {name: value for name, value in asked.items() if value is not None}
        return await self.control.call(
            "notify.compose", {"api": self.api, "mchid": self.ground.made["mch_id"], **given}
        )

    # The wire

    async def send(self, letter: Letter, *, chunked: bool = False, http10: bool = False) -> Heard:
        """To the notify URL."""
        self._spend()
        return await self.ground.sender.send(letter, chunked=chunked, http10=http10)

    def spend(self) -> Sender:
        """The sender, for one request of another kind."""
        self._spend()
        return self.ground.sender

    def _spend(self) -> None:
        if not self._left:
            raise AssertionError("the probe sends more than it declares: raise its posts")
        self._left -= 1

    async def rest(self) -> None:
        """Give the merchant time to do what it does after its answer."""
        deadline = Deadline(self.ground.grace)
        while not deadline.over:
            await deadline.pause()

    def deadline(self) -> Deadline:
        """Until when what must happen has happened."""
        return Deadline(self.ground.patience)

    def _adapter(self) -> Adapter:
        if self.ground.adapter is None:
            raise NotJudged(Words("needs an adapter (--merchant)", "需要适配文件（--merchant）"))
        return self.ground.adapter
