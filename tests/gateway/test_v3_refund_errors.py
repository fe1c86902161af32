"""Every row that refund and bill endpoints may answer is produced, by nature where it has a natural trigger.

The suite walks the endpoints' own tables; a row without a trigger here, or one that does not come, fails.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from v3_merchant import V3Merchant

from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox, catalogue
from sandbox.errors import Row, bill, protocol, refund
from sandbox.errors import pay as pay_rows
from sandbox.errors import v3 as v3_rows
from sandbox.gateway.dialects.v3 import COMMON
from sandbox.gateway.spec import Endpoint
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant

T, R = "T2026000001", "R2026000001"
DAY = 24 * 60 * 60 * 1000
ENDPOINTS = {
    endpoint.name: endpoint for endpoint in catalogue() if endpoint.path.startswith(("/v3/refund/", "/v3/bill"))
}
Trigger = Callable[["Case"], Awaitable[tuple[int, Any]]]


class Case:
    """A merchant, and the endpoint it calls with a good request, changed."""

    def __init__(self, m: V3Merchant, endpoint: Endpoint) -> None:
        self.m = m
        self.endpoint = endpoint
        self.refund_id = "50300000002026010100000000001"

    async def pay(self, number: str = T) -> str:
        await self.m.call("POST", "/v3/pay/transactions/jsapi", self.m.order(number))
        result: Any = await pay.run(self.m.box.desk(self.m.tenant), Pay(out_trade_no=number))
        return str(result.transaction_id)

    async def prepare(self) -> None:
        """What the good request needs: a paid order; a refund, abnormal for the endpoint that moves one."""
        await self.pay()
        if self.endpoint.name in ("v3.query_refund", "v3.apply_abnormal_refund"):
            self.m.tenant.change_settings({"refund.outcome": "ABNORMAL"})
            _, made = await self.m.call("POST", "/v3/refund/domestic/refunds", refund_body(out_refund_no=R))
            self.refund_id = made["refund_id"]
            await self.m.box.timers.advance(self.m.tenant, 1000)
        if self.endpoint.path.startswith("/v3/bill"):
            await self.m.box.timers.advance(self.m.tenant, DAY * 2)

    async def call(self, caller: V3Merchant | None = None, query: str = "", **changes: Any) -> tuple[int, Any]:
        m, serial = caller or self.m, self.m.tenant.credentials(self.m.tenant.merchants[self.m.mchid]).platform_serial
        name, headers = self.endpoint.name, {"Wechatpay-Serial": serial}
        target = self.endpoint.path.format(out_refund_no=changes.pop("path", R), refund_id=self.refund_id)
        if name == "v3.refund":
            return await m.call("POST", target, refund_body(**changes))
        if name == "v3.apply_abnormal_refund":
            body = {"out_refund_no": R, "type": "MERCHANT_BANK_CARD", **changes}
            return await m.call("POST", target, body, headers=headers)
        if name == "v3.billdownload":
            return await m.call("GET", f"{target}?token={await self.token()}{query}")
        day = changes.get("bill_date", "2026-01-01")
        date = f"?bill_date={day}" if "bill" in name else "?"
        return await m.call("GET", f"{target}{date}{query}")

    async def token(self) -> str:
        _, link = await self.m.call("GET", "/v3/bill/tradebill?bill_date=2026-01-01")
        return str(link["download_url"].partition("token=")[2])


def refund_body(refund: int = 100, total: int = 199, **changes: Any) -> dict[str, Any]:
    sources = changes.pop("sources", None)
    amount: dict[str, Any] = {"refund": refund, "total": total, "currency": "CNY"}
    amount |= {"from": sources} if sources else {}
    body = {"out_trade_no": T, "out_refund_no": "R1", "amount": amount, **changes}
    return {name: value for name, value in body.items() if value is not None}


def change(**changes: Any) -> Trigger:
    """The good request with some fields changed."""

    async def trigger(case: Case) -> tuple[int, Any]:
        await case.prepare()
        return await case.call(**changes)

    return trigger


def provider(case: Case) -> V3Merchant:
    found = next(one for one in case.m.tenant.merchants.values() if one.kind == "provider")
    return V3Merchant(case.m.box, case.m.tenant, found.mchid)


async def without_sub(case: Case) -> tuple[int, Any]:
    return await case.call(provider(case))


def sub_is(mchid: str) -> Trigger:
    """A caller that names a sub_mchid it has no right to, or that nobody has."""

    async def trigger(case: Case) -> tuple[int, Any]:
        named = mchid or case.m.mchid
        if case.endpoint.method == "GET":
            return await case.call(provider(case), query=f"&sub_mchid={named}")
        return await case.call(provider(case), sub_mchid=named)

    return trigger


async def unknown_order(case: Case) -> tuple[int, Any]:
    return await case.call()


async def unpaid(case: Case) -> tuple[int, Any]:
    await case.m.call("POST", "/v3/pay/transactions/jsapi", case.m.order(T))
    return await case.call()


async def numbers(case: Case) -> tuple[int, Any]:
    await case.pay()
    return await case.call(transaction_id=await case.pay("T2026000002"))


async def again(case: Case, first: int, then: int) -> tuple[int, Any]:
    await case.pay()
    await case.call(refund=first, out_refund_no="R0")
    return await case.call(refund=then)


async def full(case: Case) -> tuple[int, Any]:
    return await again(case, 199, 1)


async def over(case: Case) -> tuple[int, Any]:
    return await again(case, 100, 100)


async def late(case: Case) -> tuple[int, Any]:
    await case.pay()
    await case.m.box.timers.advance(case.m.tenant, 366 * DAY)
    return await case.call()


async def many(case: Case) -> tuple[int, Any]:
    await case.pay()
    with case.m.tenant.transaction() as tx:
        order = tx.order(case.m.mchid, T)
        assert order is not None
        tx.put_order(msgspec.structs.replace(order, refunds=50))
    return await case.call()


async def poor(case: Case) -> tuple[int, Any]:
    merchant = case.m.tenant.merchants[case.m.mchid]
    case.m.tenant.change_merchant(msgspec.structs.replace(merchant, opening_balance=-199))
    await case.pay()
    return await case.call()


async def gone(case: Case) -> tuple[int, Any]:
    await case.pay()
    with case.m.tenant.transaction() as tx:
        for user in tx.users():
            tx.put_user(msgspec.structs.replace(user, limited=True))
    return await case.call()


async def impatient(case: Case) -> tuple[int, Any]:
    case.m.tenant.change_settings({"limits.refund_wait": 60})
    return await again(case, 1, 1)


async def impatient_late(case: Case) -> tuple[int, Any]:
    case.m.tenant.change_settings({"limits.refund_wait": 60})
    await case.pay()
    await case.m.box.timers.advance(case.m.tenant, 31 * DAY)
    await case.call(refund=1, out_refund_no="R0")
    return await case.call(refund=1)


async def not_abnormal(case: Case) -> tuple[int, Any]:
    await case.prepare()
    await case.call()
    return await case.call()


async def this_day(case: Case) -> tuple[int, Any]:
    await case.pay()
    return await case.call()


async def too_early(case: Case) -> tuple[int, Any]:
    await case.pay()
    await case.m.box.timers.advance(case.m.tenant, DAY)
    return await case.call()


async def dead_link(case: Case) -> tuple[int, Any]:
    await case.prepare()
    return await case.call(query="x")


async def foreign_link(case: Case) -> tuple[int, Any]:
    await case.prepare()
    return await case.call(V3Merchant(case.m.box, case.m.tenant, list(case.m.tenant.merchants)[1]))


NATURAL: dict[Row, Trigger] = {
    protocol.SUB_MCHID_MISSING: without_sub,
    protocol.SUB_MCHID_UNRELATED: sub_is(""),
    protocol.MCHID_UNKNOWN: sub_is("1888888888"),
    refund.REFUND_ORDER_UNKNOWN: unknown_order,
    refund.REFUND_ORDER_UNPAID: unpaid,
    refund.REFUND_NOT_EXIST: change(path="R9", out_refund_no="R9"),
    refund.REFUND_NUMBERS_DISAGREE: numbers,
    refund.REFUND_AMOUNTS_DISAGREE: change(total=200),
    refund.REFUND_PARAMETERS_DISAGREE: change(sources=[{"account": "AVAILABLE", "amount": 99}]),
    refund.ORDER_FULLY_REFUNDED: full,
    refund.REFUND_MORE_THAN_PAID: over,
    refund.REFUND_TOO_LATE: late,
    refund.REFUND_TOO_MANY: many,
    refund.REFUND_NOT_ENOUGH: poor,
    refund.REFUND_ACCOUNT_ABNORMAL: gone,
    refund.REFUND_OLD_ORDER_LIMITED: impatient_late,
    refund.REFUND_NOT_ABNORMAL: not_abnormal,
    pay_rows.FREQUENCY_LIMITED: impatient,
    bill.BILL_NOT_THERE: this_day,
    bill.BILL_CREATING: too_early,
    bill.BILL_DATE_TOO_OLD: change(bill_date="2025-09-01"),
    bill.BILL_LINK_DEAD: dead_link,
    bill.BILL_LINK_OF_OTHER: foreign_link,
    v3_rows.FIELD_UNKNOWN: change(op_user_id="1"),
    v3_rows.JSON_FIELD_MISSING: change(out_refund_no=None),
    v3_rows.JSON_PATTERN: change(out_refund_no="退款"),
    v3_rows.JSON_TOO_LONG: change(reason="茶" * 27),
    v3_rows.JSON_TOO_SMALL: change(refund=0),
    v3_rows.JSON_TOO_SHORT: change(out_trade_no="T1"),
    v3_rows.JSON_NOT_INTEGER: change(refund="100"),
    v3_rows.JSON_WRONG_TYPE: change(sources={"account": "AVAILABLE"}),
    v3_rows.JSON_TOO_LARGE: change(sources=[{"account": "AVAILABLE", "amount": 1}] * 51),
}
ONLY_BY_RULE = {
    pay_rows.FREQUENCY_LIMITED: "of these endpoints only creating a refund has a wait that can be switched on",
}


def by_nature() -> list[Any]:
    """(endpoint, row) for each row that a caller can bring about; complaints about fields at creating a refund."""
    pairs = []
    for endpoint in ENDPOINTS.values():
        creates = endpoint.name == "v3.refund"
        rows = [row for row in endpoint.raises if row.spelling("v3", endpoint=endpoint.name) is not None]
        rows = [row for row in rows if creates or row not in ONLY_BY_RULE]
        rows += [row for row in NATURAL if creates and row in COMMON]
        pairs += [pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}") for row in rows]
    return pairs


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


@pytest.mark.parametrize(("endpoint", "row"), by_nature())
async def test_by_nature(v3: V3Merchant, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state the world is in, brings exactly this row."""
    status, body = await NATURAL[row](Case(v3, endpoint))

    spelling = row.spelling("v3", endpoint=endpoint.name)
    assert spelling is not None
    assert list(v3.tenant.journal)[-1].problem == row.name
    assert (status, body["code"]) == (spelling.status, spelling.code)
    if "{" not in spelling.text:
        assert body["message"] == spelling.text
    assert list(v3.tenant.journal)[-1].diagnosis is not None


