"""Why a v2 signature does not fit: the usual mistakes are made on purpose, until one gives what came."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sandbox.protocol import v2sign
from sandbox.protocol.v2sign import SignType


class Candidate(NamedTuple):
    """A key that a merchant might have used, and whose it is."""

    owner: str  # "the previous API key of 1900000001"
    owner_zh: str
    key: str


class Finding(NamedTuple):
    """A mistake that reproduces the signature that came."""

    code: str
    text: str
    text_zh: str


def explain(
    fields: Mapping[str, str], right: Candidate, others: Iterable[Candidate], sign_type: SignType
) -> Finding | None:
    """The first mistake that gives exactly the signature that came; None when none does."""
    came = fields.get("sign", "")
    if not came:
        return None
    key = right.key
    if came.upper() == v2sign.sign(fields, key, sign_type) and came != came.upper():
        return Finding(
            "SIGN_LOWER_CASE", "the signature is right but in lower case", "签名正确，但用了小写，应转为大写"
        )
    for other in others:
        if _matches(came, fields, other.key, sign_type):
            return Finding(
                "SIGN_OTHER_KEY", f"signed with {other.owner}, not with {right.owner}",
                f"签名用的是{other.owner_zh}，而不是{right.owner_zh}",
            )  # fmt: skip
    for wrong in SignType:
        if wrong is not sign_type and _matches(came, fields, key, wrong):
            return Finding(
                "SIGN_OTHER_TYPE", f"signed with {wrong}, but sign_type says {sign_type}",
                f"签名算法是{wrong}，而sign_type为{sign_type}",
            )  # fmt: skip
    return _other_charset(came, fields, key, sign_type) or _other_fields(came, fields, key, sign_type)


def _other_charset(came: str, fields: Mapping[str, str], key: str, sign_type: SignType) -> Finding | None:
    try:
        gbk = v2sign.sign(fields, key, sign_type, charset="gbk")
    except UnicodeEncodeError:
        return None
    if came.upper() == gbk and gbk != v2sign.sign(fields, key, sign_type):
        return Finding(
            "SIGN_GBK", "the text was signed as GBK bytes but sent as UTF-8: sign the UTF-8 bytes",
            "签名时中文按GBK编码，发送时按UTF-8编码；请对UTF-8字节签名",
        )  # fmt: skip
    return None


def _other_fields(came: str, fields: Mapping[str, str], key: str, sign_type: SignType) -> Finding | None:
    for name in fields:
        if name != "sign" and _matches(came, {n: v for n, v in fields.items() if n != name}, key, sign_type):
            return Finding("SIGN_FIELD_LEFT_OUT", f"{name} was sent but not signed", f"{name}已发送但没有参与签名")
    trimmed = {name: value.strip() for name, value in fields.items()}
    if trimmed != dict(fields) and _matches(came, trimmed, key, sign_type):
        return Finding(
            "SIGN_TRIMMED", "blanks around a value were sent but not signed", "参数值首尾的空格已发送但没有参与签名"
        )
    if _matches(came, fields, key.strip() + "\n", sign_type) or _matches(came, fields, f" {key}", sign_type):
        return Finding(
            "SIGN_KEY_BLANKS", "the key was used with a blank or newline around it", "密钥首尾多了空格或换行"
        )
    return None


def _matches(came: str, fields: Mapping[str, str], key: str, sign_type: SignType) -> bool:
    return came.upper() == v2sign.sign(fields, key, sign_type)
