"""Every row that an endpoint of api.weixin.qq.com declares is produced: by nature where it has a trigger, else by rule.

The suite walks the endpoints' own tables; a row with neither a trigger here nor a place among the ruled ones fails.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.app import catalogue
from sandbox.errors import Layer, Row, authorize, login, shipping
from sandbox.gateway.dialects.login import COMMON
from sandbox.gateway.spec import Endpoint

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Trigger = Callable[[Any, Endpoint], Awaitable[None]]
LOGIN = {endpoint.name: endpoint for endpoint in catalogue() if endpoint.dialect == "login"}

# Documented of these endpoints, but nothing a merchant does makes the platform say it.
RULED = {
    ("login.jscode2session", login.API_UNAUTHORIZED),
    ("login.subscribe_send", login.API_UNAUTHORIZED),
    ("login.getuserphonenumber", login.APPID_INVALID),
    *((name, login.LOGIN_SYSTEM_ERROR) for name in LOGIN),
    *((name, login.NEED_HTTPS) for name in LOGIN),
}


async def paid(b: Any) -> tuple[str, str]:
    """A paid order's (mchid, out_trade_no)."""
    await b.merchant.pay("T2026000001")
    return b.merchant.mch_id, "T2026000001"


async def good(b: Any, endpoint: Endpoint) -> tuple[dict[str, Any], Any]:
    """Query and body of a call that succeeds."""
    owner, openid = b.owner(), b.openid
    match endpoint.name:
        case "login.jscode2session":
            return {**owner, "js_code": b.code(), "grant_type": "authorization_code"}, None
        case "login.token":
            return {**owner, "grant_type": "client_credential"}, None
        case "login.stable_token":
            return {}, {**owner, "grant_type": "client_credential"}
        case "login.access_token":
            code = b.code("oauth", scope="snsapi_userinfo")
            return {**owner, "code": code, "grant_type": "authorization_code"}, None
        case "login.refresh_token":
            query = {"appid": b.app.appid, "grant_type": "refresh_token"}
            return {**query, "refresh_token": (await authorized(b))["refresh_token"]}, None
        case "login.userinfo" | "login.auth":
            return {"access_token": (await authorized(b))["access_token"], "openid": openid}, None
        case "login.authorize":
            query = {"appid": b.app.appid, "redirect_uri": "https://shop.example/back", "response_type": "code"}
            return {**query, "scope": "snsapi_base", "state": "s1"}, None
    token = {"access_token": await b.token()}
    match endpoint.name:
        case "login.getticket":
            return {**token, "type": "jsapi"}, None
        case "login.getuserphonenumber":
            return token, {"code": b.code("phone")}
        case "login.checksession":
            signature = {"signature": await signature_of(b), "sig_method": "hmac_sha256"}
            return {**token, "openid": openid, **signature}, None
        case "login.subscribe_send":
            return token, {"touser": openid, "template_id": "T1", "data": {"thing1": {"value": "茶叶"}}}
        case "login.getpaidunionid":
            mchid, number = await paid(b)
            return {**token, "openid": openid, "mch_id": mchid, "out_trade_no": number}, None
        case "login.upload_shipping_info":
            return token, await shipping_report(b)
    raise LookupError(f"no good call to {endpoint.name}: write one")


async def signature_of(b: Any) -> str:
    """What a merchant signs a session with, written from the published rule."""
    session_key = (await b.login(b.code()))["session_key"]
    return hmac.new(session_key.encode(), b"", "sha256").hexdigest()


async def authorized(b: Any) -> Any:
    """The answer of a web authorisation."""
    code = b.code("oauth", scope="snsapi_userinfo")
    return await b.get("/sns/oauth2/access_token", **b.owner(), code=code, grant_type="authorization_code")


async def shipping_report(b: Any) -> dict[str, Any]:
    """One express parcel of a paid order."""
    mchid, number = await paid(b)
    return {
        "order_key": {"order_number_type": 1, "mchid": mchid, "out_trade_no": number},
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [{"tracking_no": "SF1", "express_company": "SF", "item_desc": "茶叶*1"}],
        "upload_time": "2026-01-01T13:29:35.120+08:00",
        "payer": {"openid": b.openid},
    }


async def send(b: Any, endpoint: Endpoint, query: dict[str, Any], body: Any) -> Any:
    return await b.call(endpoint.method, endpoint.path, {k: v for k, v in query.items() if v is not None}, body)


