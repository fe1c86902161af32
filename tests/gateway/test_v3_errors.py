"""Every row that ordering through APIv3 may answer is produced: by nature where it has a trigger, else by a rule.

The walk goes over the endpoints' own tables: a row without a trigger here, or one that does not come, fails. What a
rule can make an endpoint say is held for every v3 endpoint there is; the natural triggers of other families stand in
tests of their own.
"""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from v3_requests import C, Combiner, order, partner_order

from sandbox.actions.pay import Pay, pay
from sandbox.actions.payment_code import ShowCode, payment_code
from sandbox.app import Sandbox, catalogue
from sandbox.errors import Row, codepay, combine, protocol, v3
from sandbox.errors import pay as rows
from sandbox.gateway.dialects.v3 import COMMON, ORDERS
from sandbox.gateway.forms import Form
from sandbox.gateway.spec import Endpoint
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant

T = "T2026000001"
WAYS = ("jsapi", "app", "native", "h5")
V3 = {endpoint.name: endpoint for endpoint in catalogue() if endpoint.dialect == "v3"}
NAMES = {*WAYS, "query_by_out_trade_no", "query_by_id", "close"}
MINE = {
    name: endpoint
    for name, endpoint in V3.items()
    if name.removeprefix("v3.").removeprefix("partner.") in NAMES
    or name.startswith("v3.combine.")
    or name in ("v3.certificates", "v3.echo")
}
Answer = tuple[int, Any]


class Case:
    """One endpoint and who calls it: its good request, changed; and an order of its family beforehand."""

    def __init__(self, box: Sandbox, tenant: Tenant, endpoint: Endpoint) -> None:
        self.box, self.tenant, self.endpoint = box, tenant, endpoint
        mchids = {one.kind: one.mchid for one in reversed(tenant.merchants.values())}
        self.direct, self.provider = Combiner(box, tenant), Combiner(box, tenant, mchids["provider"])
        self.sub = mchids["sub"]
        self.last = endpoint.name.rpartition(".")[2]
        self.family = next((one for one in ("partner", "combine") if f".{one}." in endpoint.name), "direct")
        self.caller = self.provider if self.family == "partner" else self.direct
        self.number = C if self.family == "combine" else T

    @property
    def appid_field(self) -> str:
        return {"direct": "appid", "partner": "sp_appid", "combine": "combine_appid"}[self.family]

    def order(self, way: str, **changes: Any) -> dict[str, Any]:
        """A good order of the family."""
        if self.family == "direct":
            return order(self.caller, way, **changes)
        if self.family == "partner":
            return partner_order(self.caller, way, **changes)
        more: dict[str, Any] = {} if way == "jsapi" else {"combine_payer_info": None}
        if way == "h5":
            more["scene_info"] = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
        return self.caller.combined(**{**more, **changes})

    async def place(self, way: str = "", **changes: Any) -> Answer:
        """Order, as this endpoint does or for it."""
        way = way or (self.last if self.last in WAYS else "jsapi")
        base = {"direct": "pay/transactions", "partner": "pay/partner/transactions", "combine": "combine-transactions"}
        return await self.caller.call("POST", f"/v3/{base[self.family]}/{way}", self.order(way, **changes))

    async def pay(self) -> None:
        desk = self.box.desk(self.tenant)
        await pay.run(desk, Pay(out_trade_no=self.number, mchid=self.caller.mchid))

    def body(self, **changes: Any) -> dict[str, Any] | None:
        """The endpoint's good body."""
        if self.endpoint.method == "GET":
            return None
        if self.last in WAYS:
            return self.order(self.last, **changes)
        if self.last == "echo":
            return {"echo_message": "hi", **changes}
        if self.family == "combine":
            return {"combine_appid": self.caller.appid, "sub_orders": self.caller.names(), **changes}
        if self.family == "partner":
            return {"sp_mchid": self.caller.mchid, "sub_mchid": self.sub, **changes}
        return {"mchid": self.caller.mchid, **changes}

    def target(self, *, number: str = "", **changes: str) -> str:
        """The endpoint's good path and query."""
        number = number or ("4200000001202601010000000001" if "transaction_id" in self.endpoint.path else self.number)
        path = re.sub(r"\{\w+\}", number, self.endpoint.path)
        if self.endpoint.method == "POST" or self.family == "combine" or self.last == "certificates":
            return path
        if self.family == "partner":
            names = {"sp_mchid": self.caller.mchid, "sub_mchid": self.sub, **changes}
        else:
            names = {"mchid": self.caller.mchid, **changes}
        return f"{path}?{'&'.join(f'{name}={value}' for name, value in names.items())}"

    async def ask(self, *, number: str = "", query: dict[str, str] | None = None, **changes: Any) -> Answer:
        """The good request, changed."""
        target = self.target(number=number, **(query or {}))
        return await self.caller.call(self.endpoint.method, target, self.body(**changes))

    async def ask_with(self, body: Any = None, headers: dict[str, str] | None = None, **signed: str) -> Answer:
        """The good request with other bytes, other headers, or a header changed after signing."""
        raw = body if isinstance(body, bytes) else b"" if self.body() is None else json.dumps(self.body()).encode()
        method, target = self.endpoint.method, self.target()
        good = {"Authorization": self.caller.authorization(method, target, raw, **signed)}
        return await self.caller.call(method, target, raw or None, headers={**good, **(headers or {})})


