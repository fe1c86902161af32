"""The fields that every v2 request of the payment gateway carries."""

from typing import ClassVar

import msgspec

from sandbox.errors import protocol
from sandbox.gateway.dialects.v2layout import Layout, Trade
from sandbox.gateway.forms import Form, text
from sandbox.protocol.v2sign import SignType


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How the back end behind an endpoint goes about it."""

    mchid: str = "mch_id"  # what it calls the caller's number,
    appid: str = "appid"  # and its appid; empty: it asks for none
    layout: Layout = Trade()
    echoed: tuple[str, ...] = ("sub_mch_id", "sub_appid", "device_info")  # what else its replies repeat
    rehearsal: bool = False  # signed with the key that getsignkey hands out
    spread: bool = False  # the first element stands on a line of its own
    nobody: bytes = b""  # what it answers to a caller it does not know
    for_all_subs: bool = False  # a service provider may leave sub_mch_id out
    encoded: str = ""  # a field that may be sent URL-encoded, and is signed raw
    sign_type: SignType = SignType.MD5  # where the request does not say
    page: bool = False  # a browser opens it: what is wrong stands on a page


STRANGER = (
    "<xml><return_code>FAIL</return_code><retmsg>请确认请求参数是否正确param mch_id invalid</retmsg>"
    "<retcode>1</retcode></xml>"
).encode()
"""Seen on mmpaymkttransfers and getsignkey, which share a back end: github.com/Wechat-Group/WxJava/issues/1975."""


class V2Message(Form):
    """Any v2 request."""

    manner: ClassVar[Manner] = Manner()


class V2Form(V2Message):
    """mch_id comes first, as the gateway complains about it before all else (observed)."""

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001", legacy_missing=protocol.FIELD_PATTERN)
    appid: str = text("公众账号ID", 32, sample="wx5a4d8bf0c0de0001")
    sub_appid: str | None = text("子商户公众账号ID", 32, sample="wx5a4d8bf0c0de0002")
    sub_mch_id: str | None = text("子商户号", 32, pattern=r"[1-9]\d*", sample="1900000005")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    sign_type: str | None = text("签名类型", 32, pattern="MD5|HMAC-SHA256", sample="MD5")


class HmacForm(V2Form):
    """Where HMAC-SHA256 is the only signature."""

    sign_type: str = text("签名类型", 32, pattern="HMAC-SHA256", sample="HMAC-SHA256")


class HmacFormWithoutAppid(V2Message):
    """Where HMAC-SHA256 is the only signature, and no appid is asked for."""

    manner = Manner(appid="")

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001", legacy_missing=protocol.FIELD_PATTERN)
    sub_mch_id: str | None = text("子商户号", 32, pattern=r"[1-9]\d*", sample="1900000005")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    sign_type: str = text("签名类型", 32, pattern="HMAC-SHA256", sample="HMAC-SHA256")
