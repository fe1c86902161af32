"""Save what was just done as a scenario: the shop's calls, what people did, the rules in force, and what came of it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.delivery import Delivery
from sandbox.domain.order import Order
from sandbox.phone.cashier import Deed as Act
from sandbox.platform.diary import Deed
from sandbox.platform.journal import Exchange
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

SECOND = 1_000
AGAIN = 2 * SECOND
"""An order asked for again within so many ms is the shop trying again by itself, not somebody ordering."""
ORDERING = {"v2.unifiedorder": None, "v3.jsapi": None, "v3.app": "APP"}
"""What `merchant.order` makes of a shop, and the trade type it must be told."""
TILL = ("v2.micropay", "v3.codepay")
REFUNDING = ("v2.refund", "v3.refund")
BILLS = ("v2.downloadbill", "v3.tradebill")
PAYING = ("user.request_payment", "user.pay")
AT_CASHIER = "cashier.act"
UNSAID = ("rules.", "cashier.open", "tenants.reset")
"""What the story has otherwise: its rules, and a cashier opens with the payment."""
TOLD = ("user.login", "user.app_pay", "user.payment_code", "user.enter_password", "clock.", "notify.resend",
        "notify.settle", "console.")  # fmt: skip
"""Deeds that a story tells in the words they were done in."""
SINGLE_ORDER = {"out_trade_no": "{order_no}", "id": "{order_no}", "mchid": "{mch_id}", "appid": "{appid}"}
"""Names that are others when the story is told again, and what stands for them."""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` is the story's, words-joined-by-hyphens; `out_trade_no` keeps what was about one order."""

    name: str = "recorded"
    out_trade_no: str = ""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario file's text; `untold` is what was done and a story cannot say."""

    name: str
    yaml: str
    untold: list[str]


@verb(
    "recording.get",
    "GET /recording",
    Record,
    Recording,
    summary="What was just done, as a scenario that runs",
    summary_zh="把刚才的操作存为可运行的场景",
)
async def recording(desk: Desk, args: Record) -> Recording:
    """As far as journal and diary remember."""
    told = _Told(desk.tenant, args.out_trade_no)
    with desk.tenant.transaction() as tx:
        for happened in told.happened():
            told.step(tx, happened)
        if not told.steps:
            raise VerbError("nothing was done yet that a story could tell: order and pay first", status=409)
        told.pause(desk.tenant.clock.now())
        told.steps.append({"expect": told.expectation(tx)})
    return Recording(name=args.name, yaml=told.text(args.name), untold=told.untold)


