"""Open data: what getUserProfile and the old phone-number button encrypt and sign with the session_key in force."""

import base64
import json
from typing import Any, Literal

import msgspec

from sandbox.domain.user import User
from sandbox.platform.tenants import Tenant
from sandbox.protocol import session
from sandbox.store import Transaction

Kind = Literal["user_info", "phone_number"]


class NoSession(LookupError):
    """No session_key is in force: nothing can be encrypted."""


class OpenData(msgspec.Struct, frozen=True, kw_only=True):
    """As the page gets it; `rawData` and `signature` come with user info only."""

    encryptedData: str
    iv: str
    rawData: str = ""
    signature: str = ""


def open_data(tenant: Tenant, tx: Transaction, user: User, appid: str, kind: Kind) -> OpenData:
    """The data of this payer under this app. Raises NoSession."""
    openid = user.openid(appid)
    key = tx.session_key(openid)
    if key is None:
        raise NoSession(f"{user.id} has no session under {appid} yet: log in and exchange the code at jscode2session")
    number = tx.count(f"open-data {openid}")
    iv = tenant.ids.entropy("iv", openid, number)[:16]
    watermark = {"timestamp": tenant.clock.now() // 1000, "appid": appid}
    encoded_iv = base64.b64encode(iv).decode()
    if kind == "phone_number":
        data = {"phoneNumber": user.phone, "purePhoneNumber": user.phone, "countryCode": "86", "watermark": watermark}
        return OpenData(encryptedData=session.encrypt(data, key, iv), iv=encoded_iv)
    shown = _profile(user)
    raw = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    ids: dict[str, Any] = {"unionId": user.unionid} if tenant.apps[appid].open_platform else {}
    data = {"openId": openid, **shown, **ids, "watermark": watermark}
    return OpenData(
        encryptedData=session.encrypt(data, key, iv),
        iv=encoded_iv,
        rawData=raw,
        signature=session.user_signature(raw, key),
    )


def _profile(user: User) -> dict[str, Any]:
    return {
        "nickName": user.nickname,
        "gender": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "avatarUrl": "",
    }
