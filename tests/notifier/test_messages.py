"""The payment notification, byte for byte."""

import hashlib
import hmac
from typing import Any

import msgspec
import pytest

from sandbox.domain.order import Order, Payment, Terms, TradeType
from sandbox.notifier import messages

KEY = "sandboxAPIv2key0sandboxAPIv2key0"
PAYMENT = Payment(
    transaction_id="4200000001202601010000000001",
    time=1_767_225_600_000,
    openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    user="xiaoming",
)


def order(**changes: Any) -> Order:
    terms: dict[str, Any] = {
        "mchid": "1900000001", "out_trade_no": "T2026000001", "appid": "wx5a4d8bf0c0de0001", "total": 199,
        "trade_type": TradeType.JSAPI, "dialect": "v2", "notify_url": "http://127.0.0.1/n", "description": "茶叶一罐",
        "fingerprint": b"", "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", **changes,
    }  # fmt: skip
    return Order(terms=Terms(**terms), created=0, prepay_id="wx")


def told(order: Order, payment: Payment = PAYMENT, *, include_sign_type: bool = False, **over: dict[str, str]) -> str:
    before, after = over.get("before", {}), over.get("after", {})
    body = messages.payment_v2(order, payment, KEY, include_sign_type=include_sign_type, before=before, after=after)
    return body.decode()


def test_the_plain_notification() -> None:
    """Alphabetical, text in CDATA, total_fee bare, cash_fee not, the order's nonce, Beijing time, no last newline."""
    text = (
        "appid=wx5a4d8bf0c0de0001&bank_type=OTHERS&cash_fee=199&fee_type=CNY&is_subscribe=N&mch_id=1900000001"
        "&nonce_str=5K8264ILTKCH16CQ2502SI8ZNMTM67VS&openid=oUpF8uMuAJO_M2pxb1Q9zNjWeS6o&out_trade_no=T2026000001"
        "&result_code=SUCCESS&return_code=SUCCESS&time_end=20260101080000&total_fee=199&trade_type=JSAPI"
        f"&transaction_id=4200000001202601010000000001&key={KEY}"
    )
    sign = hashlib.md5(text.encode()).hexdigest().upper()

    assert told(order()) == (
        "<xml><appid><![CDATA[wx5a4d8bf0c0de0001]]></appid>\n"
        "<bank_type><![CDATA[OTHERS]]></bank_type>\n"
        "<cash_fee><![CDATA[199]]></cash_fee>\n"
        "<fee_type><![CDATA[CNY]]></fee_type>\n"
        "<is_subscribe><![CDATA[N]]></is_subscribe>\n"
        "<mch_id><![CDATA[1900000001]]></mch_id>\n"
        "<nonce_str><![CDATA[5K8264ILTKCH16CQ2502SI8ZNMTM67VS]]></nonce_str>\n"
        "<openid><![CDATA[oUpF8uMuAJO_M2pxb1Q9zNjWeS6o]]></openid>\n"
        "<out_trade_no><![CDATA[T2026000001]]></out_trade_no>\n"
        "<result_code><![CDATA[SUCCESS]]></result_code>\n"
        "<return_code><![CDATA[SUCCESS]]></return_code>\n"
        f"<sign><![CDATA[{sign}]]></sign>\n"
        "<time_end><![CDATA[20260101080000]]></time_end>\n"
        "<total_fee>199</total_fee>\n"
        "<trade_type><![CDATA[JSAPI]]></trade_type>\n"
        "<transaction_id><![CDATA[4200000001202601010000000001]]></transaction_id>\n"
        "</xml>"
    )


def test_what_the_merchant_sent_comes_back() -> None:
    """attach and device_info stand in their places only when they were ordered, Chinese in UTF-8."""
    body = told(order(attach="附加", device_info="WEB"))

    assert "</appid>\n<attach><![CDATA[附加]]></attach>\n<bank_type>" in body
    assert "</cash_fee>\n<device_info><![CDATA[WEB]]></device_info>\n<fee_type>" in body


def test_an_hmac_order_is_told_with_hmac_and_without_sign_type() -> None:
    """The hash is the order's; sign_type is left out, as was seen, unless the setting puts it in."""
    body = told(order(sign_type="HMAC-SHA256"))
    fields = body.removeprefix("<xml>").removesuffix("\n</xml>").split("\n")
    values = {line[1 : line.index(">")]: line[line.index(">") + 1 : line.rindex("</")] for line in fields}
    plain = {name: value.removeprefix("<![CDATA[").removesuffix("]]>") for name, value in values.items()}
    text = "&".join(f"{name}={plain[name]}" for name in sorted(plain) if name != "sign") + f"&key={KEY}"

    assert plain["sign"] == hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    assert "sign_type" not in plain
    with_type = told(order(sign_type="HMAC-SHA256"), include_sign_type=True)
    assert "</sign>\n<sign_type><![CDATA[HMAC-SHA256]]></sign_type>\n<time_end>" in with_type
    assert plain["sign"] not in with_type


def test_a_sub_merchants_notification() -> None:
    """The sub fields come between sign and time_end, those of a sub appid only when one was ordered."""
    sub = order(sub_mchid="1900000005", sub_appid="wx5a4d8bf0c0de0002")
    paid = msgspec.structs.replace(PAYMENT, sub_openid="oSub")

    assert (
        "</sign>\n<sub_appid><![CDATA[wx5a4d8bf0c0de0002]]></sub_appid>\n"
        "<sub_is_subscribe><![CDATA[N]]></sub_is_subscribe>\n<sub_mch_id><![CDATA[1900000005]]></sub_mch_id>\n"
        "<sub_openid><![CDATA[oSub]]></sub_openid>\n<time_end>"
    ) in told(sub, paid)
    plain = told(order(sub_mchid="1900000005"))
    assert "</sign>\n<sub_mch_id><![CDATA[1900000005]]></sub_mch_id>\n<time_end>" in plain


@pytest.mark.parametrize("value", ["]]>", "<a>&amp;</a>", "]]]]>>"])
def test_awkward_text_survives(value: str) -> None:
    """What would end a CDATA section early comes back whole."""
    from xml.etree.ElementTree import fromstring

    assert fromstring(told(order(attach=value))).findtext("attach") == value


def test_a_rewritten_message_is_rightly_signed() -> None:
    """A field changed before signing: the signature fits the wrong amount, which stays a bare number."""
    body = told(order(), before={"total_fee": "1", "cash_fee": "1"})

    assert "<total_fee>1</total_fee>" in body
    assert "<cash_fee><![CDATA[1]]></cash_fee>" in body
    assert body == told(order(total=1))


def test_a_tampered_message_keeps_the_old_signature() -> None:
    """A field changed after signing: everything else is as before."""
    body = told(order(), after={"total_fee": "1"})

    assert body == told(order()).replace("<total_fee>199<", "<total_fee>1<")


def test_no_element_is_empty() -> None:
    """A field rewritten to nothing disappears from message and signature."""
    body = told(order(), before={"bank_type": ""})

    assert "bank_type" not in body
    assert body != told(order()).replace("<bank_type><![CDATA[OTHERS]]></bank_type>\n", "")
