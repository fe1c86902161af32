"""Whether a request that came under a known number says what it said the first time."""

from typing import Any

import msgspec

from sandbox.gateway.forms import Form
from sandbox.gateway.ordering import digest

_encode = msgspec.json.Encoder(order="sorted").encode


def fingerprint(form: Form) -> bytes:
    """Of every field that was sent. Encrypted ones count in the clear: their cipher text is another each time."""
    return digest(_encode(_said(form)))


def _said(form: Form) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for field in form.fields:
        value = form.__dict__[field.name]
        if isinstance(value, list):
            said[field.name] = [_said(one) for one in value]
        elif value is not None:
            said[field.name] = _said(value) if isinstance(value, Form) else value
    return said
