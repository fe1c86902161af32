"""Hostile and broken v3 input: a refusal in the platform's form, nothing stored, and the server goes on."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from v3_merchant import V3Merchant

from sandbox.app import Sandbox
from sandbox.errors import Refusal, v3
from sandbox.gateway.dialects.v3body import parse_object
from sandbox.platform.tenants import Tenant

ORDER = "/v3/pay/transactions/jsapi"
NOT_UNDERSTOOD = {"code": "PARAM_ERROR", "message": "参数错误"}
NOT_PLAIN = {"code": "INVALID_REQUEST", "message": "请求内容传入了非UTF8参数"}
MB = 1 << 20


@pytest.fixture
def merchant(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


async def goes_on(m: V3Merchant) -> bool:
    """A good order still works, and it is the only one there is."""
    status, _ = await m.call("POST", ORDER, m.order("T2026000009"))
    with m.tenant.transaction() as tx:
        return status == 200 and [one.terms.out_trade_no for one in tx.orders()] == ["T2026000009"]


BROKEN: dict[str, bytes] = {
    "nothing but a brace": b"{",
    "cut off": b'{"mchid":"19',
    "a comma too many": b'{"mchid":"1",}',
    "single quotes": b"{'mchid':'1'}",
    "a comment": b'{"mchid":"1"} // x',
    "two objects": b"{}{}",
    "an array": b'[{"mchid":"1"}]',
    "a text": b'"mchid"',
    "a number": b"1",
    "null": b"null",
    "NaN": b'{"amount":{"total":NaN}}',
    "infinity": b'{"amount":{"total":-Infinity}}',
    "a key twice": b'{"mchid":"1","mchid":"1"}',
    "a key twice inside": b'{"amount":{"total":1,"total":2}}',
    "a form": b"mchid=1&appid=2",
    "XML": b"<xml><mch_id>1</mch_id></xml>",
    "a control character": b'{"description":"a\x00b"}',
    "a newline in a text": b'{"description":"a\nb"}',
    "a BOM": "\ufeff{}".encode(),
    "5000 digits": b'{"amount":{"total":' + b"1" * 5000 + b"}}",
    "deep arrays": b'{"detail":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"detail":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "40 objects deep": b'{"a":' * 40 + b"1" + b"}" * 40,
    "blanks": b" " * 1000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_what_is_not_one_json_object(merchant: V3Merchant, body: bytes) -> None:
    """400 without detail, signed: the caller is known."""
    answer = await merchant.call("POST", ORDER, body)

    assert answer == (400, NOT_UNDERSTOOD)
    assert "Wechatpay-Signature" in merchant.reply.headers
    assert await goes_on(merchant)


STRANGE: dict[str, bytes] = {
    "GBK": '{"description":"茶叶"}'.encode("gbk"),
    "an emoji": '{"description":"茶🍵"}'.encode(),
    "an escaped emoji": json.dumps({"description": "🍵"}).encode(),
    "an emoji in a key": '{"🍵":1}'.encode(),
    "a lone surrogate": rb'{"description":"\ud83c"}',
    "a lone surrogate in a key": rb'{"\udc00":1}',
    "an emoji deep inside": '{"detail":{"goods_detail":[{"goods_name":"🍵"}]}}'.encode(),
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "overlong": b'{"description":"\xc0\x80"}',
    "an encoded surrogate": b'{"description":"\xed\xa0\x80"}',
    "cut in a character": '{"description":"茶'.encode()[:-1] + b'"}',
}


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE)
async def test_what_is_not_plain_utf8(merchant: V3Merchant, body: bytes) -> None:
    """Characters of four bytes are as bad as GBK."""
    answer = await merchant.call("POST", ORDER, body)

    assert answer == (400, NOT_PLAIN)
    assert await goes_on(merchant)


@pytest.mark.parametrize(
    "change",
    [
        {"appid": {"$ne": ""}},
        {"amount": [{"total": 1}]},
        {"amount": {"total": [1]}},
        {"payer": "oUser"},
        {"mchid": 1900000001},
        {"out_trade_no": "T2026'; DROP TABLE orders; --"},
        {"out_trade_no": "T2026\u0000000"},
        {"notify_url": "javascript:alert(1)"},
        {"notify_url": "http://" + "a" * 300},
        {"scene_info": {"payer_client_ip": "<script>"}},
        {"detail": {"goods_detail": [1, 2]}},
        {"detail": {"goods_detail": [[]]}},
        {"amount": {"total": 2**63}},
        {"amount": {"total": 10**400}},
        {"amount": {"total": 1e308}},
        {"__class__": "x"},
        {"": ""},
    ],
    ids=str,
)
async def test_values_of_another_kind(merchant: V3Merchant, change: dict[str, Any]) -> None:
    """PARAM_ERROR with a place, whatever was put there; nothing is stored."""
    status, body = await merchant.call("POST", ORDER, merchant.order(**change))

    assert (status, body["code"]) == (400, "PARAM_ERROR")
    assert "value" in body["detail"]
    assert await goes_on(merchant)


async def test_a_zero_character_in_a_description_is_taken_as_it_is(merchant: V3Merchant) -> None:
    """JSON can say it: it is one byte of UTF-8 like any other."""
    status, _ = await merchant.call("POST", ORDER, merchant.order("T2026000009", description="a\u0000b"))

    assert status == 200


async def test_a_body_that_a_get_brings(merchant: V3Merchant) -> None:
    """It is signed and read: what is not defined is refused there too."""
    target = f"/v3/pay/transactions/out-trade-no/T2026000001?mchid={merchant.mchid}"

    assert (await merchant.call("GET", target, b"{"))[1] == NOT_UNDERSTOOD
    assert (await merchant.call("GET", target, b'{"a":1}'))[1]["detail"]["value"] == ["/body/a"]


@pytest.mark.parametrize(
    "number",
    [
        "%00%00%00%00%00%00",
        "%F0%9F%8D%B5aaaa",
        "T2026%0A00001",
        "%ED%A0%80aaaaaa",
        "'%20OR%201=1",
    ],
)
async def test_strange_numbers_in_the_path(merchant: V3Merchant, number: str) -> None:
    """The field's own rules refuse them."""
    target = f"/v3/pay/transactions/out-trade-no/{number}?mchid={merchant.mchid}"

    status, body = await merchant.call("GET", target)

    assert (status, body["code"], body["detail"]["location"]) == (400, "PARAM_ERROR", "uri_template")