Trigger = Callable[[Case], Awaitable[Answer]]


def signed(**changes: str) -> Trigger:
    return lambda case: case.ask_with(**changes)


def sent(body: bytes) -> Trigger:
    return lambda case: case.ask_with(body)


def changed(**changes: Any) -> Trigger:
    return lambda case: case.ask(**changes)


def merchant_is(**state: Any) -> Trigger:
    """The good request of a caller in this state."""

    async def trigger(case: Case) -> Answer:
        case.tenant.change_merchant(msgspec.structs.replace(case.tenant.merchants[case.caller.mchid], **state))
        return await case.ask()

    return trigger


def appid_is(nth: int | None) -> Trigger:
    async def trigger(case: Case) -> Answer:
        appid = "wx0000000000000000" if nth is None else list(case.tenant.apps)[nth]
        if case.last == "close":
            await case.place()
        return await case.ask(**{case.appid_field: appid})

    return trigger


async def paid(case: Case) -> Answer:
    await case.place()
    await case.pay()
    return await case.ask()


async def closed(case: Case) -> Answer:
    await case.place()
    close = Case(case.box, case.tenant, V3[{"direct": "v3.close"}.get(case.family, f"v3.{case.family}.close")])
    await close.ask()
    return await case.ask()


async def expired(case: Case) -> Answer:
    body = {"time_expire": "2026-01-01T08:30:00+08:00"}
    await case.place(**body)
    await case.box.timers.advance(case.tenant, 3_600_000)
    return await case.ask(**body)


async def other_parameters(case: Case) -> Answer:
    await case.place()
    return await case.ask(notify_url="http://127.0.0.1:9/other")


async def as_documented(case: Case) -> Answer:
    case.tenant.change_settings({"v3.order_used": "403"})
    return await other_parameters(case)


async def other_way(case: Case) -> Answer:
    await case.place("app" if case.last != "app" else "native")
    return await case.ask()


async def settled_otherwise(case: Case) -> Answer:
    await case.place()
    parts = case.caller.combined()["sub_orders"]
    return await case.ask(sub_orders=[{**one, "settle_info": {"profit_sharing": True}} for one in parts])


async def as_provider_without_sub(case: Case) -> Answer:
    case.caller = case.provider
    return await case.ask()


def sub_mchid_is(mchid: str) -> Trigger:
    """Another merchant in the place of the provider's own."""

    async def trigger(case: Case) -> Answer:
        named = mchid or case.direct.mchid
        if case.family == "combine":
            case.caller = case.provider
            return await case.ask(sub_orders=[case.provider.sub(sub_mchid=named)])
        return await case.ask(query={"sub_mchid": named}, **({"sub_mchid": named} if case.body() else {}))

    return trigger


def openid_is(kind: str) -> Trigger:
    async def trigger(case: Case) -> Answer:
        with case.tenant.transaction() as tx:
            other = tx.users()[0].openids[list(case.tenant.apps)[1]]
        openid = {"nobody's": "oNobody", "other app's": other}.get(kind)
        name = {"direct": "openid", "partner": "sp_openid", "combine": "openid"}[case.family]
        field = "combine_payer_info" if case.family == "combine" else "payer"
        return await case.ask(**{field: {name: openid} if openid else {}})

    return trigger


async def part_of_another(case: Case) -> Answer:
    if case.last == "close" and case.family != "combine":
        subs = [case.caller.sub(number=T), case.caller.sub(number="S2026000009")]
        if case.family == "partner":
            subs = [{**one, "sub_mchid": case.sub} for one in subs]
        status, _ = await case.caller.call(
            "POST", "/v3/combine-transactions/jsapi", case.caller.combined(sub_orders=subs)
        )
        assert status == 200
    return await case.ask()


