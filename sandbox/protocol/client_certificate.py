"""The client certificate that came with a TLS handshake, read without any cryptography: the handshake verified it."""

import ssl
from collections.abc import Mapping
from typing import Any

import msgspec


class ClientCertificate(msgspec.Struct, frozen=True):
    """What the gateway looks at: whose it is, which one, and from when to when (ms since the epoch)."""

    mchid: str
    serial_no: str
    not_before: int
    not_after: int


def from_peer(told: Mapping[str, Any] | None) -> ClientCertificate | None:
    """From the dictionary that Python's ssl makes of a verified certificate; None where the client showed none."""
    if not told:
        return None
    subject = {name: value for attributes in told["subject"] for name, value in attributes}
    return ClientCertificate(
        mchid=subject.get("commonName", ""),
        serial_no=f"{int(told['serialNumber'], 16):040X}",
        not_before=ssl.cert_time_to_seconds(told["notBefore"]) * 1000,
        not_after=ssl.cert_time_to_seconds(told["notAfter"]) * 1000,
    )
