"""Signing and XML of the shop's own client."""

import pytest

from merchant_demo.v2 import signing, xml

# Published samples: the fields, the key, MD5, HMAC-SHA256.
SAMPLES = [
    (
        {"appid": "wxd930ea5d5a258f4f", "body": "test", "device_info": "1000", "mch_id": "10000100"}
        | {"nonce_str": "ibuaiVcKdpRxkhJA"},
        "192006250b4c09247ec02edce69f6a2d",
        "9A0A8659F005D6984697E2CA0A9CF3B7",
        "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6",
    ),
    (
        {"app_id": "app_id", "body": "测试商品", "mch_id": "mch_id", "notify_url": "http://making.dev/notify"}
        | {"openid": "OPENID", "out_trade_no": "test003", "spbill_create_ip": "127.0.0.1", "total_fee": "1"}
        | {"trade_type": "JSAPI"},
        "key",
        "172A2D487A37D13FDE32B874BA823DD6",
        "6B1675EB205DD0523502A04D23412673303674765BDBC9D6EB5A67E2B24927AA",
    ),
    (
        {"appId": "wxd678efh567hg6787", "nonceStr": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", "signType": "MD5"}
        | {"package": "prepay_id=wx2017033010242291fcfe0db70013231072", "timeStamp": "1490840662"},
        "qazwsxedcrfvtgbyhnujmikolp111111",
        "22D9B4E54AB1950F51E0649E8810ACD6",
        "4F372B91BD14DBB701CF0ADCE38FBA81D5C3830A7F6EB35799A1C61AC88652F2",
    ),
]


@pytest.mark.parametrize(("fields", "key", "md5", "hmac_sha256"), SAMPLES)
def test_published_signatures_are_reproduced(fields, key, md5, hmac_sha256):
    """Both sign types, and verification tells them apart by length."""
    assert signing.sign(fields, key, "MD5") == md5
    assert signing.sign(fields, key, "HMAC-SHA256") == hmac_sha256
    for sign in (md5, hmac_sha256):
        assert signing.is_signed({**fields, "sign": sign}, ["another key", key])
        assert not signing.is_signed({**fields, "sign": sign.lower()}, [key])
        assert not signing.is_signed({**fields, "sign": sign}, ["another key"])


def test_empty_values_and_sign_are_not_signed_but_zero_is():
    """The rule that most wrong signatures break."""
    assert signing.text_to_sign({"b": "0", "a": "", "sign": "x"}, "k") == "b=0&key=k"


@pytest.mark.parametrize("value", ["", "茶", "a]]>b", "<&>", " blanks ", "line\nbreak", "😀"])
def test_xml_comes_back_as_it_was_written(value):
    """CDATA needs no escaping but for its own end."""
    assert xml.read(xml.write({"a": value, "b": "1"}).encode()) == {"a": value, "b": "1"}


def test_comments_and_processing_instructions_are_not_fields():
    """Nor do they cut a value short, which would let it be signed as one thing and read as another."""
    assert xml.read(b"<?xml version='1.0'?><xml><!-- c --><a>1<!-- c -->2</a><?pi x?></xml>") == {"a": "12"}


@pytest.mark.parametrize("body", [b"", b"text", b"<xml>", b"<!DOCTYPE xml><xml/>", b"<xml><a>1</a><a>1</a></xml>"])
def test_what_is_not_flat_xml_is_not_readable(body):
    """One exception for whatever is wrong."""
    with pytest.raises(xml.NotReadable):
        xml.read(body)
