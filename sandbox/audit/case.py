"""What a probe works with: orders of the merchant's own, notifications about them, and the wire to its notify URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from sandbox.adapter.adapter import Dialect
from sandbox.adapter.control import Control
from sandbox.adapter.merchant import Answer
from sandbox.adapter.waiting import Deadline
from sandbox.audit import notice as notices
from sandbox.audit.notice import Letter, Notice
from sandbox.audit.ruling import NotJudged
from sandbox.audit.sender import Heard, Sender
from sandbox.audit.shopfront import NO_ADAPTER, Customer, Deal, Shopfront, Standing

QUERIES = {"v2": "v2.orderquery", "v3": "v3.query_by_out_trade_no"}
"""What a shop asks about an order, by API."""

UNKNOWN_TOTAL = 100  # fen, of an order that the sandbox imagines


class Ground(msgspec.Struct, frozen=True):
    """What all cases of an audit share.

    `front` is None when only a notify URL is known. `grace` is how many seconds a merchant gets to do after its answer
    what it does, `patience` how many until what must happen has happened.
    """

    api: Dialect
    made: dict[str, Any]
    control: Control
    sender: Sender
    front: Shopfront | None
    grace: float
    patience: float


class Rule(msgspec.Struct, frozen=True):
    """A fault that is in force."""

    control: Control
    id: int

    async def fired(self) -> bool:
        """Whether it has acted."""
        rules = (await self.control.call("rules.list"))["rules"]
        return any(rule["id"] == self.id and rule["fired"] for rule in rules)


class Case:
    """One probe's: `name` is the probe's, `posts` how much it may send."""

    def __init__(self, ground: Ground, name: str, posts: int) -> None:
        self.api = ground.api
        self.made = ground.made
        self._ground = ground
        self._name = name
        self._left = posts
        self._deals = 0

    # The shop's customers

    @property
    def front(self) -> Shopfront:
        """The shop. Raises NotJudged when nothing but its notify URL is known."""
        if self._ground.front is None:
            raise NotJudged(NO_ADAPTER)
        return self._ground.front

    async def order(self, customer: Customer | None = None) -> Deal:
        """A new order. Without an adapter one that the merchant has never heard of."""
        if self._ground.front is not None:
            return await self._ground.front.order(customer)
        self._deals += 1
        return Deal(f"AUDIT{self._name}{self._deals}".upper().replace("-", "")[:32], UNKNOWN_TOTAL)

    async def paid(self) -> Deal:
        """A new order that is paid on the platform, and of which the merchant knows nothing. Raises NotJudged."""
        deal = await self.front.order()
        await self.front.pay(deal)
        return deal

    async def standing(self, deal: Deal) -> Standing | None:
        """How the merchant says that the order stands; None without an adapter."""
        return None if self._ground.front is None else await self._ground.front.standing(deal)

    async def report(self, deal: Deal, message: str) -> Heard:
        """The customer's page tells the shop what it heard from wx.requestPayment."""
        answer = await self.front.ask(deal.buyer(), "report", errMsg=message)
        return self.heard(answer)

    async def nudge(self, deal: Deal) -> Heard:
        """Make the shop ask the platform: by the page's report, or where it takes none by looking at the order."""
        if self.front.knows("report"):
            return await self.report(deal, "requestPayment:ok")
        return self.heard(await self.front.ask(deal.buyer(), "status"))

    def heard(self, answer: Answer) -> Heard:
        """What the shop said to a customer, for the report."""
        return Heard(self.api, answer.http, {}, answer.short().partition(" ")[2].encode())

    # The platform's voice

    async def notice(self, deal: Deal) -> Notice:
        """What the platform would tell of the order when it is paid."""
        made = await self.composed(out_trade_no=deal.no)
        key = str(self.made["api_key" if self.api == "v2" else "apiv3_key"])
        return notices.read(self.api, made["headers"], made["body"], key)

    async def letter(self, notice: Notice, *, age: int = 0, key: str | None = None) -> Letter:
        """The notice, rightly signed; v3: dated back by `age` seconds, by certificate or public-key."""
        if self.api == "v2":
            return notices.v2_letter(notice, notices.v2_fields(notice))
        return await self.signed(notices.v3_body(notice), age=age, key=key)

    async def signed(self, body: str, *, age: int = 0, key: str | None = None, pad: int = 0) -> Letter:
        """v3: any text, with `pad` blanks behind it, rightly signed."""
        made = await self.composed(out_trade_no="AUDIT", body=body, age=age, key=key, pad=pad)
        return Letter(made["headers"], made["body"].encode())

    async def composed(self, **asked: Any) -> dict[str, Any]:
        """A notification as the verb notify.compose writes it."""
        given = {name: value for name, value in asked.items() if value is not None}
        mchid = self.made["mch_id"]
        return await self._ground.control.call("notify.compose", {"api": self.api, "mchid": mchid, **given})

    @asynccontextmanager
    async def rule(self, rule: dict[str, Any]) -> AsyncIterator[Rule]:
        """A fault of the sandbox's while the block lasts."""
        control = self._ground.control
        made = await control.call("rules.add", rule)
        try:
            yield Rule(control, made["id"])
        finally:
            await control.call("rules.drop", {"id": made["id"]})

    async def renew_certificate(self) -> None:
        """The platform's certificate of this merchant is another one from now on."""
        for stage in ("overlap", "finish"):
            await self._ground.control.call(
                "console.rotate_certificate", {"mchid": self.made["mch_id"], "stage": stage}
            )

    # The wire

    async def send(self, letter: Letter, *, chunked: bool = False, http10: bool = False) -> Heard:
        """To the notify URL."""
        return await self.spend().send(letter, chunked=chunked, http10=http10)

    def spend(self) -> Sender:
        """The sender, for one request."""
        if not self._left:
            raise AssertionError(f"{self._name} sends more than it declares: raise its posts")
        self._left -= 1
        return self._ground.sender

    async def rest(self) -> None:
        """Give the merchant time to do what it does after its answer."""
        await _until(Deadline(self._ground.grace))

    async def wait(self) -> None:
        """As long as the patience for what must happen."""
        await _until(self.deadline())

    def deadline(self) -> Deadline:
        """Until when what must happen has happened."""
        return Deadline(self._ground.patience)


async def _until(deadline: Deadline) -> None:
    while not deadline.over:
        await deadline.pause()
