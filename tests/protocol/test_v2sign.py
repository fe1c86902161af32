"""API v2 signatures against the published vectors, and the rules they follow."""

import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.protocol import v2sign, xml
from sandbox.protocol.v2sign import SignType

OFFICIAL_KEY = "192006250b4c09247ec02edce69f6a2d"

MICROPAY = (
    "appid=wxd930ea5d5a258f4f&auth_code=123456&body=test&device_info=123&mch_id=1900000109"
    "&nonce_str=960f228109051b9969f76c82bde183ac&out_trade_no=1400755861&spbill_create_ip=127.0.0.1&total_fee=1"
)
VECTORS = {
    "official": (
        "appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA",
        OFFICIAL_KEY,
        "9A0A8659F005D6984697E2CA0A9CF3B7",
        "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6",
    ),
    "micropay": (
        MICROPAY,
        "8934e7d15453e97507ef794cf7b0519d",
        "729A68AC3DE268DBD9ADE442382E7B24",
        "F0BC24E76CC164C44AD833618BE7964B3544CE4E5EA06F069A263EA9C433CC50",
    ),
    "micropay-short-key": (
        MICROPAY,
        "key",
        "1454C32E885B8D9E4A05E976D1C45B88",
        "A58C01F990B45A4D0E496F835B2739E391C6C734927B1DA740DC873E607FB42A",
    ),
    "chinese-and-url": (
        "app_id=app_id&body=测试商品&mch_id=mch_id&notify_url=http://making.dev/notify&openid=OPENID"
        "&out_trade_no=test003&spbill_create_ip=127.0.0.1&total_fee=1&trade_type=JSAPI",
        "key",
        "172A2D487A37D13FDE32B874BA823DD6",
        "6B1675EB205DD0523502A04D23412673303674765BDBC9D6EB5A67E2B24927AA",
    ),
    "pay-sign-of-the-docs": (
        "appId=wxd678efh567hg6787&nonceStr=5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
        "&package=prepay_id=wx2017033010242291fcfe0db70013231072&signType=MD5&timeStamp=1490840662",
        "qazwsxedcrfvtgbyhnujmikolp111111",
        "22D9B4E54AB1950F51E0649E8810ACD6",
        "4F372B91BD14DBB701CF0ADCE38FBA81D5C3830A7F6EB35799A1C61AC88652F2",
    ),
    "foo-eights": (
        "foo=bar",
        "8" * 32,
        "834A25C9A5B48305AB997C9A7E101530",
        "A17558A18A547578818256FD52E74BB3EA9475E021F5F210809F2B7916C53B1D",
    ),
    "foo-merchant": (
        "foo=bar",
        "foo-merchant-key",
        "280F9CB28E99DC917792FCC7AC1B88C4",
        "69F98AAEA02B5E133E22CB908AD9DCB3B763047BD27179827AFA6011033BC992",
    ),
    "business-failure": (
        "appid=wx2421b1c4370ec43b&device_info=WEB&err_code=INVALID_REQUEST&err_code_des=201 商户订单号重复"
        "&mch_id=10000100&nonce_str=zg9vizP9FSWKP9ku&result_code=FAIL&return_code=SUCCESS&return_msg=OK"
        "&sub_mch_id=1900000109",
        OFFICIAL_KEY,
        "4FDB4E817E013EA28407D1E45FF63F01",
        "9242E0E6689582897A510E73CAD0238BA537CC62A02002C6B604769057486622",
    ),
    "notification": (
        "appid=wx2421b1c4370ec43b&bank_type=CFT&cash_fee=1&fee_type=CNY&is_subscribe=Y&mch_id=10000100"
        "&nonce_str=5d2b6c2a8db53831f7eda20af46e531c&openid=oUpF8uMEb4qRXf22hE3X68TekukE&out_trade_no=1409811653"
        "&result_code=SUCCESS&return_code=SUCCESS&time_end=20140903131540&total_fee=1&trade_type=JSAPI"
        "&transaction_id=1004400740201409030005092168",
        OFFICIAL_KEY,
        "029A84C8E085AB506F483775B687454C",
        "69F943F1FD74711A22FF9A167F849F0C67B9BB1D93102AD97083377698341E49",
    ),
    "app": (
        "appid=wxd930ea5d5a258f4f&noncestr=5K8264ILTKCH16CQ2502SI8ZNMTM67VS&package=Sign=WXPay&partnerid=1900000109"
        "&prepayid=wx201410272009395522657a690389285100&timestamp=1412000000",
        OFFICIAL_KEY,
        "AF7380DC006669AD5B56E746C9DC7C49",
        "F62D9A1A6AEE827E892DD191283499C916491F995EFBF298B9610AC1BA9315C1",
    ),
    "native-mode-1": (
        "appid=wx2421b1c4370ec43b&mch_id=10000100&nonce_str=5K8264ILTKCH16CQ2502SI8ZNMTM67VS&product_id=88888"
        "&time_stamp=1414488825",
        OFFICIAL_KEY,
        "DFA7796DC03E3B44CE24FC7483D0CE32",
        "B624DD14F42ABD23B0DCDC3CCEF572D5D57DAD2DE56E6E67F48606C56650677B",
    ),
}


