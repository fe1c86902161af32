"""Who is let in through APIv3: every failure in the order in which the platform looks, with its body and status."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from v3_merchant import V3Merchant

from sandbox.app import Sandbox
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.tenants import Tenant

ORDER = "/v3/pay/transactions/jsapi"
PARTNER = "/v3/pay/partner/transactions/jsapi"
ELSEWHERE = "/v3/certificates"
MALFORMED = "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"
ABSENT = "签名信息错误，验签失败"
STALE = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"
SERIAL = "商户证书序列号有误。请使用签名私钥匹配的证书序列号"
NO_HEADERS = "Http头缺少Accept或User-Agent"
UNSIGNED = {"Wechatpay-Signature", "Wechatpay-Nonce", "Wechatpay-Timestamp", "Wechatpay-Serial"}


class Caller(V3Merchant):
    """Sends exactly what it is told to."""

    async def raw(
        self, path: str = ORDER, authorization: str | None = None, *, body: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        """A good request but for what is given; an empty header is not sent."""
        method = "GET" if path == ELSEWHERE else "POST"
        content = self.content() if body is None and method == "POST" else body or b""
        good = self.authorization(method, path, content)
        usual = {"User-Agent": "t", "Accept": "*/*", "Authorization": good if authorization is None else authorization}
        given = {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}
        wire = Wire(
            method=method, path=path, target=path, body=content,
            headers={name: value for name, value in given.items() if value}, base_url="http://127.0.0.1",
        )  # fmt: skip
        self.reply: WireReply = await self.box.pipeline.serve(wire)
        return self.reply.status, json.loads(self.reply.body) if self.reply.body else None

    def content(self) -> bytes:
        """A good order's body."""
        return json.dumps(self.order()).encode()

    def signed(self, path: str = ORDER, **changes: str) -> str:
        """A good header with changes laid over after signing."""
        method, body = ("GET", b"") if path == ELSEWHERE else ("POST", self.content())
        return self.authorization(method, path, body, **changes)


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> Caller:
    """The tenant's first merchant, over APIv3."""
    return Caller(box, tenant)


def error(message: str) -> dict[str, str]:
    return {"code": "SIGN_ERROR", "message": message}


@pytest.mark.parametrize("path", [ORDER, ELSEWHERE])
@pytest.mark.parametrize(
    "authorization",
    [
        "", "x", "Bearer x", "Basic dXNlcjpwYXNz", "WECHATPAY2-SHA256-RSA2048", "WECHATPAY2-SHA256-RSA2048 ",
        'WECHATPAY2-SHA256-RSA2048 mchid="1"', "\x00", "é", "WECHATPAY2-SM2-WITH-SM3 a", ",=" * 4000,
        'WECHATPAY2-SHA256-RSA2048 mchid="",nonce_str="",signature="",timestamp="",serial_no=""',
        'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="1",signature="1",timestamp="now",serial_no="1"',
    ],
)  # fmt: skip
async def test_garbage_for_a_header(v3: Caller, path: str, authorization: str) -> None:
    """None, another scheme, or nonsense: 401 with the text of the front end that hears it, unsigned."""
    status, body = await v3.raw(path, authorization)

    assert (status, body) == (401, error(ABSENT if path == ORDER else MALFORMED))
    assert not UNSIGNED & set(v3.reply.headers)
    assert v3.reply.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(("path", "text"), [(PARTNER, MALFORMED), (ORDER, ABSENT)])
async def test_only_direct_orders_have_the_other_front_end(v3: Caller, path: str, text: str) -> None:
    """/v3/pay/transactions/ alone was seen to speak otherwise."""
    assert await v3.raw(path, "") == (401, error(text))


