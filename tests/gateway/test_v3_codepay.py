"""Payment codes through APIv3: charged at once or after the password, reversed, and everything that is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from v3_merchant import V3Merchant

from sandbox.actions.payment_code import ShowCode, TypePassword, enter_password, payment_code
from sandbox.app import Sandbox, catalogue
from sandbox.errors import Row, codepay, pay, protocol
from sandbox.phone.cashier import Deed
from sandbox.platform.tenants import Tenant

T = "T2026000001"
PATH = "/v3/pay/transactions/codepay"
REVERSE = f"/v3/pay/transactions/out-trade-no/{T}/reverse"
MINUTE = 60_000
DAY = 86_400_000


class Till(V3Merchant):
    """A merchant that reads codes off phones; a provider says whose they are."""

    sub = ""

    async def code(self, **how: Any) -> str:
        """What the first payer's phone shows."""
        shown: Any = await payment_code.run(self.box.desk(self.tenant), ShowCode(**how))
        return str(shown.auth_code)

    def names(self) -> dict[str, str]:
        if not self.sub:
            return {"appid": self.appid, "mchid": self.mchid}
        return {"sp_appid": self.appid, "sp_mchid": self.mchid, "sub_mchid": self.sub}

    async def charge(self, code: str, total: int = 199, **changes: Any) -> tuple[int, Any]:
        body = {
            **self.names(), "description": "茶叶一罐", "out_trade_no": T, "payer": {"auth_code": code},
            "amount": {"total": total}, "scene_info": {"store_info": {"id": "1"}}, **changes,
        }  # fmt: skip
        return await self.call("POST", PATH.replace("pay/", "pay/partner/") if self.sub else PATH, body)

    async def reverse(self, number: str = T, **changes: Any) -> tuple[int, Any]:
        path = REVERSE.replace(T, number)
        path = path.replace("pay/", "pay/partner/") if self.sub else path
        return await self.call("POST", path, {**self.names(), **changes})

    async def state(self) -> str:
        _, body = await self.call("GET", f"/v3/pay/transactions/out-trade-no/{T}?mchid={self.mchid}")
        return str(body["trade_state"])


@pytest.fixture
def till(box: Sandbox, tenant: Tenant) -> Till:
    """The tenant's first merchant."""
    return Till(box, tenant)


@pytest.fixture
def provider(box: Sandbox, tenant: Tenant) -> Till:
    """The service provider, charging for its sub-merchant."""
    mchids = {one.kind: one.mchid for one in tenant.merchants.values()}
    till = Till(box, tenant, mchids["provider"])
    till.sub = mchids["sub"]
    return till


async def test_a_code_is_charged_at_once(till: Till) -> None:
    """The answer is what a query says; nobody is notified."""
    status, body = await till.charge(await till.code(), attach="7")
    _, queried = await till.call("GET", f"/v3/pay/transactions/out-trade-no/{T}?mchid={till.mchid}")

    assert status == 200
    assert body == queried
    assert (body["trade_state"], body["trade_type"], body["attach"]) == ("SUCCESS", "MICROPAY", "7")
    with till.tenant.transaction() as tx:
        assert tx.deliveries() == []


async def test_a_provider_charges_in_its_own_spelling(provider: Till) -> None:
    """sp_ and sub_ names in the answer, and in the reversal's."""
    _, body = await provider.charge(await provider.code())
    _, reversed_ = await provider.reverse()

    assert (body["sp_mchid"], body["sub_mchid"], body["trade_state"]) == (provider.mchid, provider.sub, "SUCCESS")
    assert reversed_ == {**provider.names(), "out_trade_no": T}


@pytest.mark.parametrize(("deed", "state"), [(Deed.PAY, "SUCCESS"), (Deed.CANCEL, "PAYERROR")])
async def test_a_password_is_asked_for(till: Till, deed: Deed, state: str) -> None:
    """202 USERPAYING, and again while it waits; what the payer does then shows in the query."""
    code = await till.code(password=True)
    first = await till.charge(code)
    waiting = await till.state()
    again = await till.charge(code)
    await enter_password.run(till.box.desk(till.tenant), TypePassword(out_trade_no=T, action=deed))

    assert first == again == (202, {"code": "USERPAYING", "message": "需要用户输入支付密码"})
    assert "Wechatpay-Signature" in till.reply.headers
    assert (waiting, await till.state()) == ("USERPAYING", state)


