"""Finds out how a shop is driven: logs in, orders, pays and looks, and describes as an adapter's steps what it saw."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec

from sandbox.adapter import answers, placeholders
from sandbox.adapter.adapter import Call
from sandbox.adapter.control import Control
from sandbox.adapter.merchant import Answer, send

CODE_NAMES = ("code", "js_code", "jsCode", "wxCode", "wx_code")
TOTAL_NAMES = ("total", "amount", "total_fee", "price", "fee", "money")
TITLE_NAMES = ("title", "body", "description", "subject", "name")
REFUND_NAMES = ("amount", "refund", "refund_fee", "total", "fee")
TOTAL, TITLE, PART = 233, "茶叶二罐", 100
FIELDS = (("total", "total", TOTAL, TOTAL_NAMES), ("title", "description", TITLE, TITLE_NAMES))
"""What stories call it, what the platform's order calls it, a value, and what shops may call it."""


class Asked(msgspec.Struct, frozen=True):
    """What a person says of the shop: a method and a path for each step, and what an order always needs."""

    login: str
    order: str
    status: str
    refund: str = ""
    order_json: dict[str, Any] = {}


class Stuck(Exception):
    """The shop did not answer in a way that anybody could go on from; the message says what was tried and came."""


class Survey:
    """What was found: `steps` as an adapter has them, `notify_path`, `dialect`, and what is `missing` in words."""

    def __init__(self, control: Control, url: str, session: aiohttp.ClientSession, asked: Asked) -> None:
        self._control = control
        self._url = url.rstrip("/")
        self._session = session
        self._asked = asked
        self._memory: dict[str, Any] = {}
        self.steps: dict[str, dict[str, Any]] = {}
        self.notify_path = ""
        self.dialect = ""
        self.missing: list[str] = []

    async def make(self) -> None:
        """One purchase, watched. Raises Stuck, Unanswered, ControlError."""
        await self._log_in()
        await self._order()
        before = await self._look()
        paid = await self._pay()
        after = await self._look()
        if before is not None and after is not None and paid:
            self._compare(before, after)
        await self._refund()

    async def _log_in(self) -> None:
        """By the first name for the code that the shop takes."""
        tried = []
        for shape in ("json", "form"):
            for name in CODE_NAMES:
                code = (await self._control.call("user.login", {}))["code"]
                answer = await self._send(self._asked.login, {shape: {name: code}})
                tried.append(f"{shape} {name}: {answer.short()}")
                if answer.ok:
                    break
            else:
                continue
            break
        else:
            raise Stuck(f"{self._asked.login} takes a login code under no name: " + "; ".join(tried[:3]))
        step: dict[str, Any] = {"call": self._asked.login, shape: {name: "{code}"}}
        token = answers.token_in(answer.body)
        if token is not None:
            step["save"] = {"token": token}
            self._memory["token"] = placeholders.dig(answer.body, token)
        elif not len(self._session.cookie_jar):
            self.missing.append(f"{self._asked.login}: neither a token nor a cookie; orders are made without either")
        self.steps["login"] = step

    async def _order(self) -> None:
        """First as plainly as can be, then with names for the amount and the title, to see which are taken."""
        answer, made = await self._ordered({})
        wanted: dict[str, str] = {}
        given: dict[str, Any] = {}
        for field, key, value, names in FIELDS:
            for name in names:
                again, order = await self._ordered({**given, name: value})
                if order is not None and order[key] == value:
                    wanted[name], given[name] = f"{{{field}?}}", value
                    answer, made = again, order
                    break
            else:
                self.missing.append(f"{self._asked.order}: no name under which it takes a {field} was found")
        if made is None or answer is None:
            raise Stuck(
                f"{self._asked.order} led to no order at the platform: {'' if answer is None else answer.short()}"
            )
        self.dialect = made["dialect"]
        self.notify_path = urlsplit(made["notify_url"]).path
        save = {}
        payment = answers.launch_parameters(answer.body)
        if payment is None:
            self.missing.append(f"{self._asked.order}: no launch parameters (paySign, package …) in its answer")
        else:
            save["payment"] = payment
            self._memory["payment"] = placeholders.dig(answer.body, payment) if payment else answer.body
        number = answers.number_in(answer.body, made["out_trade_no"])
        if number is not None:
            save["order_no"] = number
            self._memory["order_no"] = placeholders.dig(answer.body, number)
        elif "{order_no}" in self._asked.status:
            self.missing.append(f"{self._asked.order}: the order's number is not in its answer")
        self.steps["order"] = self._with_bearer(
            {"call": self._asked.order, "json": {**self._asked.order_json, **wanted}, "save": save}
        )

    async def _ordered(self, more: Mapping[str, Any]) -> tuple[Answer | None, dict[str, Any] | None]:
        """An answer, and the order that the platform has since."""
        before = {order["out_trade_no"] for order in await self._orders()}
        answer = await self._send(self._asked.order, {"json": {**self._asked.order_json, **more}})
        new = [order for order in await self._orders() if order["out_trade_no"] not in before]
        return (answer, new[0]) if answer.ok and new else (answer, None)

    async def _look(self) -> Any:
        try:
            answer = await self._send(self._asked.status, {})
        except placeholders.Unknown:
            return None
        if answer.ok:
            return answer.body
        self.missing.append(f"{self._asked.status}: {answer.short()}")
        return None

    async def _pay(self) -> bool:
        if "payment" not in self._memory:
            return False
        paid = await self._control.call("user.request_payment", {"params": self._memory["payment"]})
        await self._control.call("notify.settle", {})
        if not paid.get("paid"):
            self.missing.append(f"the phone would not pay: {paid.get('errMsg', paid)}")
            return False
        attempts = [one for told in (await self._control.call("notify.list", {}))["notifications"]
                    for one in told["attempts"]]  # fmt: skip
        if not any(one["verdict"] == "acknowledged" for one in attempts):
            last = attempts[-1] if attempts else {"verdict": "none was sent", "reason": ""}
            self.missing.append(f"the notification was not acknowledged: {last['verdict']} {last['reason']}".rstrip())
        return True

    def _compare(self, before: Any, after: Any) -> None:
        """Whatever has another value since the payment tells how a paid order looks."""
        found = answers.changed(before, after)
        plain = [path for path, (_, now) in found.items() if isinstance(now, str | int | bool)]
        state = answers.likeliest(plain, answers.STATES) or next(
            (path for path in plain if isinstance(found[path][1], str) and found[path][0] is not None), None
        )
        save: dict[str, str] = {}
        step: dict[str, Any] = {"call": self._asked.status}
        if state is None:
            self.missing.append(f"{self._asked.status}: nothing in its answer says that an order is paid")
        else:
            save["status"] = state
            was, now = found[state]
            means = {str(was): "unpaid", str(now): "paid"}
            if means != {"unpaid": "unpaid", "paid": "paid"}:
                step["means"] = {"status": means}
            self.missing.append(f"{self._asked.status}: how a closed order looks; add it to means: as closed")
        shipped = answers.likeliest((path for path in plain if found[path][1] in (1, True)), answers.PARCELS)
        if shipped is not None:
            save["shipped"] = shipped
        else:
            self.missing.append(f"{self._asked.status}: nothing in its answer counts what was shipped")
        total = next((path for path, value in answers.walk(after) if value == TOTAL), None)
        if total is not None:
            save["total"] = total
        self.steps["status"] = self._with_bearer({**step, "save": save})

    async def _refund(self) -> None:
        if not self._asked.refund:
            return
        said = ""
        for name in REFUND_NAMES:
            answer = await self._send(self._asked.refund, {"json": {name: PART}})
            said = answer.short()
            refunds = (await self._control.call("refunds.list", {}))["refunds"]
            if refunds and refunds[0]["refund"] == PART:
                step = {"call": self._asked.refund, "json": {name: "{amount?}"}}
                break
            if refunds:
                step = {"call": self._asked.refund, "json": {}}
                self.missing.append(f"{self._asked.refund}: no name under which it takes an amount was found")
                break
        else:
            self.missing.append(f"{self._asked.refund}: no refund at the platform: {said}")
            return
        self.steps["refund"] = self._with_bearer(step)

    def _with_bearer(self, step: dict[str, Any]) -> dict[str, Any]:
        call, *rest = step.items()
        return dict([call, ("bearer", "{token}"), *rest]) if "token" in self._memory else step

    async def _send(self, call: str, body: Mapping[str, Any]) -> Answer:
        bearer = "{token}" if "token" in self._memory else None
        return await send(Call(call=call, bearer=bearer, **body), {}, self._memory, self._session, self._url)

    async def _orders(self) -> list[dict[str, Any]]:
        orders: list[dict[str, Any]] = (await self._control.call("orders.list", {}))["orders"]
        return orders