def fields_of(text: str) -> dict[str, str]:
    """The fields of a string to sign whose values hold no `&`, in reverse order."""
    return dict(pair.split("=", 1) for pair in reversed(text.split("&")))


@pytest.mark.parametrize(("text", "key", "md5", "hmac_sha256"), VECTORS.values(), ids=VECTORS)
def test_published_vectors(text: str, key: str, md5: str, hmac_sha256: str) -> None:
    """String to sign and both signatures are those that were published."""
    fields = fields_of(text)
    assert v2sign.string_to_sign(fields) == text
    assert v2sign.sign(fields, key) == md5
    assert v2sign.sign(fields, key, SignType.HMAC_SHA256) == hmac_sha256


def test_values_are_signed_raw_and_zero_is_not_empty() -> None:
    """No URL encoding, no XML entities, and total_fee=0 takes part."""
    fields: dict[str, str | int] = {
        "total_fee": 0,
        "sign_type": "HMAC-SHA256",
        "notify_url": "https://example.com/cb?x=1",
        "nonce_str": "N1",
        "mch_id": "10000100",
        "body": 'a&b=c 中文+%20<>"',
        "appid": "wx2421b1c4370ec43b",
    }
    assert v2sign.sign(fields, OFFICIAL_KEY) == "06620284F1311C2AA16435CCE12D8186"
    hmac_sha256 = v2sign.sign(fields, OFFICIAL_KEY, SignType.HMAC_SHA256)
    assert hmac_sha256 == "6F32C7F9A7B72DF61D1A7418EA81FFC55F7B53B63A55D0F0FBC22698655B24F0"
    fields["sign"] = hmac_sha256
    received = xml.parse(xml.render(fields.items()))
    assert v2sign.verify(received, OFFICIAL_KEY, SignType.HMAC_SHA256)


@pytest.mark.parametrize(
    ("sign_type", "expected"),
    [
        (SignType.MD5, "C52D6B09E8A039D6E8696A014BB37160"),
        (SignType.HMAC_SHA256, "BAC9240577E86EDC7753264E502196C61F78F24777E9E7CCE82A7BD97F906EED"),
    ],
)
def test_the_second_signature_signs_its_own_sign_type(sign_type: SignType, expected: str) -> None:
    """paySign covers signType, so MD5 and HMAC-SHA256 differ in the text as well."""
    package = "prepay_id=mock-prepay-id"
    came = v2sign.pay_sign("mock-appid", "1601234567", "mock-nonce", package, "mock-v2-secret-key", sign_type)
    assert came == expected


