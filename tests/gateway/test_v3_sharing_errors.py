"""Every row that a profit-sharing endpoint may answer is produced, by nature where it has a natural trigger.

The suite walks the endpoints' own tables; a row without a trigger here, or one that does not come, fails.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from v3_merchant import V3Merchant
from v3_rows import ensure_by_rule, ensure_row

from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox, catalogue
from sandbox.errors import Row, bill, protocol, sharing
from sandbox.errors import pay as pay_rows
from sandbox.gateway.dialects.v3 import COMMON
from sandbox.gateway.spec import Endpoint
from sandbox.platform.tenants import Tenant

T = "T2026000001"
DAY = 24 * 3_600_000
PREFIX = "v3.profitsharing."
ENDPOINTS = {one.name: one for one in catalogue() if one.name.startswith(PREFIX)}
Trigger = Callable[["Case"], Awaitable[tuple[int, Any]]]


class Case:
    """A merchant, and the endpoint it calls with a good request, changed."""

    def __init__(self, m: V3Merchant, endpoint: Endpoint) -> None:
        self.m, self.endpoint = m, endpoint
        self.word = endpoint.name.removeprefix(PREFIX)
        self.store = list(m.tenant.merchants)[1]
        self.sub = next(one.mchid for one in m.tenant.merchants.values() if one.kind == "sub")
        self.transaction_id = "4200000001202601010000000001"

    async def pay(self, number: str = T, *, shared: bool = True) -> None:
        """A paid order of ten yuan; the requests are about the newest."""
        order = self.m.order(number, amount={"total": 1000}, settle_info={"profit_sharing": shared})
        await self.m.call("POST", "/v3/pay/transactions/jsapi", order)
        result: Any = await pay.run(self.m.box.desk(self.m.tenant), Pay(out_trade_no=number))
        self.transaction_id = result.transaction_id

    async def prepare(self) -> None:
        """What the good request needs: a paid order and a receiver; a share that arrived; something given back."""
        await self.pay()
        await self.ask("add_receiver")
        if self.word in ("query", "return", "query_return", "bill"):
            await self.ask("orders")
            await self.m.box.timers.advance(self.m.tenant, 1_000)
        if self.word == "query_return":
            await self.ask("return")
        if self.word == "bill":
            await self.m.box.timers.advance(self.m.tenant, 2 * DAY)

    async def call(self, caller: V3Merchant | None = None, **changes: Any) -> tuple[int, Any]:
        return await self.ask(self.word, caller, **changes)

    async def ask(self, word: str, caller: V3Merchant | None = None, **changes: Any) -> tuple[int, Any]:
        """A good request to one of the endpoints, changed; None leaves a field out."""
        m, endpoint = caller or self.m, ENDPOINTS[f"{PREFIX}{word}"]
        said = {name: value for name, value in (self.good(word, m) | changes).items() if value is not None}
        path = endpoint.path
        for name in [name for name in said if f"{{{name}}}" in path]:
            path = path.replace(f"{{{name}}}", said.pop(name))
        if endpoint.method == "GET":
            return await m.call("GET", f"{path}?{urlencode(said)}" if said else path)
        serial = m.tenant.credentials(m.tenant.merchants[m.mchid]).platform_serial
        return await m.call("POST", path, said, headers={"Wechatpay-Serial": serial})

    def good(self, word: str, m: V3Merchant) -> dict[str, Any]:
        numbers = {"out_order_no": "P001", "transaction_id": self.transaction_id}
        store = {"type": "MERCHANT_ID", "account": self.store}
        app = {"appid": m.appid}
        match word:
            case "orders":
                return {**app, **numbers, "receivers": [self.share()], "unfreeze_unsplit": False}
            case "unfreeze":
                return {**numbers, "out_order_no": "U001", "description": "解冻"}
            case "query":
                return numbers
            case "return":
                back = {"out_return_no": "R001", "return_mchid": self.store, "amount": 10, "description": "退款"}
                return {"out_order_no": "P001", **back}
            case "query_return":
                return {"out_return_no": "R001", "out_order_no": "P001"}
            case "amounts":
                return {"transaction_id": self.transaction_id}
            case "add_receiver":
                name = m.tenant.merchants[self.store].name
                return {**app, **store, "name": m.sealed(name), "relation_type": "STORE"}
            case "delete_receiver":
                return {**app, **store}
            case "bill":
                return {"bill_date": "2026-01-01"}
            case _:
                return {"sub_mchid": self.sub}

    def share(self, amount: int = 100, **changes: Any) -> dict[str, Any]:
        return {
            "type": "MERCHANT_ID", "account": self.store, "amount": amount, "description": "分给门店", **changes
        }  # fmt: skip

    def provider(self) -> V3Merchant:
        found = next(one for one in self.m.tenant.merchants.values() if one.kind == "provider")
        return V3Merchant(self.m.box, self.m.tenant, found.mchid)

    def without(self, mchid: str) -> None:
        """Take the product from a merchant."""
        merchant = self.m.tenant.merchants[mchid]
        products = merchant.products - {"PROFITSHARING"}
        self.m.tenant.change_merchant(msgspec.structs.replace(merchant, products=products))


def change(**changes: Any) -> Trigger:
    """The good request with some fields changed."""

    async def trigger(case: Case) -> tuple[int, Any]:
        await case.prepare()
        return await case.call(**changes)

    return trigger


def shares(**changes: Any) -> Trigger:
    """The good request with another share."""

    async def trigger(case: Case) -> tuple[int, Any]:
        await case.prepare()
        return await case.call(receivers=[case.share(**changes)])

    return trigger


async def not_permitted(case: Case) -> tuple[int, Any]:
    await case.prepare()
    case.without(case.m.mchid)
    return await case.call()


async def without_sub(case: Case) -> tuple[int, Any]:
    return await case.call(case.provider())


async def unrelated(case: Case) -> tuple[int, Any]:
    if case.word == "ratio":
        return await case.call()
    return await case.call(case.provider(), sub_mchid=case.store)


async def unknown_merchant(case: Case) -> tuple[int, Any]:
    return await case.call(case.provider(), sub_mchid="1888888888")


async def not_for_sharing(case: Case) -> tuple[int, Any]:
    await case.pay(shared=False)
    return await case.call()


async def too_soon(case: Case) -> tuple[int, Any]:
    case.m.tenant.change_settings({"limits.sharing_wait": 60})
    await case.pay()
    return await case.call()


async def changed(case: Case) -> tuple[int, Any]:
    await case.prepare()
    await case.call()
    if case.word == "orders":
        return await case.call(receivers=[case.share(description="x")])
    return await case.call(description="x")


async def unrelated_receiver(case: Case) -> tuple[int, Any]:
    await case.prepare()
    await case.ask("delete_receiver")
    return await case.call()


async def fifty(case: Case) -> tuple[int, Any]:
    await case.prepare()
    for at in range(50):
        await case.call(out_order_no=f"P{at}", receivers=[case.share(1)])
    return await case.call(out_order_no="P50", receivers=[case.share(1)])


async def wrong_person(case: Case) -> tuple[int, Any]:
    await case.prepare()
    person = {"type": "PERSONAL_OPENID", "account": case.m.openids[0]}
    named = person | {"name": case.m.sealed("不是本人")}
    if case.word == "add_receiver":
        return await case.call(**named)
    await case.ask("add_receiver", **person, name=None)
    return await case.call(receivers=[case.share(**named)])


async def wrong_company(case: Case) -> tuple[int, Any]:
    await case.prepare()
    name = case.m.sealed("别的商户")
    if case.word == "add_receiver":
        return await case.call(name=name)
    return await case.call(receivers=[case.share(name=name)])


async def nobody(case: Case) -> tuple[int, Any]:
    return await case.call(type="PERSONAL_OPENID", account="oNobody", name=None)


async def other_app(case: Case) -> tuple[int, Any]:
    await case.prepare()
    other = list(case.m.tenant.apps)[1]
    person = {"type": "PERSONAL_OPENID", "account": case.m.openids[0]}
    if case.word == "orders":
        await case.ask("add_receiver", **person, name=None)
        return await case.call(appid=other, receivers=[case.share(**person)])
    with case.m.tenant.transaction() as tx:
        account = tx.users()[0].openids[other]
    return await case.call(type="PERSONAL_OPENID", account=account, name=None)


async def thawed(case: Case) -> tuple[int, Any]:
    await case.prepare()
    await case.call()
    return await case.call(out_order_no="U002")


async def not_there(case: Case) -> tuple[int, Any]:
    if case.word == "amounts":
        return await case.call()
    await case.prepare()
    return await case.call(out_order_no="P404")


async def return_closed(case: Case) -> tuple[int, Any]:
    await case.prepare()
    case.without(case.store)
    return await case.call()


async def other_appid(case: Case) -> tuple[int, Any]:
    return await case.call(appid=list(case.m.tenant.apps)[1])


async def early(case: Case) -> tuple[int, Any]:
    await case.prepare()
    return await case.call(bill_date="2026-01-02")


NATURAL: dict[Row, Trigger] = {
    sharing.SHARING_NOT_PERMITTED: not_permitted,
    protocol.SUB_MCHID_MISSING: without_sub,
    protocol.SUB_MCHID_UNRELATED: unrelated,
    protocol.MCHID_UNKNOWN: unknown_merchant,
    sharing.TRANSACTION_NOT_SHAREABLE: change(transaction_id="4200000000202601010000000000"),
    sharing.ORDER_NOT_FOR_SHARING: not_for_sharing,
    sharing.ORDER_NOT_READY: too_soon,
    sharing.SHARING_CHANGED: changed,
    sharing.NO_RELATION: unrelated_receiver,
    sharing.RATIO_EXCEEDED: shares(amount=301),
    sharing.UNSPLIT_TOO_LITTLE: shares(amount=1001),
    sharing.SHARED_TOO_OFTEN: fifty,
    sharing.SHARING_NAME_WRONG: wrong_person,
    sharing.RECEIVER_NAME_WRONG: wrong_company,
    pay_rows.OPENID_INVALID: nobody,
    protocol.OPENID_OF_OTHER_APPID: other_app,
    sharing.NOTHING_TO_UNFREEZE: thawed,
    sharing.SHARING_NOT_EXIST: not_there,
    sharing.RETURN_NOT_OPENED: return_closed,
    sharing.RETURN_TOO_MUCH: change(amount=101),
    protocol.APPID_UNKNOWN: change(appid="wx0000000000000000"),
    protocol.APPID_NOT_BOUND: other_appid,
    bill.BILL_NOT_THERE: change(bill_date="2026-01-03"),
    bill.BILL_CREATING: early,
    bill.BILL_DATE_TOO_OLD: change(bill_date="2025-01-01"),
}
ONLY_BY_RULE = {
    ("*", pay_rows.FREQUENCY_LIMITED): "no limit by default, and none that can be switched on here",
    ("v3.profitsharing.orders", pay_rows.OPENID_INVALID): "only a known openid becomes a receiver",
}


def by_nature() -> list[Any]:
    """(endpoint, row) for each row that a caller can bring about."""
    return [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in ENDPOINTS.values()
        for row in endpoint.raises
        if row.spelling("v3", endpoint=endpoint.name) is not None
        and ("*", row) not in ONLY_BY_RULE
        and (endpoint.name, row) not in ONLY_BY_RULE
    ]


@pytest.fixture
def executor() -> None:
    """On the loop only: the life tests run in worker threads as well."""


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


@pytest.mark.parametrize(("endpoint", "row"), by_nature())
async def test_by_nature(v3: V3Merchant, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state the world is in, brings exactly this row."""
    ensure_row(v3, endpoint, row, *await NATURAL[row](Case(v3, endpoint)))