class _Told:
    """A story in the making: its steps so far, and what it cannot say."""

    def __init__(self, tenant: Tenant, number: str) -> None:
        self.steps: list[dict[str, Any]] = []
        self.untold: list[str] = []
        self._tenant = tenant
        self._number = number
        self._last: dict[str, int] = {}  # when each order was last asked for
        self._dialects: set[str] = set()
        self._since: int | None = None  # the instant of what was told last

    def happened(self) -> list[Exchange | Deed]:
        """Calls and deeds in the order they began."""
        wanted = self._number
        calls = [one for one in self._tenant.journal if _about(one.tags.get("out_trade_no", ""), wanted)]
        deeds = [one for one in self._tenant.diary if _about(one.out_trade_no, wanted)]
        return sorted([*calls, *deeds], key=lambda one: one.at)

    def step(self, tx: Transaction, one: Exchange | Deed) -> None:
        """Tell it, where a story has a word for it."""
        self.pause(one.instant)
        said = self._call(tx, one) if isinstance(one, Exchange) else self._deed(tx, one)
        if said is not None:
            self.steps.append(said)

    def pause(self, instant: int) -> None:
        """On a clock that went on by itself the story's is put forward."""
        since, self._since = self._since, instant
        if since is not None and self._tenant.clock.state.kind != "virtual" and instant - since >= SECOND:
            self.steps.append({"clock.advance": f"{(instant - since) // SECOND}s"})

    def _call(self, tx: Transaction, call: Exchange) -> dict[str, Any] | None:
        mchid, number = call.tags.get("mchid", ""), call.tags.get("out_trade_no", "")
        if call.endpoint == "login.jscode2session":
            if not self.steps or "user.login" not in self.steps[-1]:
                self.steps.append({"user.login": None})
            return {"merchant.login": None}
        if call.endpoint in ORDERING or call.endpoint in TILL:
            return self._ordered(call, tx.order(mchid, number))
        if call.endpoint in REFUNDING and not call.problem:
            newest = next(iter(tx.refunds_of(mchid, number)), None)
            return {"merchant.refund": None if newest is None else {"amount": newest.terms.refund}}
        if call.endpoint in BILLS:
            self.untold.append(f"{call.endpoint}: add merchant.reconcile with the day that is meant")
        return None

    def _ordered(self, call: Exchange, order: Order | None) -> dict[str, Any] | None:
        number = call.tags.get("out_trade_no", "")
        before, self._last[number] = self._last.get(number), call.at
        if before is not None and call.at - before < AGAIN:
            return None
        self._dialects.add(call.endpoint.partition(".")[0])
        args: dict[str, Any] = {} if order is None else {"total": order.terms.total}
        if call.endpoint in TILL:
            return {"merchant.till": args}
        if (trade_type := ORDERING[call.endpoint]) is not None:
            args["trade_type"] = trade_type
        if call.problem:
            args["expect"] = {"ok": False}
        return {"merchant.order" if before is None else "merchant.pay_again": args or None}

    def _deed(self, tx: Transaction, deed: Deed) -> dict[str, Any] | None:
        action = {"action": deed.args["action"]} if "action" in deed.args else None
        if deed.verb in PAYING:
            return {"user.pay": action}
        if deed.verb == AT_CASHIER:
            typed = deed.args.get("password")
            return {
                "user.pay": {"action": Act.WRONG_PASSWORD.value} if typed and not self._right(tx, typed) else action
            }
        if deed.verb == "user.app_pay":
            return {"user.app_pay": action}
        if deed.verb.startswith(TOLD):
            return {deed.verb: {name: SINGLE_ORDER.get(name, value) for name, value in deed.args.items()} or None}
        if not deed.verb.startswith(UNSAID):
            self.untold.append(f"{deed.verb}: no story has a word for it")
        return None

    @staticmethod
    def _right(tx: Transaction, password: str) -> bool:
        return any(user.password == password for user in tx.users())

    def expectation(self, tx: Transaction) -> dict[str, Any]:
        """What is so now, of the order that the story ends with."""
        orders = tx.orders(1) if not self._number else _orders(tx, self._tenant, self._number)
        if not orders:
            return {"orders": 0}
        order = orders[0]
        state = order.state(self._tenant.clock.now(), self._tenant.auto_close()).value
        expected: dict[str, Any] = {"within": "5s", "order": {"trade_state": state, "total": order.terms.total}}
        told = _attempts(tx.deliveries(subject=order.terms.out_trade_no))
        if told:
            expected["notifications"] = {"verdicts": told}
        if order.payment is not None and "acknowledged" in told:
            expected["merchant"] = {"status": "paid"}
        return expected

    def text(self, name: str) -> str:
        """The file."""
        rules = [self._rule(rule.spec) for rule in self._tenant.rules.all()]
        head: dict[str, Any] = {"name": name, "summary": {"zh": "录制的操作", "en": "Recorded from what was done"}}
        if len(self._dialects) == 1:
            head["dialects"] = sorted(self._dialects)
        lines = ["# The last step says what was so, not what ought to be: read it, and change it where that differs."]
        lines += [f"{key}: {_flow(value)}" for key, value in head.items()]
        lines += ["rules:", *(f"  - {_flow(rule)}" for rule in rules)] if rules else []
        lines += ["story:", *(line for step in self.steps for line in _lines(step))]
        return "\n".join(lines) + "\n"

    def _rule(self, spec: RuleSpec) -> dict[str, Any]:
        only = {name: SINGLE_ORDER.get(name, tag) for name, tag in spec.only.items() if name != "out_trade_no"}
        told = msgspec.to_builtins(msgspec.structs.replace(spec, only=only))
        plain = msgspec.to_builtins(RuleSpec(when=spec.when, do={}))
        return {name: value for name, value in told.items() if name == "when" or plain[name] != value}


def _about(number: str, wanted: str) -> bool:
    """Whether something belongs to the story; what is about no order always does."""
    return not wanted or number in ("", wanted)


def _orders(tx: Transaction, tenant: Tenant, number: str) -> list[Order]:
    found = (tx.order(mchid, number) for mchid in tenant.merchants)
    return [order for order in found if order is not None]


def _attempts(deliveries: list[Delivery]) -> list[str]:
    made = sorted((attempt for one in deliveries for attempt in one.attempts), key=lambda attempt: attempt.due)
    return [attempt.verdict for attempt in made if attempt.verdict]


def _lines(step: dict[str, Any]) -> Iterator[str]:
    for name, value in step.items():
        yield f"  - {name}:{'' if value is None else f' {_flow(value)}'}"


def _flow(value: Any) -> str:
    """A value on one line."""
    import yaml

    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