@pytest.mark.parametrize(
    ("endpoint", "row"),
    [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in ENDPOINTS.values()
        for row in (*(COMMON if endpoint.name == "v3.refund" else ()), *endpoint.raises)
    ],
)
async def test_by_rule(v3: V3Merchant, endpoint: Endpoint, row: Row) -> None:
    """A rule that names the row speaks it, signed."""
    case = Case(v3, endpoint)
    await case.prepare()
    only = {"endpoint": endpoint.name}
    v3.tenant.rules.add(RuleSpec(when=Moment.REQUEST_VERIFIED, only=only, do={"fail": {"problem": row.name}}))

    status, body = await case.call()

    spelling = row.spelling("v3", endpoint=endpoint.name, by_rule=True)
    assert spelling is not None
    assert (status, body["code"]) == (spelling.status, spelling.code)
    assert "Wechatpay-Signature" in v3.reply.headers


DOCUMENTED = {
    "v3.refund": (
        "INVALID_REQUEST NOT_ENOUGH USER_ACCOUNT_ABNORMAL MCH_NOT_EXISTS RESOURCE_NOT_EXISTS FREQUENCY_LIMITED "
        "SYSTEM_ERROR PARAM_ERROR SIGN_ERROR"
    ),
    "v3.query_refund": "MCH_NOT_EXISTS RESOURCE_NOT_EXISTS SYSTEM_ERROR PARAM_ERROR SIGN_ERROR",
    "v3.apply_abnormal_refund": "INVALID_REQUEST RESOURCE_NOT_EXISTS FREQUENCY_LIMITED SYSTEM_ERROR PARAM_ERROR",
    "v3.tradebill": "INVALID_REQUEST NO_STATEMENT_EXIST STATEMENT_CREATING FREQUENCY_LIMITED SYSTEM_ERROR PARAM_ERROR",
    "v3.fundflowbill": "INVALID_REQUEST NO_STATEMENT_EXIST STATEMENT_CREATING FREQUENCY_LIMITED SYSTEM_ERROR",
    "v3.billdownload": "INVALID_REQUEST NO_AUTH SYSTEM_ERROR PARAM_ERROR SIGN_ERROR",
}
"""The error tables as the platform documents them."""


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, codes in DOCUMENTED.items() for code in codes.split()]
)
def test_every_documented_code_is_declared(name: str, code: str) -> None:
    """No code of the published table is missing from the endpoint."""
    declared = (*COMMON, *ENDPOINTS[name].raises)

    assert any(s.code == code and s.dialect == "v3" for row in declared for s in row.spellings)


def test_every_endpoint_has_a_table() -> None:
    """A new endpoint of refunds or bills is asked for its table here."""
    assert set(ENDPOINTS) == set(DOCUMENTED)
