"""The verb that explains whatever was copied out of a log."""

import json
from typing import Any

import pytest
from v3_merchant import V3Merchant
from wire_merchant import to_xml, v2_sign

from sandbox.actions.explain import Explain, explain
from sandbox.actions.explaining import Explanation
from sandbox.actions.verb import VerbError
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant


async def explained(merchant: Any, text: str) -> Explanation:
    told = await explain.run(merchant.box.desk(merchant.tenant), Explain(text=text))
    assert isinstance(told, Explanation)
    return told


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The same merchant, in APIv3."""
    return V3Merchant(box, tenant)


def forms(fields: dict[str, str]) -> list[str]:
    """A v2 request in every form in which it may be pasted."""
    body = to_xml(fields).decode()
    return [
        body,
        f"POST /pay/unifiedorder HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nContent-Type: text/xml\r\n\r\n{body}",
        f"curl -s -X POST https://api.mch.weixin.qq.com/pay/unifiedorder \\\n  -H 'Content-Type: text/xml' -d '{body}'",
        f"curl https://api.mch.weixin.qq.com/pay/unifiedorder --data-raw $'{body}'",
        json.dumps(fields),
    ]


async def test_a_right_v2_signature_is_called_right_in_every_form(merchant: Any) -> None:
    """With the string that was signed, its key masked."""
    fields = merchant.order()
    for text in forms({**fields, "sign": v2_sign(fields, merchant.key)}):
        told = await explained(merchant, text)
        assert (told.kind, told.right, told.diagnosis) == ("v2 message", True, None)
        assert told.string_to_sign.endswith(f"&key={merchant.key[:4]}…(32 characters)")


async def test_a_wrong_v2_signature_is_explained_in_every_form(merchant: Any) -> None:
    """Two mistakes together, at once; and the signature that would be right."""
    fields = merchant.order()
    wrong = v2_sign({**fields, "total_fee": "1.99"}, f"{merchant.key}\n")
    for text in forms({**fields, "sign": wrong}):
        told = await explained(merchant, text)
        assert not told.right
        assert told.expected == v2_sign(fields, merchant.key)
        assert told.diagnosis is not None
        assert set(told.diagnosis.code.split("+")) == {"SIGN_AMOUNT_FORMAT", "SIGN_KEY_BLANKS"}
        assert not told.diagnosis.pending


async def test_parameters_without_a_merchant_are_checked_with_the_key_of_the_one_named(merchant: Any) -> None:
    """Where the message says whose it is, that counts."""
    fields = {"a": "1", "sign": v2_sign({"a": "1"}, merchant.key)}
    desk = merchant.box.desk(merchant.tenant)
    told = await explain.run(desk, Explain(text=json.dumps(fields), mchid=merchant.mch_id))
    assert isinstance(told, Explanation)
    assert told.right
    with pytest.raises(VerbError, match="is no merchant of tenant"):
        await explained(merchant, json.dumps(fields))


async def test_an_unknown_cause_keeps_the_general_advice(merchant: Any) -> None:
    """And compares with the last request that was right."""
    await merchant.post("/pay/unifiedorder", merchant.order("T1"))
    told = await explained(merchant, json.dumps({**merchant.order("T1", attach="a"), "sign": "0" * 32}))
    assert told.diagnosis is not None
    assert told.diagnosis.summary.startswith("unknown cause")
    assert told.diagnosis.fix.startswith("Sign exactly the values you send")
    assert [one.field for one in told.diagnosis.nearest] == ["attach"]


async def test_unsigned_parameters_are_signed(merchant: Any) -> None:
    """As the platform's own signature tool does: the string, and the signature it gives."""
    told = await explained(merchant, json.dumps(merchant.order()))
    assert told.diagnosis is not None
    assert told.diagnosis.summary == "there is no sign"
    assert told.expected == v2_sign(merchant.order(), merchant.key)


@pytest.mark.parametrize("form", ["raw", "curl"])
async def test_a_v3_request_is_explained(v3: V3Merchant, form: str) -> None:
    """Right where it is right; the lost query string where it is not."""

    def pasted(authorization: str) -> str:
        if form == "raw":
            return f"GET {target} HTTP/1.1\nHost: x\nAuthorization: {authorization}\n\n"
        return f"curl 'https://api.mch.weixin.qq.com{target}' -H 'Authorization: {authorization}'"

    target = f"/v3/pay/transactions/out-trade-no/T1234567?mchid={v3.mchid}"
    told = await explained(v3, pasted(v3.authorization("GET", target, b"")))
    assert (told.kind, told.right) == ("v3 request", True)
    assert told.string_to_sign.startswith(f"GET\n{target}\n")

    told = await explained(v3, pasted(v3.authorization("GET", target.partition("?")[0], b"")))
    assert told.diagnosis is not None
    assert told.diagnosis.code == "V3_QUERY_DROPPED"


async def test_a_right_v3_signature_under_another_serial_number_is_wrong(v3: V3Merchant) -> None:
    """Whose number it is, is told."""
    number = v3.tenant.credentials(v3.tenant.merchants[v3.mchid]).platform_serial
    header = v3.authorization("GET", "/v3/certificates", b"", serial_no=number)
    told = await explained(v3, f"GET /v3/certificates HTTP/1.1\nAuthorization: {header}\n\n")
    assert told.diagnosis is not None
    assert told.diagnosis.code == "V3_OTHER_SERIAL"
    assert "platform certificate" in told.diagnosis.summary


async def test_a_malformed_authorization_is_explained(v3: V3Merchant) -> None:
    """Which part is not as it should be."""
    text = "GET /v3/certificates HTTP/1.1\nAuthorization: WECHATPAY2-SHA256-RSA2048 mchid='1'\n\n"
    told = await explained(v3, text)
    assert told.diagnosis is not None
    assert 'is not name="value"' in told.diagnosis.summary


async def test_the_parameters_of_a_launch_are_explained(merchant: Any) -> None:
    """Of wx.requestPayment, by the order that package names; nothing is paid."""
    reply = await merchant.post("/pay/unifiedorder", merchant.order())
    params = {
        "timeStamp": "1767225600", "nonceStr": "N1", "package": f"prepay_id={reply['prepay_id']}", "signType": "MD5",
    }  # fmt: skip
    signed = {"appId": merchant.appid, **params}
    right = await explained(merchant, json.dumps({**params, "paySign": v2_sign(signed, merchant.key)}))
    assert (right.kind, right.right) == ("JSAPI launch", True)

    snake = {"app_id" if name == "appId" else name: value for name, value in signed.items()}
    wrong = await explained(merchant, json.dumps({**params, "paySign": v2_sign(snake, merchant.key)}))
    assert wrong.diagnosis is not None
    assert wrong.diagnosis.code == "PAY_SIGN_NAMES"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello", "none of these"),
        ("{", "the JSON cannot be read"),
        ("<xml>", "nor XML"),
        ("curl 'https://x/pay", "cannot be read"),
        ("curl https://x/pay/unifiedorder -d @order.xml", "put the body itself"),
        ("<xml><mch_id>1</mch_id></xml>", "is no merchant of tenant"),
    ],
)
async def test_what_cannot_be_explained_says_why(merchant: Any, text: str, why: str) -> None:
    """The forms that are known, what is broken, or who is unknown."""
    with pytest.raises(VerbError, match=why):
        await explained(merchant, text)
