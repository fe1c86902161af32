"""API v2 signatures: MD5 or HMAC-SHA256 over the sorted fields and the merchant's key."""

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

Fields = Mapping[str, str | int]


class SignType(StrEnum):
    MD5 = "MD5"
    HMAC_SHA256 = "HMAC-SHA256"


def string_to_sign(fields: Fields) -> str:
    """`name=value` joined by `&`, sorted by byte order, without `sign`, empty values and the key. 0 is not empty."""
    # Code point order of str equals byte order of UTF-8.
    return "&".join([f"{name}={fields[name]}" for name in sorted(fields) if fields[name] != "" and name != "sign"])


def sign(fields: Fields, key: str, sign_type: SignType = SignType.MD5, *, charset: str = "utf-8") -> str:
    """Upper-case hex of the signature. Raises UnicodeEncodeError for text that `charset` cannot say."""
    message = f"{string_to_sign(fields)}&key={key}".encode(charset)
    if sign_type is SignType.MD5:
        return hashlib.md5(message, usedforsecurity=False).hexdigest().upper()
    return hmac.digest(key.encode(charset), message, "sha256").hex().upper()


def verify(fields: Fields, key: str, sign_type: SignType = SignType.MD5, *, any_case: bool = False) -> bool:
    """Whether `fields["sign"]` is right; lower-case hex is wrong unless `any_case`."""
    came = str(fields.get("sign", ""))
    if any_case:
        came = came.upper()
    return hmac.compare_digest(came.encode(), sign(fields, key, sign_type).encode())


def pay_sign(
    app_id: str, time_stamp: str, nonce_str: str, package: str, key: str, sign_type: SignType = SignType.MD5
) -> str:
    """The second signature of JSAPI and mini programs (`paySign`), over `signType` as well."""
    fields = {
        "appId": app_id,
        "timeStamp": time_stamp,
        "nonceStr": nonce_str,
        "package": package,
        "signType": sign_type.value,
    }
    return sign(fields, key, sign_type)


def app_sign(
    appid: str,
    partnerid: str,
    prepayid: str,
    noncestr: str,
    timestamp: str,
    key: str,
    sign_type: SignType = SignType.MD5,
) -> str:
    """The second signature of App payments: lower-case names, `package` is always `Sign=WXPay`, no sign type."""
    fields = {
        "appid": appid,
        "partnerid": partnerid,
        "prepayid": prepayid,
        "noncestr": noncestr,
        "timestamp": timestamp,
        "package": "Sign=WXPay",
    }
    return sign(fields, key, sign_type)