async def test_an_encoded_slash_is_a_slash(merchant: V3Merchant) -> None:
    """There is no such path."""
    answer = await merchant.call("GET", f"/v3/pay/transactions/out-trade-no/..%2F..%2Fetc?mchid={merchant.mchid}")

    assert answer == (404, None)


@pytest.mark.parametrize("query", ["", "?", "?mchid", "?mchid=", "?MCHID=1", "?mchid=%", "?mchid=%FF", "?&&&=", "?a=b"])
async def test_strange_queries(merchant: V3Merchant, query: str) -> None:
    """A missing mchid is a missing field, another one is not the caller's."""
    status, body = await merchant.call("GET", f"/v3/pay/transactions/out-trade-no/T2026000001{query}")

    assert (status, body["code"]) == (400, "PARAM_ERROR")


class Wire:
    """Raw bytes to the sandbox's port, signed by a merchant."""

    def __init__(self, m: V3Merchant) -> None:
        self.m = m

    async def send(self, *pieces: bytes) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.m.box.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            async with asyncio.timeout(20):
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                return int(head.split(b" ")[1]), await reader.readexactly(length)
        finally:
            writer.close()

    async def post(self, body: bytes, authorization: bytes | None = None, path: str = ORDER) -> tuple[int, bytes]:
        good = self.m.authorization("POST", path, body).encode() if authorization is None else authorization
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: t\r\nAccept: */*\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nAuthorization: "
        )
        return await self.send(head.encode() + good + b"\r\n\r\n", body)


@pytest.fixture
def wire(merchant: V3Merchant) -> Wire:
    return Wire(merchant)


async def test_ten_megabytes_are_refused_before_they_are_read(merchant: V3Merchant, wire: Wire) -> None:
    """nginx's 413, as for every dialect; one that just fits is read and refused for what it says."""
    huge, _ = await wire.post(b'{"description":"' + b"a" * (10 * MB) + b'"}')
    fits, body = await wire.post(b'{"description":"' + b"a" * (MB - 100) + b'"}')

    assert huge == 413
    assert (fits, json.loads(body)["code"]) == (400, "PARAM_ERROR")
    assert await goes_on(merchant)


@pytest.mark.parametrize(
    "authorization",
    [
        b"",
        b"\xff\xfe\x00"[:2],
        "微信支付".encode(),
        "微信支付".encode("gbk"),
        b'WECHATPAY2-SHA256-RSA2048 mchid="\xff",nonce_str="\xff",signature="\xff",timestamp="1",serial_no="\xff"',
        b"WECHATPAY2-SHA256-RSA2048 " + b'mchid="1",' * 1000,
        b"WECHATPAY2-SHA256-RSA2048 " + b'"' * 5000,
    ],
    ids=["empty", "bytes", "UTF-8", "GBK", "bytes inside", "long", "quotes"],
)
async def test_garbage_for_an_authorization(merchant: V3Merchant, wire: Wire, authorization: bytes) -> None:
    """401 in JSON, whatever the bytes are."""
    status, body = await wire.post(b"{}", authorization)

    assert (status, json.loads(body)["code"]) == (401, "SIGN_ERROR")
    assert await goes_on(merchant)


@pytest.mark.parametrize("value", [b"\xff" * 20, "签名".encode(), b"a b", b"=" * 400, b"A" * 10_000])
async def test_garbage_within_a_good_header(merchant: V3Merchant, wire: Wire, value: bytes) -> None:
    """A signature that is no base64, and a nonce of bytes: a wrong signature, whose detail is JSON."""
    good = merchant.authorization("POST", ORDER, b"{}").encode()
    name, _, rest = good.partition(b'signature="')
    spoiled = name + b'signature="' + value + b'"' + rest.partition(b'"')[2]
    nonce = good.replace(b"593BEC0C930BF1AFEB40B4A08C8FB242", value)

    for header in (spoiled, nonce):
        status, body = await wire.post(b"{}", header)
        assert (status, json.loads(body)["code"]) == (401, "SIGN_ERROR")
    assert await goes_on(merchant)


async def test_bytes_in_the_path(merchant: V3Merchant, wire: Wire) -> None:
    """Either the parser or the gateway refuses; the connection is answered."""
    path = b"/v3/pay/transactions/out-trade-no/\xe8\x8c\xb6\xff?mchid=1"
    good = merchant.authorization("GET", ORDER, b"").encode()
    status, _ = await wire.send(
        b"GET " + path + b" HTTP/1.1\r\nHost: h\r\nUser-Agent: t\r\nAccept: */*\r\nAuthorization: " + good + b"\r\n\r\n"
    )

    assert status in (400, 401, 404)
    assert await goes_on(merchant)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.one_of(st.binary(), JSON.map(lambda value: json.dumps(value).encode())))
def test_any_bytes_are_an_object_or_a_refusal(body: bytes) -> None:
    """Nothing else is ever raised, and an object has no character that the platform does not take."""
    try:
        found = parse_object(body)
    except Refusal as refusal:
        row = refusal.row
    else:
        row = None
        assert all(ord(character) <= 0xFFFF for character in json.dumps(found, ensure_ascii=False))
    assert row in (None, v3.BODY_NOT_JSON_OBJECT, v3.BODY_NOT_PLAIN_UTF8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(["appid", "mchid", "amount", "payer", "detail", "x", "scene_info"]), JSON))
async def test_any_object_is_answered(merchant: V3Merchant, body: dict[str, Any]) -> None:
    """An order made of anything is refused with a 400 that is JSON; never a 500, never a crash."""
    status, answer = await merchant.call("POST", ORDER, json.dumps({**merchant.order(), **body}).encode())

    assert status in (200, 400)
    assert status == 200 or answer["code"]
