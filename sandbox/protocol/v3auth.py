"""APIv3 signatures: the Authorization header, the messages that are signed, RSA-SHA256 over them.

pay.weixin.qq.com/doc/v3/merchant/4012365334 (message), 4012365344 (header), 4013053249 (replies and notifications).
"""

import base64
import binascii
import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PARAMETERS = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")
SIGN_TEST = "WECHATPAY/SIGNTEST/"
_PAIR = re.compile(r'([a-z_]+)="([^"]*)"')


class AuthorizationError(ValueError):
    """The header is not of the form; `scheme_known` tells whether only the parameters are wrong."""

    def __init__(self, reason: str, *, scheme_known: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.scheme_known = scheme_known


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """The five parameters of the header. `timestamp` is seconds."""

    mchid: str
    nonce_str: str
    signature: str
    timestamp: int
    serial_no: str


def parse_authorization(header: str) -> Authorization:
    """The parameters, in whatever order they stand. Raises AuthorizationError saying what is wrong."""
    scheme, _, rest = header.partition(" ")
    if scheme != SCHEME:
        raise AuthorizationError(f"the scheme is {scheme[:40]!r}, expected {SCHEME}", scheme_known=False)
    pairs: dict[str, str] = {}
    for part in rest.split(","):
        match = _PAIR.fullmatch(part)
        if match is None:
            raise AuthorizationError(
                f'{part[:60]!r} is not name="value" (one line, no blanks around commas)', scheme_known=True
            )
        pairs[match[1]] = match[2]
    missing = [name for name in PARAMETERS if not pairs.get(name)]
    if missing:
        raise AuthorizationError(f"{', '.join(missing)} missing", scheme_known=True)
    if not re.fullmatch(r"\d{1,18}", pairs["timestamp"]):
        raise AuthorizationError(f"timestamp {pairs['timestamp'][:20]!r} is no number of seconds", scheme_known=True)
    return Authorization(
        mchid=pairs["mchid"],
        nonce_str=pairs["nonce_str"],
        signature=pairs["signature"],
        timestamp=int(pairs["timestamp"]),
        serial_no=pairs["serial_no"],
    )


def request_message(method: str, target: str, timestamp: int | str, nonce_str: str, body: bytes) -> bytes:
    """What a request signs; `target` is path and query exactly as sent."""
    return f"{method}\n{target}\n{timestamp}\n{nonce_str}\n".encode("utf-8", "surrogateescape") + body + b"\n"


def reply_message(timestamp: int | str, nonce: str, body: bytes) -> bytes:
    """What a reply and a notification sign."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def jsapi_message(appid: str, time_stamp: str, nonce_str: str, package: str) -> bytes:
    """What a mini program's or JSAPI page's paySign is over; `package` is `prepay_id=…`."""
    return f"{appid}\n{time_stamp}\n{nonce_str}\n{package}\n".encode("utf-8", "surrogatepass")


def app_message(appid: str, timestamp: str, noncestr: str, prepay_id: str) -> bytes:
    """What an App's sign is over; the bare prepay_id."""
    return f"{appid}\n{timestamp}\n{noncestr}\n{prepay_id}\n".encode("utf-8", "surrogatepass")


def sign(key: "RSAPrivateKey", message: bytes) -> str:
    """RSASSA-PKCS1-v1_5 with SHA-256, base64."""
    return base64.b64encode(key.sign(message, *_scheme())).decode()


def verify(key: "RSAPublicKey", message: bytes, signature: str) -> bool:
    """Whether the base64 signature is the key's over the message."""
    from cryptography.exceptions import InvalidSignature

    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, message, *_scheme())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@cache
def _scheme() -> "tuple[PKCS1v15, SHA256]":
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return PKCS1v15(), SHA256()


def sign_test(entropy: bytes) -> str:
    """A probe signature: as long as a genuine one, and wrong on purpose (…/doc/v3/merchant/4012075420)."""
    filler = base64.b64encode(entropy * 8).decode()
    return (SIGN_TEST + filler)[:342] + "=="


def truncated(message: bytes, body: bytes) -> str:
    """The message as a SIGN_ERROR's detail shows it: the four header lines and the first 8 bytes of the body."""
    head = message[: len(message) - len(body) - 1]
    return (head + body[:8] + b"\n").decode("utf-8", "replace")