@pytest.mark.parametrize(
    ("endpoint", "row"),
    [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in ENDPOINTS.values()
        for row in endpoint.raises
    ],
)
async def test_by_rule(v3: V3Merchant, endpoint: Endpoint, row: Row) -> None:
    """A rule that names the row speaks it, signed, whatever the request was good for."""
    await ensure_by_rule(v3, endpoint, row, Case(v3, endpoint).call)


PUBLIC = "PARAM_ERROR INVALID_REQUEST SIGN_ERROR SYSTEM_ERROR "
DOCUMENTED = {
    "orders": "NO_AUTH RULE_LIMIT NOT_ENOUGH FREQUENCY_LIMITED",
    "query": "RESOURCE_NOT_EXISTS FREQUENCY_LIMITED",
    "return": "NO_AUTH FREQUENCY_LIMITED",
    "query_return": "RESOURCE_NOT_EXISTS FREQUENCY_LIMITED",
    "unfreeze": "NO_AUTH NOT_ENOUGH FREQUENCY_LIMITED",
    "amounts": "RESOURCE_NOT_EXISTS FREQUENCY_LIMITED",
    "add_receiver": "NO_AUTH FREQUENCY_LIMITED",
    "delete_receiver": "NO_AUTH FREQUENCY_LIMITED",
    "bill": "NO_STATEMENT_EXIST FREQUENCY_LIMITED",
    "ratio": "FREQUENCY_LIMITED",
}
"""The error tables as the platform documents them."""


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_documented_code_is_declared(name: str) -> None:
    """No code of the published table is missing from the endpoint."""
    declared = (*COMMON, *ENDPOINTS[name].raises)
    spoken = {spelling.code for row in declared for spelling in row.spellings if spelling.dialect == "v3"}

    assert {*PUBLIC.split(), *DOCUMENTED[name.removeprefix(PREFIX)].split()} <= spoken