def change(**changes: Any) -> Trigger:
    """The good call with some parameters changed, wherever they travel; None leaves one out."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        if body is not None and not set(changes) <= set(query):
            body = {name: value for name, value in {**body, **changes}.items() if value is not None}
        else:
            query = {**query, **changes}
        await send(b, endpoint, query, body)

    return trigger


def parcel(**changes: Any) -> Trigger:
    """The good shipping report with its one parcel changed."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        body["shipping_list"] = [{**body["shipping_list"][0], **changes}]
        await send(b, endpoint, query, body)

    return trigger


def key(**changes: Any) -> Trigger:
    """The good shipping report with its order_key changed."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        body["order_key"] = {**body["order_key"], **changes}
        await send(b, endpoint, query, body)

    return trigger


def reports(*changes: dict[str, Any]) -> Trigger:
    """One shipping report after the other."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        for change in changes:
            await send(b, endpoint, query, {**body, **change})

    return trigger


def app_is(**state: Any) -> Trigger:
    """The good call of an app in this state."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        b.change_app(**state)
        await send(b, endpoint, query, body)

    return trigger


def user_is(**state: Any) -> Trigger:
    """The good call about a payer in this state."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        b.change_user(**state)
        query, body = await good(b, endpoint)
        await send(b, endpoint, query, body)

    return trigger


