"""req_info of the v2 refund notification: AES-256-ECB under the lower-case hex MD5 of the API v2 key.

pay.weixin.qq.com/doc/v2/merchant/4011985430; PKCS#7 padding, base64.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import ECB

BLOCK = 16


def render(fields: Iterable[tuple[str, str | int]]) -> str:
    """The plain text: root `<root>`, a field a line, every value in CDATA, no declaration, no final newline."""
    lines = [f"<{name}><![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>" for name, value in fields]
    return "\n".join(["<root>", *lines, "</root>"])


def seal(plain: str, api_key: str) -> str:
    """The text encrypted."""
    data = plain.encode()
    data += bytes([BLOCK - len(data) % BLOCK]) * (BLOCK - len(data) % BLOCK)
    encryptor = _cipher(api_key).encryptor()
    return base64.b64encode(encryptor.update(data) + encryptor.finalize()).decode()


def unseal(cipher: str, api_key: str) -> str:
    """The text again. Raises ValueError for another key or a text that was changed."""
    try:
        data = base64.b64decode(cipher, validate=True)
    except binascii.Error as error:
        raise ValueError(f"no base64: {error}") from None
    decryptor = _cipher(api_key).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    size = plain[-1] if plain else 0
    if not 0 < size <= BLOCK or plain[-size:] != bytes([size]) * size:
        raise ValueError("the padding does not fit: another key?")
    return plain[:-size].decode()


def _cipher(api_key: str) -> "Cipher[ECB]":
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = hashlib.md5(api_key.encode(), usedforsecurity=False).hexdigest().encode()
    return Cipher(algorithms.AES(key), modes.ECB())
