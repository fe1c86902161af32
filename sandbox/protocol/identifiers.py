"""The shapes of the platform's identifiers, as pure functions of entropy (32 random bytes) and the instant."""

import base64
import hashlib
import string

from sandbox.protocol import wiretime

_ALPHANUMERIC = string.ascii_letters + string.digits
_URL_SAFE = _ALPHANUMERIC + "-_"


def _table(alphabet: str) -> bytes:
    """A byte to a character of the alphabet, for bytes.translate."""
    return "".join(alphabet[byte % len(alphabet)] for byte in range(256)).encode()


_TO_ALPHANUMERIC = _table(_ALPHANUMERIC)
_TO_URL_SAFE = _table(_URL_SAFE)


def _alphanumeric(entropy: bytes) -> str:
    return entropy.translate(_TO_ALPHANUMERIC).decode()


def _url_safe(entropy: bytes) -> str:
    return entropy.translate(_TO_URL_SAFE).decode()


def _digits(entropy: bytes, count: int) -> str:
    return f"{int.from_bytes(entropy) % 10**count:0{count}}"


def prepay_id(entropy: bytes, now: int) -> str:
    """36 characters: `wx`, day and time of Beijing, 22 hex, `0000` (the shape since 2020)."""
    return f"wx{wiretime.compact(now)[6:]}{entropy.hex()[:22]}0000"


def transaction_id(entropy: bytes, now: int) -> str:
    """28 digits: `4200000`, three digits, the date, ten digits (the shape since 2017)."""
    return f"4200000{_digits(entropy[:8], 3)}{wiretime.compact(now)[:8]}{_digits(entropy[8:], 10)}"


def refund_id(entropy: bytes, now: int) -> str:
    """29 digits: `503`, seven digits, the date, eleven digits (observed 2022 and 2024)."""
    return f"503{_digits(entropy[:8], 7)}{wiretime.compact(now)[:8]}{_digits(entropy[8:], 11)}"


def flow_id(entropy: bytes, mchid: str, now: int) -> str:
    """A movement of money: the mchid, the date, ten digits."""
    return f"{mchid}{wiretime.compact(now)[:8]}{_digits(entropy, 10)}"


def sharing_number(entropy: bytes, now: int) -> str:
    """28 digits of a sharing, of a share or of what is given back: `30`, eight digits, the date, ten digits."""
    return f"30{_digits(entropy[:8], 8)}{wiretime.compact(now)[:8]}{_digits(entropy[8:], 10)}"


def transfer_number(entropy: bytes, now: int, kind: int) -> str:
    """40 digits of a batch (`kind` 103), of its detail (104) or of a transfer bill (133)."""
    return f"{kind}{_digits(entropy[:12], 19)}{wiretime.compact(now)[:8]}{_digits(entropy[12:], 10)}"


def payment_no(entropy: bytes, now: int) -> str:
    """28 digits of a payment to a purse, or of a red packet: `1000`, six digits, the date, ten digits."""
    return f"1000{_digits(entropy[:8], 6)}{wiretime.compact(now)[:8]}{_digits(entropy[8:], 10)}"


def contract_id(entropy: bytes, now: int) -> str:
    """18 digits: the date, ten digits."""
    return f"{wiretime.compact(now)[:8]}{_digits(entropy, 10)}"


def entrust_session(entropy: bytes) -> str:
    """What stands for a contract that waits for its payer: `5778aad`, 22 letters and digits (documented sample)."""
    return f"5778aad{_alphanumeric(entropy)[:22]}"


def package_info(entropy: bytes) -> str:
    """What opens the page on which a payee takes a transfer."""
    return base64.b64encode(hashlib.shake_256(entropy).digest(96)).decode()


def code_url(entropy: bytes) -> str:
    """What the QR code of a NATIVE order says."""
    return f"weixin://wxpay/bizpayurl?pr={_alphanumeric(entropy[:9])}"


def payment_code(entropy: bytes) -> str:
    """The 18 digits on a payer's phone: 10 to 15 first."""
    return f"1{entropy[0] % 6}{_digits(entropy[1:], 16)}"


def short_url(entropy: bytes) -> str:
    """A short link that WeChat's scanner follows."""
    return f"weixin://wxpay/s/{_alphanumeric(entropy[:7])}"


def rehearsed_prepay_id(entropy: bytes, now: int) -> str:
    """22 characters: `wx`, the instant, six digits; it opens no cashier."""
    return f"wx{wiretime.compact(now)}{_digits(entropy, 6)}"


def rehearsed_transaction_id(entropy: bytes, now: int) -> str:
    """31 digits: `4`, nine digits, the instant, seven digits."""
    return f"4{_digits(entropy[:8], 9)}{wiretime.compact(now)}{_digits(entropy[8:], 7)}"


def mweb_package(entropy: bytes) -> str:
    """The ten digits of an H5 page's `package` parameter."""
    return _digits(entropy, 10)


def login_code(entropy: bytes) -> str:
    """32 letters and digits that start with 0; the fourth to seventh come again before the last one."""
    text = _alphanumeric(entropy[:27])
    return f"0{text[:2]}{text[2:6]}{text[6:26]}{text[2:6]}{text[26]}"


def openid(prefix_entropy: bytes, entropy: bytes) -> str:
    """28 characters; the first six depend on `prefix_entropy` alone, which belongs to the appid."""
    return f"o{_alphanumeric(prefix_entropy[:5])}{_url_safe(entropy[:22])}"


def unionid(entropy: bytes) -> str:
    return f"o{_url_safe(entropy[:27])}"


def session_key(entropy: bytes) -> str:
    """Base64 of 16 bytes."""
    return base64.b64encode(entropy[:16]).decode()


def phone_code(entropy: bytes) -> str:
    """What the phone-number button hands out: 64 hex."""
    return entropy.hex()


def access_token(entropy: bytes) -> str:
    """136 characters: a small number, an underscore, URL-safe text."""
    return f"28_{_url_safe(hashlib.shake_256(entropy).digest(133))}"


def jsapi_ticket(entropy: bytes) -> str:
    """86 URL-safe characters."""
    return _url_safe(hashlib.shake_256(entropy).digest(86))


def bill_token(entropy: bytes) -> str:
    """64 URL-safe characters."""
    return _url_safe(hashlib.shake_256(entropy).digest(64))


def nonce_str(entropy: bytes) -> str:
    """The 16 letters and digits of a reply."""
    return _alphanumeric(entropy[:16])


def rid(entropy: bytes, now: int) -> str:
    """Three groups of eight hex digits, the first of which is the Unix second."""
    text = entropy.hex()
    return f"{wiretime.rid_seconds(now)}-{text[:8]}-{text[8:16]}"
