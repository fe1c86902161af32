"""Every row that ordering through v2 may answer is produced: by nature where it has a trigger, else by a rule.

The suite walks the endpoints' own tables; a row without a trigger here, or one that does not come, fails.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from sandbox.app import catalogue
from sandbox.errors import Layer, Row, pay, protocol
from sandbox.gateway.dialects.v2 import COMMON
from sandbox.gateway.spec import Endpoint
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec

Trigger = Callable[[Any, Endpoint], Awaitable[dict[str, str]]]
ORDERING = ("v2.unifiedorder", "v2.orderquery", "v2.closeorder")
V2 = {endpoint.name: endpoint for endpoint in catalogue() if endpoint.name in ORDERING}


def good(m: Any, endpoint: Endpoint, **changes: str | None) -> dict[str, str]:
    if endpoint.name == "v2.unifiedorder":
        return dict(m.order(**changes))
    return dict(m.query(**{"out_trade_no": "T2026000001", **changes}))


def change(**changes: str | None) -> Trigger:
    """The good request with some fields changed."""

    async def trigger(m: Any, endpoint: Endpoint) -> dict[str, str]:
        return dict(await m.post(endpoint.path, good(m, endpoint, **changes)))

    return trigger


def merchant_is(**state: Any) -> Trigger:
    """The good request of a merchant in this state."""

    async def trigger(m: Any, endpoint: Endpoint) -> dict[str, str]:
        m.tenant.change_merchant(msgspec.structs.replace(m.tenant.merchants[m.mch_id], **state))
        return dict(await m.post(endpoint.path, good(m, endpoint)))

    return trigger


def as_provider(sub_mch_id: str | None) -> Trigger:
    """The good request of the service provider."""

    async def trigger(m: Any, endpoint: Endpoint) -> dict[str, str]:
        provider = next(one for one in m.tenant.merchants.values() if one.kind == "provider")
        fields = good(m, endpoint, mch_id=provider.mchid, sub_mch_id=sub_mch_id and sub_mch_id.format(own=m.mch_id))
        return dict(await m.post(endpoint.path, fields, key=provider.api_keys[0].text))

    return trigger


async def get(m: Any, endpoint: Endpoint) -> dict[str, str]:
    return dict(await m.post(endpoint.path, b"", method="GET"))


def raw(body: bytes) -> Trigger:
    async def trigger(m: Any, endpoint: Endpoint) -> dict[str, str]:
        return dict(await m.post(endpoint.path, body))

    return trigger


async def other_appid(m: Any, endpoint: Endpoint) -> dict[str, str]:
    return dict(await m.post(endpoint.path, good(m, endpoint, appid=list(m.tenant.apps)[1])))


async def openid_of_other_app(m: Any, endpoint: Endpoint) -> dict[str, str]:
    other = list(m.tenant.apps)[1]
    with m.tenant.transaction() as tx:
        openid = tx.users()[0].openids[other]
    return dict(await m.post(endpoint.path, good(m, endpoint, openid=openid)))


async def too_soon(m: Any, endpoint: Endpoint) -> dict[str, str]:
    return dict(await m.post(endpoint.path, good(m, endpoint, time_expire="20260101080030")))


async def wrong_key(m: Any, endpoint: Endpoint) -> dict[str, str]:
    return dict(await m.post(endpoint.path, good(m, endpoint), key="x" * 32))


async def paid(m: Any, endpoint: Endpoint) -> dict[str, str]:
    await m.pay()
    return dict(await m.post(endpoint.path, good(m, endpoint)))


async def closed(m: Any, endpoint: Endpoint) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order())
    await m.post("/pay/closeorder", m.query(out_trade_no="T2026000001"))
    return dict(await m.post(endpoint.path, good(m, endpoint)))


async def changed(m: Any, endpoint: Endpoint) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order())
    return dict(await m.post(endpoint.path, m.order(total_fee="200")))


async def other_trade_type(m: Any, endpoint: Endpoint) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order())
    return dict(await m.post(endpoint.path, m.order(trade_type="NATIVE", openid=None)))


async def expired(m: Any, endpoint: Endpoint) -> dict[str, str]:
    fields = m.order(time_expire="20260101083000")
    await m.post("/pay/unifiedorder", fields)
    await m.box.timers.advance(m.tenant, 3_600_000)
    return dict(await m.post(endpoint.path, fields))


async def at_once(m: Any, endpoint: Endpoint) -> dict[str, str]:
    m.tenant.change_settings({"limits.close_wait": 300})
    await m.post("/pay/unifiedorder", m.order())
    return dict(await m.post(endpoint.path, good(m, endpoint)))


NATURAL: dict[Row, Trigger] = {
    protocol.METHOD_NOT_POST: get,
    protocol.EMPTY_BODY: raw(b""),
    protocol.BODY_NOT_XML: raw(b'{"mch_id": 1}'),
    protocol.BODY_NOT_UTF8: raw("<xml><body>茶叶</body></xml>".encode("gbk")),
    protocol.FIELD_MISSING: change(nonce_str=None),
    protocol.FIELD_EMPTY: change(nonce_str=""),
    protocol.FIELD_TOO_LONG: change(nonce_str="n" * 33),
    protocol.FIELD_PATTERN: change(sign_type="SHA1"),
    protocol.FIELD_NOT_INTEGER: change(total_fee="1.0"),
    protocol.FIELD_TOO_SMALL: change(total_fee="0"),
    protocol.CLIENT_IP_INVALID: change(spbill_create_ip="unknown"),
    protocol.MCHID_UNKNOWN: change(mch_id="1888888888"),
    protocol.APPID_UNKNOWN: change(appid="wx0000000000000000"),
    protocol.APPID_NOT_BOUND: other_appid,
    protocol.SUB_MCHID_MISSING: as_provider(None),
    protocol.SUB_MCHID_UNRELATED: as_provider("{own}"),
    protocol.SIGN_WRONG: wrong_key,
    protocol.OPENID_OF_OTHER_APPID: openid_of_other_app,
    protocol.TIME_EXPIRE_TOO_SOON: too_soon,
    pay.OPENID_MISSING: change(openid=None),
    pay.OPENID_INVALID: change(openid="oNobody"),
    pay.NO_PERMISSION: merchant_is(products=frozenset({"NATIVE"})),
    pay.MERCHANT_RESTRICTED: merchant_is(restricted=True),
    pay.ORDER_PAID: paid,
    pay.ORDER_CLOSED: closed,
    pay.ORDER_EXPIRED: expired,
    pay.ORDER_CHANGED: changed,
    pay.OUT_TRADE_NO_REPEATED: other_trade_type,
    pay.ORDER_NOT_EXIST: change(),
    pay.FREQUENCY_LIMITED: at_once,
}
ONLY_ORDERING = {
    protocol.FIELD_NOT_INTEGER,
    protocol.FIELD_TOO_SMALL,
    protocol.CLIENT_IP_INVALID,
    protocol.OPENID_OF_OTHER_APPID,
    protocol.TIME_EXPIRE_TOO_SOON,
}
"""Rows of the shared table that need a field which only unifiedorder has."""
ONLY_BY_RULE = {
    protocol.FIELD_TOO_LARGE: "no field of these endpoints has a maximum",
}


def by_nature() -> list[Any]:
    """(endpoint, row) for each row that a caller can bring about."""
    pairs = []
    for endpoint in V2.values():
        for row in (*COMMON, *endpoint.raises):
            spoken = row.spelling("v2", endpoint=endpoint.name)
            if spoken is None or row in ONLY_BY_RULE or (row in ONLY_ORDERING and endpoint.name != "v2.unifiedorder"):
                continue
            if row is pay.FREQUENCY_LIMITED and endpoint.name != "v2.closeorder":
                continue
            pairs.append(pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}"))
    return pairs


def by_rule() -> list[Any]:
    """(endpoint, code or name) for everything that a rule can make an endpoint say."""
    pairs = []
    for endpoint in V2.values():
        for row in (*COMMON, *endpoint.raises):
            names = {row.name} | {s.code for s in row.spellings if s.only_by_rule and s.endpoint in ("", endpoint.name)}
            pairs += [pytest.param(endpoint, row, name, id=f"{endpoint.name}-{name}") for name in sorted(names)]
    return pairs


@pytest.mark.parametrize("generation", ["modern", "legacy"])
@pytest.mark.parametrize(("endpoint", "row"), by_nature())
async def test_by_nature(merchant: Any, endpoint: Endpoint, row: Row, generation: str) -> None:
    """What the caller does, or what state the merchant is in, brings exactly this row."""
    merchant.tenant.change_settings({"v2.format": generation})

    reply = await NATURAL[row](merchant, endpoint)

    spelling = row.spelling("v2", endpoint=endpoint.name, generation=generation)
    assert spelling is not None
    exchange = list(merchant.tenant.journal)[-1:] + list(merchant.box.tenants.unclaimed)[-1:]
    assert row.name in {one.problem for one in exchange}
    if spelling.layer is Layer.RETURN_MSG:
        assert set(reply) == {"return_code", "return_msg"}
        assert reply["return_code"] == "FAIL"
    else:
        assert (reply["return_code"], reply["result_code"]) == ("SUCCESS", "FAIL")
        assert (reply["err_code"], reply["err_code_des"]) == (spelling.code, spelling.text)


@pytest.mark.parametrize(("endpoint", "row", "name"), by_rule())
async def test_by_rule(merchant: Any, endpoint: Endpoint, row: Row, name: str) -> None:
    """A rule that names the row speaks it as nature does; one that names a documented code speaks that code."""
    only = {"endpoint": endpoint.name}
    merchant.tenant.rules.add(RuleSpec(when=Moment.REQUEST_VERIFIED, only=only, do={"fail": {"problem": name}}))
    await merchant.post("/pay/unifiedorder", merchant.order("T2026000009"))

    reply = await merchant.post(endpoint.path, good(merchant, endpoint))

    assert reply["return_code"] == "FAIL" or reply["result_code"] == "FAIL"
    if name != row.name:
        assert reply["err_code"] == name
        assert reply["sign"]
    assert list(merchant.tenant.journal)[-1].problem == row.name


DOCUMENTED = {
    "v2.unifiedorder": (
        "INVALID_REQUEST NOAUTH NOTENOUGH ORDERPAID ORDERCLOSED SYSTEMERROR APPID_NOT_EXIST MCHID_NOT_EXIST "
        "APPID_MCHID_NOT_MATCH LACK_PARAMS OUT_TRADE_NO_USED SIGNERROR XML_FORMAT_ERROR REQUIRE_POST_METHOD "
        "POST_DATA_EMPTY NOT_UTF8"
    ),
    "v2.orderquery": "ORDERNOTEXIST SYSTEMERROR",
    "v2.closeorder": (
        "ORDERPAID SYSTEMERROR ORDERNOTEXIST ORDERCLOSED SIGNERROR REQUIRE_POST_METHOD XML_FORMAT_ERROR "
        "TRADE_STATE_ERROR"
    ),
}
"""The err_code tables as the platform documents them."""


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, codes in DOCUMENTED.items() for code in codes.split()]
)
def test_every_documented_code_is_declared(name: str, code: str) -> None:
    """No code of the published table is missing from the endpoint."""
    declared = (*COMMON, *V2[name].raises)

    assert any(s.code == code for row in declared for s in row.spellings if s.endpoint in ("", name))