async def fewer_parts(case: Case) -> Answer:
    await case.place()
    return await case.ask(sub_orders=case.caller.names()[:1])


async def unknown_part(case: Case) -> Answer:
    return await case.ask(sub_orders=[case.caller.sub("1888888888"), case.caller.sub(number="S2026000002")])


async def too_soon(case: Case) -> Answer:
    case.tenant.change_settings({"limits.close_wait": 300})
    await case.place()
    return await case.ask()


async def charged_by_code(case: Case) -> Answer:
    shown: Any = await payment_code.run(case.box.desk(case.tenant), ShowCode(password=True))
    partner = case.family == "partner"
    names = {name: value for name, value in case.order("app").items() if name.endswith(("appid", "mchid"))}
    body = {
        **names, "description": "a", "out_trade_no": T, "payer": {"auth_code": shown.auth_code}, "amount": {"total": 1},
        "scene_info": {"store_info": {"id": "1"}},
    }  # fmt: skip
    await case.caller.call("POST", f"/v3/pay/{'partner/' if partner else ''}transactions/codepay", body)
    return await case.ask()


def sealed(serial: str) -> Trigger:
    async def trigger(case: Case) -> Answer:
        keys = case.tenant.credentials(case.tenant.merchants[case.caller.mchid])
        given = {"own": keys.serial_no, "platform's": keys.platform_serial}.get(serial, serial)
        body = json.dumps({"echo_message": "hi", "encrypted_echo_message": "张三"}).encode()
        return await case.ask_with(body, {"Wechatpay-Serial": given})

    return trigger


NATURAL: dict[Row, Trigger] = {
    v3.HEADER_MISSING: lambda case: case.ask_with(headers={"User-Agent": ""}),
    v3.AUTHORIZATION_MALFORMED: lambda case: case.ask_with(headers={"Authorization": "Bearer x"}),
    v3.AUTHORIZATION_ABSENT_ON_PAY: lambda case: case.ask_with(headers={"Authorization": ""}),
    v3.TIMESTAMP_STALE: signed(timestamp="1"),
    v3.CALLER_UNKNOWN: signed(mchid="1888888888"),
    v3.SERIAL_NO_WRONG: signed(serial_no="0" * 40),
    v3.REQUEST_SIGNATURE_WRONG: signed(signature="bm8="),
    v3.REQUEST_SIGNATURE_WRONG_ON_PAY: signed(signature="bm8="),
    v3.BODY_NOT_JSON_OBJECT: sent(b"[]"),
    v3.BODY_NOT_PLAIN_UTF8: sent('{"mchid":"茶"}'.encode("gbk")),
    v3.FIELD_UNKNOWN: sent(b'{"trade_type":"JSAPI"}'),
    v3.JSON_FIELD_MISSING: changed(description=None),
    v3.JSON_NOT_INTEGER: changed(amount={"total": 0.01}),
    v3.JSON_WRONG_TYPE: changed(description=1),
    v3.JSON_TOO_SMALL: changed(amount={"total": 0}),
    v3.JSON_TOO_LARGE: changed(detail={"goods_detail": [{}] * 6001}),
    v3.JSON_TOO_SHORT: changed(out_trade_no="1"),
    v3.JSON_TOO_LONG: changed(description="张" * 43),
    v3.JSON_PATTERN: changed(notify_url="ftp://x"),
    v3.MCHID_NOT_CALLERS: changed(mchid="1888888888"),
    v3.SENSITIVE_SERIAL_MISSING: sealed(""),
    v3.SENSITIVE_SERIAL_WRONG: sealed("own"),
    v3.SENSITIVE_UNREADABLE: sealed("platform's"),
    v3.NO_PLATFORM_CERTIFICATE: merchant_is(key_mode="pubkey"),
    protocol.APPID_UNKNOWN: appid_is(None),
    protocol.APPID_NOT_BOUND: appid_is(1),
    protocol.SUB_MCHID_MISSING: as_provider_without_sub,
    protocol.SUB_MCHID_UNRELATED: sub_mchid_is(""),
    protocol.MCHID_UNKNOWN: sub_mchid_is("1888888888"),
    protocol.OPENID_OF_OTHER_APPID: openid_is("other app's"),
    rows.OPENID_INVALID: openid_is("nobody's"),
    rows.OPENID_MISSING: openid_is(""),
    rows.NO_PERMISSION: merchant_is(products=frozenset()),
    rows.MERCHANT_RESTRICTED: merchant_is(restricted=True),
    rows.ORDER_PAID: paid,
    rows.ORDER_CLOSED: closed,
    rows.ORDER_EXPIRED: expired,
    rows.ORDER_CHANGED: other_parameters,
    rows.OUT_TRADE_NO_USED: as_documented,
    rows.OUT_TRADE_NO_REPEATED: other_way,
    rows.ORDER_NOT_EXIST: part_of_another,
    rows.MERCHANT_NOT_EXIST: unknown_part,
    rows.TRANSACTION_ID_ILLEGAL: changed(number=T),
    rows.FREQUENCY_LIMITED: too_soon,
    codepay.ONLY_REVERSIBLE: charged_by_code,
    combine.COMBINED_SETTLE_CHANGED: settled_otherwise,
    combine.COMBINED_SUBS_DIFFER: fewer_parts,
}
ON_PAY = {v3.AUTHORIZATION_ABSENT_ON_PAY, v3.REQUEST_SIGNATURE_WRONG_ON_PAY}
ELSEWHERE = {v3.HEADER_MISSING, v3.AUTHORIZATION_MALFORMED, v3.REQUEST_SIGNATURE_WRONG}
SENSITIVE = {v3.SENSITIVE_SERIAL_MISSING, v3.SENSITIVE_SERIAL_WRONG, v3.SENSITIVE_UNREADABLE}
OF_FIELDS = {row for row in COMMON if row.name.startswith("JSON_")} | {v3.MCHID_NOT_CALLERS}
"""Complaints about fields: here for one endpoint, in test_v3_fields for every field of all of them."""
COUNTED = {v3.JSON_FEW_CHARACTERS, v3.JSON_MANY_CHARACTERS}
"""No field of ordering is counted in characters."""