@pytest.mark.parametrize("missing", ["User-Agent", "Accept"])
async def test_user_agent_and_accept_come_first_but_not_on_orders(v3: Caller, missing: str) -> None:
    """400 before anything else is looked at; order paths do not look."""
    headers = {missing: ""}
    elsewhere = await v3.raw(ELSEWHERE, "Bearer x", **headers)
    on_orders = await v3.raw(ORDER, **headers)
    bare = await v3.raw(ORDER, "Bearer x", **headers)

    assert elsewhere == (400, {"code": "INVALID_REQUEST", "message": NO_HEADERS})
    assert on_orders[0] == 200
    assert bare == (401, error(ABSENT))


def seconds(v3: Caller, ahead: int) -> str:
    return str(v3.box.wall.now() // 1000 + ahead)


@pytest.mark.parametrize("path", [ORDER, ELSEWHERE])
@pytest.mark.parametrize("timestamp", [-302, 302, "milliseconds", "0", "9" * 18])
async def test_a_stale_timestamp(v3: Caller, path: str, timestamp: int | str) -> None:
    """More than five minutes of real time off, milliseconds too; the text is one for both front ends."""
    now = seconds(v3, 0)
    given = seconds(v3, timestamp) if isinstance(timestamp, int) else timestamp.replace("milliseconds", f"{now}000")

    status, body = await v3.raw(path, v3.signed(path, signed_timestamp=given, timestamp=given))

    assert (status, body) == (401, error(STALE))
    assert not UNSIGNED & set(v3.reply.headers)
    assert ("milliseconds? " in v3.reply.headers["Sandbox-Diagnosis"]) is (timestamp in ("milliseconds", "9" * 18))


@pytest.mark.parametrize("ahead", [-298, 298])
async def test_five_minutes_are_forgiven(v3: Caller, ahead: int) -> None:
    """Within them the request is good, whatever the tenant's own clock says."""
    given = seconds(v3, ahead)
    await v3.box.timers.advance(v3.tenant, 86_400_000)

    assert (await v3.raw(ORDER, v3.signed(signed_timestamp=given, timestamp=given)))[0] == 200


async def test_tied_to_the_tenants_clock_the_signature_is_dated_by_it(v3: Caller) -> None:
    """With v3.tie_time the virtual instant counts, both ways."""
    v3.tenant.change_settings({"v3.tie_time": True})
    tied = str(v3.tenant.clock.now() // 1000)

    real = await v3.raw(ORDER)
    virtual = await v3.raw(ORDER, v3.signed(signed_timestamp=tied, timestamp=tied))

    assert real == (401, error(STALE))
    assert virtual[0] == 200
    assert v3.reply.headers["Wechatpay-Timestamp"] == tied


@pytest.mark.parametrize("path", [ORDER, ELSEWHERE])
async def test_an_unknown_mchid(v3: Caller, path: str) -> None:
    """The text of a wrong signature, without its detail."""
    assert await v3.raw(path, v3.signed(path, mchid="1888888888")) == (401, error("签名错误"))


@pytest.mark.parametrize("path", [ORDER, ELSEWHERE])
async def test_a_serial_that_is_not_the_merchants(v3: Caller, path: str) -> None:
    """The platform's certificate, another merchant's or nobody's."""
    keys = v3.tenant.credentials(v3.tenant.merchants[v3.mchid])
    other = v3.tenant.credentials(list(v3.tenant.merchants.values())[1]).serial_no

    answers = [
        await v3.raw(path, v3.signed(path, serial_no=serial)) for serial in (keys.platform_serial, other, "0" * 40)
    ]

    assert answers == [(401, error(SERIAL))] * 3


async def test_another_merchants_number_with_the_own_certificate(v3: Caller) -> None:
    """The mchid is known, the serial is not its: the serial is what is complained about."""
    other = list(v3.tenant.merchants)[1]

    assert await v3.raw(ORDER, v3.signed(mchid=other)) == (401, error(SERIAL))


@pytest.mark.parametrize(("path", "text"), [(ORDER, "签名错误"), (ELSEWHERE, "错误的签名，验签失败")])
@pytest.mark.parametrize("signature", ["bm8=", "不是", "A" * 344, "!", "A"])
async def test_a_wrong_signature_shows_what_was_to_be_signed(v3: Caller, path: str, text: str, signature: str) -> None:
    """The detail holds method, URL, the length of the message and its beginning, as observed; the 401 is unsigned."""
    status, body = await v3.raw(path, v3.signed(path, signature=signature))

    method, content = ("GET", b"") if path == ELSEWHERE else ("POST", v3.content())
    now = seconds(v3, 0)
    message = f"{method}\n{path}\n{now}\n593BEC0C930BF1AFEB40B4A08C8FB242\n".encode()
    detail = body.pop("detail")
    information = detail.pop("sign_information")
    shown = information.pop("truncated_sign_message")
    assert (status, body) == (401, error(text))
    assert detail == {"detail": {"issue": "sign not match"}, "field": "signature", "location": "authorization"}
    assert information == {"method": method, "sign_message_length": len(message) + len(content) + 1, "url": path}
    assert shown.encode().endswith(b"\n593BEC0C930BF1AFEB40B4A08C8FB242\n" + content[:8] + b"\n")
    assert not UNSIGNED & set(v3.reply.headers)


async def test_the_keys_of_a_refusal_stand_in_alphabetical_order(v3: Caller) -> None:
    """code, detail, message; and inside the detail too."""
    await v3.raw(ORDER, v3.signed(signature="bm8="))

    def names(value: Any) -> Any:
        return {name: names(inner) for name, inner in value.items()} if isinstance(value, dict) else None

    wire = json.loads(v3.reply.body)
    assert list(wire) == ["code", "detail", "message"]
    assert list(wire["detail"]) == ["detail", "field", "location", "sign_information"]
    assert list(wire["detail"]["sign_information"]) == sorted(wire["detail"]["sign_information"])
    assert b": " not in v3.reply.body.replace(b'": "', b"")


@pytest.mark.parametrize("change", ["body", "query", "method"])
async def test_what_is_signed_is_what_is_sent(v3: Caller, change: str) -> None:
    """A body serialised again, a query left out, another method."""
    query = f"/v3/pay/transactions/out-trade-no/T2026000001?mchid={v3.mchid}"
    content = v3.content()
    match change:
        case "body":
            answer = await v3.raw(ORDER, body=content.replace(b": ", b":"), authorization=v3.signed())
        case "query":
            signed = v3.authorization("GET", query.partition("?")[0], b"")
            answer = await v3.call("GET", query, headers={"Authorization": signed})
        case _:
            answer = await v3.raw(ORDER, v3.authorization("PUT", ORDER, content))

    assert (answer[0], answer[1]["message"]) == (401, "签名错误")


async def test_lenient_where_sdks_differ(v3: Caller) -> None:
    """Parameters in any order, a serial in lower case, a nonce used twice."""
    first = v3.signed()
    scheme, _, parameters = first.partition(" ")
    turned = f"{scheme} {','.join(reversed(parameters.split(',')))}"

    answers = [await v3.raw(ORDER, one) for one in (first, first, turned, v3.signed(serial_no=v3.serial_no.lower()))]

    assert [status for status, _ in answers] == [200] * 4


@pytest.mark.parametrize("serial", ["", "own", "0" * 40, "x", "PUB_KEY_ID_0"])
async def test_a_foreign_wechatpay_serial_is_ignored(v3: Caller, serial: str) -> None:
    """Without an encrypted field it only asks for a key; a strange one is no reason to refuse."""
    keys = v3.tenant.credentials(v3.tenant.merchants[v3.mchid])

    status, _ = await v3.raw(ORDER, Wechatpay_Serial={"own": keys.serial_no}.get(serial, serial))

    assert status == 200
    by_public_key = serial.startswith("PUB_KEY_ID_")
    assert v3.reply.headers["Wechatpay-Serial"] == (keys.pub_key_id if by_public_key else keys.platform_serial)
    v3.verify(v3.reply.headers, v3.reply.body)


Failure = Callable[[Caller], Awaitable[tuple[int, Any]]]
FAILURES: dict[str, Failure] = {
    "signature": lambda v3: v3.raw(ORDER, v3.signed(signature="bm8=")),
    "serial": lambda v3: v3.raw(ORDER, v3.signed(serial_no="0" * 40)),
    "timestamp": lambda v3: v3.raw(ORDER, v3.signed(timestamp="1")),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("sign_401", [True, False])
async def test_a_401_is_signed_only_when_so_set(v3: Caller, failure: str, sign_401: bool) -> None:
    """Whether a known caller's 401 is signed was never seen: a setting decides."""
    v3.tenant.change_settings({"v3.sign_401": sign_401})

    status, _ = await FAILURES[failure](v3)

    assert status == 401
    assert ("Wechatpay-Signature" in v3.reply.headers) is sign_401
    if sign_401:
        v3.verify(v3.reply.headers, v3.reply.body)


async def test_a_stranger_is_never_answered_signed(v3: Caller) -> None:
    """There is no key to sign with, whatever is set."""
    v3.tenant.change_settings({"v3.sign_401": True})

    await v3.raw(ORDER, v3.signed(mchid="1888888888"))

    assert "Wechatpay-Signature" not in v3.reply.headers


@pytest.mark.parametrize(
    ("body", "status"), [(b"{}", 400), (b"[", 400), ("茶".encode("gbk"), 400)], ids=["field", "JSON", "GBK"]
)
async def test_refusals_after_the_signature_are_signed(v3: Caller, body: bytes, status: int) -> None:
    """Whatever is wrong with the rest, the caller is known (observed on 400, 403 and 404)."""
    assert (await v3.raw(ORDER, body=body))[0] == status
    v3.verify(v3.reply.headers, v3.reply.body)


async def test_the_signature_comes_before_the_body(v3: Caller) -> None:
    """Broken JSON with a wrong signature is a wrong signature."""
    answer = await v3.raw(ORDER, v3.signed(), body=b"{")

    assert (answer[0], answer[1]["code"]) == (401, "SIGN_ERROR")


async def test_the_order_of_checks(v3: Caller) -> None:
    """Each mistake hides those behind it: the first one in the platform's order is the one that is named."""
    other = list(v3.tenant.merchants)[1]
    layers: list[tuple[dict[str, str], str]] = [
        ({"timestamp": "1"}, STALE),
        ({"mchid": "1888888888"}, "签名错误"),
        ({"serial_no": "0" * 40}, SERIAL),
        ({"signature": "bm8="}, "签名错误"),
    ]
    said = []
    for n in range(len(layers)):
        changes: dict[str, str] = {}
        for change, _ in reversed(layers[n:]):
            changes |= change
        _, body = await v3.raw(ORDER, v3.signed(**changes), body=b"{")
        said.append(body["message"])
    unknown = await v3.call("POST", ORDER, v3.order(mchid=other, trade_type="JSAPI", amount={"total": 0}))
    field = await v3.call("POST", ORDER, v3.order(mchid=other, amount={"total": 0}))
    caller = await v3.call("POST", ORDER, v3.order(mchid=other, appid="wx0000000000000000"))
    appid = await v3.call("POST", ORDER, v3.order(appid="wx0000000000000000"))

    assert said == [text for _, text in layers]
    assert [answer[1]["message"][:11] for answer in (unknown, field, caller, appid)] == [
        "请求中含有未在API文", "输入源“/body/a", "http header", "AppID不存在，请检",
    ]  # fmt: skip


async def test_every_answer_has_a_request_id(v3: Caller) -> None:
    """Upper-case hex, a hyphen, a number that is 0 when all is well; none where no header was (observed)."""
    await v3.raw(ORDER)
    good = v3.reply.headers["Request-ID"]
    await v3.raw(ORDER, v3.signed(signature="bm8="))
    bad = v3.reply.headers["Request-ID"]

    assert good.endswith("-0")
    assert bad.rpartition("-")[2] == "268443699"
    assert all(one.rpartition("-")[0] == one.rpartition("-")[0].upper() for one in (good, bad))