async def test_reversing_gives_the_money_back(till: Till) -> None:
    """Once or twice: 200 with the names of the order; the payer has what they had."""
    await till.charge(await till.code())

    answers = [await till.reverse(), await till.reverse()]
    await till.box.timers.advance(till.tenant, MINUTE)

    assert answers == [(200, {**till.names(), "out_trade_no": T})] * 2
    with till.tenant.transaction() as tx:
        assert {user.balance for user in tx.users()} == {100_000_00}


async def test_an_order_of_a_code_cannot_be_closed(till: Till) -> None:
    """Only reversed: the text of the platform's manual."""
    await till.charge(await till.code(password=True))

    answer = await till.call("POST", f"/v3/pay/transactions/out-trade-no/{T}/close", {"mchid": till.mchid})

    message = "当前交易不允许进行普通关单（只能撤销）"
    assert answer == (400, {"code": "INVALID_REQUEST", "message": message})
    assert till.reply.headers["Request-ID"].endswith("-268449641")


async def test_scene_info_is_required(till: Till) -> None:
    """As the gateway was seen to say."""
    _, body = await till.charge("1" * 18, scene_info=None)
    _, none = await till.call("POST", PATH, {**till.names(), "description": "a", "out_trade_no": T,
                                             "payer": {"auth_code": "1"}, "amount": {"total": 1}})  # fmt: skip

    said = "输入源“/body/scene_info”映射到字段“场景信息”必填性规则校验失败，此字段为必填项"
    assert (body["message"], none["message"]) == (said, said)


Trigger = Callable[[Till], Awaitable[tuple[int, Any]]]


async def paid(till: Till) -> tuple[int, Any]:
    await till.charge(await till.code())
    return await till.charge(await till.code())


async def used(till: Till) -> tuple[int, Any]:
    code = await till.code()
    await till.charge(code)
    return await till.charge(code, out_trade_no="T2026000002")


async def old(till: Till) -> tuple[int, Any]:
    code = await till.code()
    await till.box.timers.advance(till.tenant, MINUTE)
    return await till.charge(code)


async def poor(till: Till) -> tuple[int, Any]:
    with till.tenant.transaction() as tx:
        for user in tx.users():
            tx.put_user(msgspec.structs.replace(user, balance=1))
    return await till.charge(await till.code())


async def refused(till: Till) -> tuple[int, Any]:
    code = await till.code(password=True)
    await till.charge(code)
    cancel = TypePassword(out_trade_no=T, action=Deed.CANCEL)
    await enter_password.run(till.box.desk(till.tenant), cancel)
    return await till.charge(code)


async def asks_password(till: Till) -> tuple[int, Any]:
    return await till.charge(await till.code(password=True))


async def changed(till: Till) -> tuple[int, Any]:
    code = await till.code(password=True)
    await till.charge(code)
    return await till.charge(code, description="another")


async def as_documented(till: Till) -> tuple[int, Any]:
    till.tenant.change_settings({"v3.order_used": "403"})
    return await changed(till)


async def ordered(till: Till, **changes: Any) -> None:
    """The number, ordered for a page before it is charged."""
    body = till.order(**changes)
    if till.sub:
        body = {**till.order(appid=None, mchid=None, payer={"sp_openid": till.openids[0]}, **changes), **till.names()}
    status, _ = await till.call("POST", f"/v3/pay/{'partner/' if till.sub else ''}transactions/jsapi", body)
    assert status == 200


async def other_way(till: Till) -> tuple[int, Any]:
    await ordered(till)
    return await till.charge(await till.code())


async def closed(till: Till) -> tuple[int, Any]:
    await ordered(till)
    names = {name: value for name, value in till.names().items() if name.endswith("mchid")}
    await till.call("POST", f"/v3/pay/{'partner/' if till.sub else ''}transactions/out-trade-no/{T}/close", names)
    return await till.charge(await till.code())


async def expired(till: Till) -> tuple[int, Any]:
    await ordered(till, time_expire="2026-01-01T08:30:00+08:00")
    await till.box.timers.advance(till.tenant, 60 * MINUTE)
    return await till.charge(await till.code())


async def after_reversal(till: Till) -> tuple[int, Any]:
    code = await till.code()
    await till.charge(code)
    await till.reverse()
    return await till.charge(code)


def merchant_is(**state: Any) -> Trigger:
    async def trigger(till: Till) -> tuple[int, Any]:
        till.tenant.change_merchant(msgspec.structs.replace(till.tenant.merchants[till.mchid], **state))
        return await till.charge(await till.code())

    return trigger