def reachable(endpoint: Endpoint, row: Row) -> bool:
    """Whether a caller of this endpoint can bring the row about."""
    placing, closing = endpoint.name.rpartition(".")[2] in WAYS, endpoint.name.endswith("close")
    if row in ON_PAY:
        return endpoint.path.startswith(ORDERS)
    if row in ELSEWHERE:
        return not endpoint.path.startswith(ORDERS)
    if row in SENSITIVE:
        return endpoint.name == "v3.echo"
    if row in OF_FIELDS:
        return endpoint.name == "v3.jsapi" and row not in COUNTED
    if row is rows.FREQUENCY_LIMITED:
        return closing
    if row in (rows.MERCHANT_NOT_EXIST, rows.NO_PERMISSION):
        return placing
    return True


def by_nature() -> list[Any]:
    """(endpoint, row) for each row that a caller can bring about."""
    return [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in MINE.values()
        for row in (*COMMON, *endpoint.raises)
        if row.spelling("v3", endpoint=endpoint.name) is not None and reachable(endpoint, row)
    ]


@pytest.mark.parametrize(("endpoint", "row"), by_nature())
async def test_by_nature(box: Sandbox, tenant: Tenant, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state the merchant is in, brings exactly this row."""
    case = Case(box, tenant, endpoint)

    status, body = await NATURAL[row](case)

    exchange = [*list(tenant.journal)[-1:], *list(box.tenants.unclaimed)[-1:]]
    assert row.name in {one.problem for one in exchange}
    check(endpoint, row, status, body)
    assert ("Wechatpay-Signature" in case.caller.reply.headers) is (status != 401 and row is not v3.HEADER_MISSING)


def check(endpoint: Endpoint, row: Row, status: int, body: Any, *, by_rule: bool = False) -> None:
    spelling = row.spelling("v3", endpoint=endpoint.name, by_rule=by_rule)
    assert spelling is not None
    assert (status, body["code"]) == (spelling.status, spelling.code)
    template = re.sub(r"\\\{\w+\\\}", ".*", re.escape(spelling.text))
    assert re.fullmatch(template, body["message"], re.DOTALL)


def example(form: type[Form], where: str) -> dict[str, Any]:
    """A good request's fields, from the form's own samples."""
    made: dict[str, Any] = {}
    for field in form.fields:
        if field.required and field.where == where:
            text: Any = field.sample or "1" * max(field.least or 1, 10)
            if field.shape is not None:
                part = example(field.shape, "body")
                text = part if field.kind == "part" else [part] * (field.least or 1)
            made[field.name] = {"integer": int, "flag": bool}.get(field.kind, lambda value: value)(text)
    return made


async def asked(m: Combiner, endpoint: Endpoint) -> Answer:
    """A request whose form is good, in the caller's own name; nothing else about it need be."""
    own = {"mchid": m.mchid, "sp_mchid": m.mchid, "combine_mchid": m.mchid}
    path = endpoint.path
    for name, value in example(endpoint.form, "uri_template").items():
        path = path.replace(f"{{{name}}}", str(value))
    query, body = ({**example(endpoint.form, where)} for where in ("query", "body"))
    for part in (query, body):
        part.update({name: value for name, value in own.items() if name in part})
    text = "&".join(f"{name}={str(value).lower() if value is True else value}" for name, value in query.items())
    return await m.call(
        endpoint.method, f"{path}?{text}" if text else path, body if endpoint.method == "POST" else None
    )


@pytest.mark.parametrize("endpoint", V3.values(), ids=V3)
async def test_by_rule(box: Sandbox, tenant: Tenant, endpoint: Endpoint) -> None:
    """A rule speaks every declared row, by its name or by its code, signed unless it is a 401's."""
    m = Combiner(box, tenant)
    unheard = []
    for row in (*COMMON, *endpoint.raises):
        documented = {
            one.code
            for one in row.spellings
            if one.dialect == "v3" and one.only_by_rule and one.speaks_at(endpoint.name)
        }
        for name in sorted({row.name} | (documented if len(documented) == 1 else set())):
            rule = tenant.rules.add(RuleSpec(when=Moment.REQUEST_VERIFIED, do={"fail": {"problem": name}}))
            status, body = await asked(m, endpoint)
            tenant.rules.drop(rule.id)
            problem = list(tenant.journal)[-1].problem
            if problem != row.name and name == row.name:
                unheard.append(f"{name}: {problem or body}")
                continue
            if name == row.name:
                check(endpoint, row, status, body, by_rule=row.spelling("v3", endpoint=endpoint.name) is None)
            elif body["code"] != name:
                unheard.append(f"{name}: {body}")

    assert unheard == []


PLACED = """APPID_MCHID_NOT_MATCH INVALID_REQUEST MCH_NOT_EXISTS PARAM_ERROR SIGN_ERROR NO_AUTH OUT_TRADE_NO_USED
    FREQUENCY_LIMITED SYSTEM_ERROR"""
QUERIED = """INVALID_REQUEST MCH_NOT_EXISTS SIGN_ERROR RULE_LIMIT TRADE_ERROR ORDER_NOT_EXIST FREQUENCY_LIMITED
    SYSTEM_ERROR PARAM_ERROR"""
TOGETHER = """APPID_MCHID_NOT_MATCH INVALID_REQUEST MCH_NOT_EXISTS ORDER_CLOSED SIGN_ERROR NOAUTH OUT_TRADE_NO_USED
    RULELIMIT FREQUENCY_LIMITED SYSTEMERROR PARAM_ERROR"""
DOCUMENTED = {
    **{f"v3.{partner}{way}": PLACED for partner in ("", "partner.") for way in WAYS},
    "v3.native": f"{PLACED} ORDER_CLOSED",
    "v3.h5": f"{PLACED} RULE_LIMIT",
    **{f"v3.{partner}{ask}": QUERIED for partner in ("", "partner.") for ask in ("query_by_id", "close")},
    "v3.query_by_out_trade_no": QUERIED,
    "v3.partner.query_by_out_trade_no": QUERIED,
    **{f"v3.combine.{way}": TOGETHER for way in WAYS},
    "v3.combine.jsapi": f"{TOGETHER} OPENID_MISMATCH",
    "v3.combine.query": """INVALID_REQUEST MCH_NOT_EXISTS SIGN_ERROR NOAUTH RULELIMIT ORDERNOTEXIST FREQUENCY_LIMITED
        INVALID_TRANSACTIONID SYSTEMERROR""",
    "v3.combine.close": """APPID_MCHID_NOT_MATCH INVALID_REQUEST MCH_NOT_EXISTS ORDER_CLOSED SIGN_ERROR NOAUTH
        ORDERNOTEXIST FREQUENCY_LIMITED SYSTEMERROR""",
}
"""The error tables as the platform documents them."""


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, codes in DOCUMENTED.items() for code in codes.split()]
)
def test_every_documented_code_can_be_said(name: str, code: str) -> None:
    """No code of the published table is missing from the endpoint, in the spelling that the table has."""
    endpoint = V3[name]
    spoken = {
        spelling.code
        for row in (*COMMON, *endpoint.raises)
        for by_rule in (False, True)
        if (spelling := row.spelling("v3", endpoint=name, by_rule=by_rule)) is not None
    }

    assert code in spoken