def test_the_second_signature_of_the_docs() -> None:
    """The sample of the mini-program documentation."""
    came = v2sign.pay_sign(
        "wxd678efh567hg6787",
        "1490840662",
        "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
        "prepay_id=wx2017033010242291fcfe0db70013231072",
        "qazwsxedcrfvtgbyhnujmikolp111111",
    )
    assert came == "22D9B4E54AB1950F51E0649E8810ACD6"


def test_the_second_signature_of_an_app() -> None:
    """Lower-case names and the constant package."""
    came = v2sign.app_sign(
        "wxd930ea5d5a258f4f",
        "1900000109",
        "wx201410272009395522657a690389285100",
        "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
        "1412000000",
        OFFICIAL_KEY,
    )
    assert came == "AF7380DC006669AD5B56E746C9DC7C49"


def test_names_sort_by_byte() -> None:
    """Capitals before `_` before small letters, digits take part."""
    fields = {"coupon_id_0": "4", "b": "2", "coupon_fee_0": "3", "coupon_fee": "5", "B": "1"}
    assert v2sign.string_to_sign(fields) == "B=1&b=2&coupon_fee=5&coupon_fee_0=3&coupon_id_0=4"


def test_lower_case_is_wrong_unless_allowed() -> None:
    """Upper-case hex is demanded; a setting accepts any case."""
    fields = {"a": "1", "sign": v2sign.sign({"a": "1"}, "key").lower()}
    assert not v2sign.verify(fields, "key")
    assert v2sign.verify(fields, "key", any_case=True)


@pytest.mark.parametrize("came", ["", "测试", "9A0A8659F005D6984697E2CA0A9CF3B7", "A" * 64])
def test_a_wrong_sign_does_not_verify(came: str) -> None:
    """Absent, garbled, foreign and over-long signs are simply wrong."""
    assert not v2sign.verify({"a": "1", "sign": came}, "key")
    assert not v2sign.verify({"a": "1"}, "key")


def test_chinese_signed_in_gbk_differs() -> None:
    """The same fields signed over GBK bytes give another signature; ASCII fields do not."""
    fields = {"body": "测试"}
    assert (
        v2sign.sign(fields, "key", charset="gbk") == hashlib.md5("body=测试&key=key".encode("gbk")).hexdigest().upper()
    )
    assert v2sign.sign(fields, "key", charset="gbk") != v2sign.sign(fields, "key")
    assert v2sign.sign({"body": "test"}, "key", charset="gbk") == v2sign.sign({"body": "test"}, "key")


# Values that UTF-8 can say: no lone surrogates.
TEXT = st.text(st.characters(codec="utf-8"))
FIELDS = st.dictionaries(st.from_regex(r"[a-zA-Z_0-9]{1,12}", fullmatch=True).filter(lambda name: name != "sign"), TEXT)
TYPES = st.sampled_from(SignType)


@given(FIELDS, TYPES, st.randoms())
def test_order_empty_fields_and_the_sign_do_not_matter(
    fields: dict[str, str], sign_type: SignType, random: Random
) -> None:
    """Shuffled fields, an added empty one and the sign itself leave the signature as it is, and it verifies."""
    expected = v2sign.sign(fields, "key", sign_type)
    pairs = [*fields.items(), ("sign", expected), ("longer_than_12", "")]
    random.shuffle(pairs)
    assert v2sign.sign(dict(pairs), "key", sign_type) == expected
    assert v2sign.verify(dict(pairs), "key", sign_type)
    assert not v2sign.verify(dict(pairs), "key2", sign_type)


@given(FIELDS, TYPES)
def test_an_added_field_changes_the_signature(fields: dict[str, str], sign_type: SignType) -> None:
    """Unknown fields are part of the sign."""
    assert v2sign.sign({**fields, "longer_than_12": "1"}, "key", sign_type) != v2sign.sign(fields, "key", sign_type)