def appid_is(nth: int | None, verb: str = "charge") -> Trigger:
    async def trigger(till: Till) -> tuple[int, Any]:
        appid = "wx0000000000000000" if nth is None else list(till.tenant.apps)[nth]
        change = {"sp_appid" if till.sub else "appid": appid}
        return await (till.charge(await till.code(), **change) if verb == "charge" else till.reverse(**change))

    return trigger


def sub_is(mchid: str, verb: str = "charge") -> Trigger:
    async def trigger(till: Till) -> tuple[int, Any]:
        sub = mchid or next(iter(till.tenant.merchants))
        if verb == "charge":
            return await till.charge(await till.code(), sub_mchid=sub)
        return await till.reverse(sub_mchid=sub)

    return trigger


async def as_provider(till: Till) -> tuple[int, Any]:
    provider = next(one.mchid for one in till.tenant.merchants.values() if one.kind == "provider")
    return await Till(till.box, till.tenant, provider).charge(await till.code())


async def not_a_code(till: Till) -> tuple[int, Any]:
    await other_way(till)
    return await till.reverse()


async def too_late(till: Till) -> tuple[int, Any]:
    await till.charge(await till.code())
    await till.box.timers.advance(till.tenant, 8 * DAY)
    return await till.reverse()


async def too_soon(till: Till) -> tuple[int, Any]:
    till.tenant.change_settings({"limits.reverse_wait": 15})
    await till.charge(await till.code())
    return await till.reverse()


CHARGING: dict[Row, Trigger] = {
    codepay.USER_PAYING: asks_password,
    codepay.PAYCODE_USED: used,
    codepay.PAYCODE_UNKNOWN: lambda till: till.charge("130000000000000000"),
    codepay.PAYCODE_EXPIRED: old,
    codepay.PAYCODE_MALFORMED: lambda till: till.charge("12345"),
    codepay.PAYER_POOR: poor,
    codepay.PAYER_REFUSED: refused,
    codepay.ORDER_REVERSED: after_reversal,
    pay.NO_PERMISSION: merchant_is(products=frozenset({"JSAPI"})),
    pay.MERCHANT_RESTRICTED: merchant_is(restricted=True),
    pay.ORDER_PAID: paid,
    pay.ORDER_CLOSED: closed,
    pay.ORDER_EXPIRED: expired,
    pay.ORDER_CHANGED: changed,
    pay.OUT_TRADE_NO_USED: as_documented,
    pay.OUT_TRADE_NO_REPEATED: other_way,
    protocol.APPID_UNKNOWN: appid_is(None),
    protocol.APPID_NOT_BOUND: appid_is(1),
    protocol.SUB_MCHID_MISSING: as_provider,
    protocol.SUB_MCHID_UNRELATED: sub_is(""),
    protocol.MCHID_UNKNOWN: sub_is("1888888888"),
}
REVERSING: dict[Row, Trigger] = {
    codepay.NOT_REVERSIBLE: not_a_code,
    codepay.REVERSE_TOO_LATE: too_late,
    pay.ORDER_NOT_EXIST: lambda till: till.reverse("T2026000009"),
    pay.FREQUENCY_LIMITED: too_soon,
    protocol.APPID_UNKNOWN: appid_is(None, "reverse"),
    protocol.APPID_NOT_BOUND: appid_is(1, "reverse"),
    protocol.SUB_MCHID_UNRELATED: sub_is("", "reverse"),
    protocol.MCHID_UNKNOWN: sub_is("1888888888", "reverse"),
}
ONLY_BY_RULE = {"codepay": {pay.FREQUENCY_LIMITED}, "reverse": set[Row]()}
TABLES = {"codepay": CHARGING, "reverse": REVERSING}


def by_nature() -> list[Any]:
    """(endpoint, row) for every row that the four endpoints declare and nature can bring about."""
    return [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in catalogue()
        if endpoint.dialect == "v3" and (kind := endpoint.name.rpartition(".")[2]) in TABLES
        for row in endpoint.raises
        if row.spelling("v3", endpoint=endpoint.name) is not None and row not in ONLY_BY_RULE[kind]
    ]


@pytest.mark.parametrize(("endpoint", "row"), by_nature())
async def test_by_nature(till: Till, provider: Till, endpoint: Any, row: Row) -> None:
    """Each is answered with its status, code and text."""
    caller = provider if "partner" in endpoint.name else till

    status, body = await TABLES[endpoint.name.rpartition(".")[2]][row](caller)

    spelling = row.spelling("v3", endpoint=endpoint.name)
    assert spelling is not None
    assert list(till.tenant.journal)[-1].problem == row.name
    assert (status, body["code"], body["message"]) == (spelling.status, spelling.code, spelling.text)
