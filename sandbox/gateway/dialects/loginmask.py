"""What the journal must not keep: secrets, session keys and tokens on their way through api.weixin.qq.com."""

import re

_NAMES = rb"(?:[a-z_]{0,16}secret|session_key|access_token|refresh_token|ticket)"
_IN_QUERY = re.compile(rb"(?i)(" + _NAMES + rb"=)([^&#\s\"]{1,4})[^&#\s\"]*")
_IN_JSON = re.compile(rb"(?i)(\"" + _NAMES + rb"\"\s*:\s*\")((?:\\.|[^\"\\]){1,4})(?:\\.|[^\"\\])*")


def short(secret: str) -> str:
    """Enough of a secret to tell it from others."""
    return f"{secret[:4]}*** ({len(secret)} characters)"


def masked(data: bytes) -> bytes:
    """The bytes with each secret cut to its first four characters, in a query, a form or JSON."""
    return _IN_JSON.sub(rb"\1\2***", _IN_QUERY.sub(rb"\1\2***", data))


def masked_text(text: str) -> str:
    """The same for a target."""
    return masked(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