def later(span: int) -> Trigger:
    """The good call, sent `span` ms after everything in it was made."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        await b.wait(span)
        if "access_token" in query and span < 2 * HOUR:
            query["access_token"] = await b.token()
        await send(b, endpoint, query, body)

    return trigger


def limited(setting: str) -> Trigger:
    """The good call with a quota of nothing."""

    async def trigger(b: Any, endpoint: Endpoint) -> None:
        query, body = await good(b, endpoint)
        b.tenant.change_settings({f"limits.{setting}": 0})
        await send(b, endpoint, query, body)

    return trigger


async def twice(b: Any, endpoint: Endpoint) -> None:
    query, body = await good(b, endpoint)
    await send(b, endpoint, query, body)
    await send(b, endpoint, query, body)


async def wrong_method(b: Any, endpoint: Endpoint) -> None:
    query, _ = await good(b, endpoint)
    await b.call("PUT", endpoint.path, query, {})


async def no_body(b: Any, endpoint: Endpoint) -> None:
    query, _ = await good(b, endpoint)
    await b.call("POST", endpoint.path, query)


async def form_body(b: Any, endpoint: Endpoint) -> None:
    query, _ = await good(b, endpoint)
    await b.call("POST", endpoint.path, query, b"code=1")


async def wrong_order(b: Any, endpoint: Endpoint) -> None:
    query, _ = await good(b, endpoint)
    await send(b, endpoint, dict(reversed(query.items())), None)


async def silent_scope(b: Any, endpoint: Endpoint) -> None:
    code = b.code("oauth", scope="snsapi_base")
    got = await b.get("/sns/oauth2/access_token", **b.owner(), code=code, grant_type="authorization_code")
    await b.get(endpoint.path, access_token=got["access_token"], openid=b.openid)


NEW = [{"tracking_no": "SF2", "express_company": "SF", "item_desc": "茶叶*1"}]
NEWER = [{"tracking_no": "SF3", "express_company": "SF", "item_desc": "茶叶*1"}]

ANYWHERE: dict[str, Trigger] = {
    "APPID_MISSING": change(appid=None),
    "APPID_INVALID": change(appid="wxffffffffffffffff"),
    "APPSECRET_MISSING": change(secret=None),
    "APPSECRET_INVALID": change(secret="ffffffffffffffffffffffffffffffff"),
    "APPSECRET_FROZEN": app_is(secret_frozen=True),
    "IP_NOT_WHITELISTED": app_is(ip_whitelist=("198.51.100.1",)),
    "GRANT_TYPE_INVALID": change(grant_type="authorization_code;"),
    "ACCESS_TOKEN_MISSING": change(access_token=None),
    "ACCESS_TOKEN_INVALID": change(access_token="28_nobodys"),
    "ACCESS_TOKEN_EXPIRED": later(2 * HOUR),
    "OPENID_MISSING_LOGIN": change(openid=None),
    "OPENID_INVALID_LOGIN": change(openid="oNobody"),
    "CODE_MISSING": change(code=None),
    "CODE_INVALID": later(5 * MINUTE),
    "CODE_USED": twice,
    "DAILY_QUOTA": limited("api_per_day"),
    "MINUTE_QUOTA": limited("login_per_minute"),
    "NEED_GET": wrong_method,
    "NEED_POST": wrong_method,
    "BODY_MISSING": no_body,
    "BODY_NOT_JSON": form_body,
    "USER_BLOCKED": user_is(blocked=True),
    "USER_LIMITED": user_is(limited=True),
    "REFRESH_TOKEN_MISSING": change(refresh_token=None),
    "REFRESH_TOKEN_INVALID": change(refresh_token="28_nobodys"),
    "REFRESH_TOKEN_EXPIRED": later(30 * DAY),
    "API_UNAUTHORIZED": silent_scope,
    "SESSION_SIGNATURE_INVALID": change(signature="0" * 64),
    "ARGS_INVALID": change(type="agent_config"),
    "TEMPLATE_INVALID": app_is(templates=("T2",)),
    "PAGE_INVALID": change(page="/pages/index"),
    "ARGUMENT_INVALID": change(data='{"thing1": {"value": "茶叶"}}'),
    "SUBSCRIBE_REFUSED": user_is(refuses_messages=True),
    "OPEN_PLATFORM_UNBOUND": app_is(open_platform=False),
    "TRADE_INVALID": later(5 * MINUTE),
    "AUTHORIZE_APPID_EMPTY": change(appid=None),
    "AUTHORIZE_APPID_INVALID": change(appid="wxffffffffffffffff"),
    "AUTHORIZE_REDIRECT_URI_EMPTY": change(redirect_uri=None),
    "AUTHORIZE_REDIRECT_URI": app_is(domains=("other.example",)),
    "AUTHORIZE_SCOPE_EMPTY": change(scope=None),
    "AUTHORIZE_SCOPE_INVALID": change(scope="snsapi_login"),
    "AUTHORIZE_STATE_EMPTY": change(state=""),
    "AUTHORIZE_OPEN_PLATFORM_APPID": app_is(kind="app"),
    "AUTHORIZE_LINK_INVALID": wrong_order,
    "SHIPPING_ORDER_NOT_EXIST": key(out_trade_no="T404"),
    "SHIPPING_FINISHED": reports(
        {}, {"delivery_mode": 2, "is_all_delivered": False, "shipping_list": NEW},
    ),
    "SHIPPING_CHANGED_TWICE": reports({}, {"shipping_list": NEW}, {"shipping_list": NEWER}),
    "SHIPPING_UNCHANGED": reports({}, {"upload_time": "2026-01-02T13:29:35+08:00"}),
    "SHIPPING_LOGISTICS_TYPE": change(logistics_type=5),
    "SHIPPING_SPLIT_WITHOUT_EXPRESS": change(logistics_type=2, delivery_mode=2, is_all_delivered=True),
    "SHIPPING_ALL_DELIVERED_MISSING": change(delivery_mode=2),
    "SHIPPING_ITEM_EMPTY": parcel(item_desc=""),
    "SHIPPING_ITEM_TOO_LONG": parcel(item_desc="茶" * 121),
    "SHIPPING_ARGUMENT_INVALID": change(order_key="T2026000001"),
    "SHIPPING_LIST_TOO_LONG": change(delivery_mode=2, is_all_delivered=True, shipping_list=NEW * 16),
    "SHIPPING_COMPANY_TOO_LONG": parcel(express_company="S" * 129),
    "SHIPPING_NUMBER_TOO_LONG": parcel(tracking_no="1" * 129),
    "SHIPPING_OTHER_PAYER": change(payer={"openid": "oNobody"}),
    "SHIPPING_KEY_TYPE": key(order_number_type=3),
    "SHIPPING_TRANSACTION_ID_MISSING": key(order_number_type=2),
    "SHIPPING_MCHID_MISSING": key(mchid=""),
    "SHIPPING_OUT_TRADE_NO_MISSING": key(out_trade_no=""),
    "SHIPPING_TIME_INVALID": change(upload_time="2026-01-01 13:29:35"),
    "SHIPPING_MODE_INVALID": change(delivery_mode=3),
    "SHIPPING_NUMBER_MISSING": parcel(tracking_no=""),
    "SHIPPING_COMPANY_MISSING": parcel(express_company=""),
    "SHIPPING_ONE_PARCEL": change(shipping_list=[]),
}  # fmt: skip

HERE: dict[tuple[str, str], Trigger] = {
    ("login.jscode2session", "CODE_MISSING"): change(js_code=None),
    ("login.subscribe_send", "OPENID_MISSING_LOGIN"): change(touser=None),
    ("login.subscribe_send", "OPENID_INVALID_LOGIN"): change(touser="oNobody"),
}


def answers(row: Row, endpoint: Endpoint) -> bool:
    """Whether a row of COMMON fits the endpoint's method."""
    needs = {"NEED_GET": "GET", "NEED_POST": "POST", "BODY_MISSING": "POST", "BODY_NOT_JSON": "POST"}
    if row.name.startswith("BODY_") and endpoint.name == "login.stable_token":
        return False
    return needs.get(row.name, endpoint.method) == endpoint.method


def ruled(endpoint: Endpoint, row: Row) -> bool:
    return (endpoint.name, row) in RULED or all(spelling.only_by_rule for spelling in row.spellings)


DECLARED = [
    (endpoint, row)
    for endpoint in LOGIN.values()
    for row in dict.fromkeys((*endpoint.raises, *COMMON))
    if answers(row, endpoint)
]


@pytest.fixture
def b(backend: Any, merchant: Any) -> Any:
    """The back end, and beside it the merchant who orders."""
    merchant.openids = [backend.openid]
    backend.merchant = merchant
    return backend


def ensure_said(b: Any, endpoint: Endpoint, row: Row) -> None:
    """The answer on the wire is this row's, in the endpoint's own manner."""
    spelling = row.spellings[0]
    if endpoint.name == "login.authorize":
        assert spelling.text in b.reply.body.decode()
        assert b.reply.headers["Content-Type"] == "text/html; charset=utf-8"
        return
    said = json.loads(b.reply.body)
    assert said["errcode"] == int(spelling.code)
    comma = "," if endpoint.path.startswith("/sns/") else ""
    assert list(said) == ["errcode", "errmsg"]
    assert f"{comma} rid: " in said["errmsg"]
    assert (", rid: " in said["errmsg"]) == bool(comma)
    assert said["errmsg"].startswith(spelling.text.split("{")[0])
    exchanges = [*b.tenant.journal, *b.box.tenants.unclaimed]
    assert max(exchanges, key=lambda exchange: exchange.id).problem == row.name


@pytest.mark.parametrize("endpoint", LOGIN.values(), ids=LOGIN)
async def test_the_good_call_succeeds(b: Any, endpoint: Endpoint) -> None:
    """What the triggers start from is accepted."""
    query, body = await good(b, endpoint)

    said = await send(b, endpoint, query, body)

    assert b.reply.status == (302 if endpoint.name == "login.authorize" else 200)
    assert (said or {}).get("errcode", 0) == 0
    assert "Sandbox-Diagnosis" not in b.reply.headers


@pytest.mark.parametrize(("endpoint", "row"), DECLARED, ids=[f"{e.name}-{row.name}" for e, row in DECLARED])
async def test_every_declared_error_can_be_produced(b: Any, endpoint: Endpoint, row: Row) -> None:
    """By nature where the row has a trigger, else by a rule that names it."""
    if ruled(endpoint, row):
        query, body = await good(b, endpoint)
        b.fails(endpoint, row.name)
        await send(b, endpoint, query, body)
    else:
        trigger = HERE.get((endpoint.name, row.name)) or ANYWHERE.get(row.name)
        assert trigger is not None, f"nothing here makes {endpoint.name} say {row.name}: write a trigger"
        await trigger(b, endpoint)

    ensure_said(b, endpoint, row)


def test_no_row_of_the_host_is_without_an_endpoint() -> None:
    """Every row of the three families is declared somewhere, or common to all."""
    declared = {row.name for endpoint in LOGIN.values() for row in endpoint.raises} | {row.name for row in COMMON}
    rows = [row for family in (login, authorize, shipping) for row in vars(family).values() if isinstance(row, Row)]

    assert {row.name for row in rows} - declared == {"URL_INVALID"}


@pytest.mark.parametrize("code", ["-1", "40163", "45011", "50002"])
async def test_a_rule_can_name_a_wire_code(b: Any, code: str) -> None:
    """`fail` takes the number as well as the row's name, and the code stays unused."""
    endpoint = LOGIN["login.jscode2session"]
    js_code = b.code()
    b.fails(endpoint, code)

    assert (await b.login(js_code))["errcode"] == int(code)
    assert "openid" in await b.login(js_code)


def test_every_row_is_spelled_for_its_place() -> None:
    """The authorize page shows texts, everything else has a number."""
    for family, layer in ((login, Layer.ERRCODE), (shipping, Layer.ERRCODE), (authorize, Layer.PAGE)):
        rows = [row for row in vars(family).values() if isinstance(row, Row)]
        assert {spelling.layer for row in rows for spelling in row.spellings} == {layer}
