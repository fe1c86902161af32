"""What the words of a v3 order mean: who calls, which appid, which time, what makes it another order."""

import ipaddress

import msgspec

from sandbox.domain.merchant import Merchant
from sandbox.errors import Refusal, pay, protocol, v3
from sandbox.gateway.ordering import digest
from sandbox.gateway.spec import Call
from sandbox.protocol import wiretime

_encode = msgspec.json.Encoder(order="sorted").encode


def caller(call: Call) -> Merchant:
    """The merchant that signed."""
    assert call.merchant is not None
    return call.merchant


def ensure_bound(call: Call, merchant: Merchant, appid: str, field: str = "appid") -> None:
    """The appid is the merchant's. Raises Refusal."""
    if appid not in call.tenant.apps:
        expected = f"one of {', '.join(sorted(call.tenant.apps))}"
        raise Refusal(protocol.APPID_UNKNOWN, field=field, came=appid, expected=expected)
    if appid not in merchant.appids:
        expected = ", ".join(sorted(merchant.appids)) or f"an appid bound to {merchant.mchid}: it has none"
        raise Refusal(protocol.APPID_NOT_BOUND, field=field, came=appid, expected=expected)


def fingerprint(call: Call) -> bytes:
    """Every parameter but the payer's IP (defaults: documented for time_expire, the rest inferred)."""
    body = {name: value for name, value in call.body.items() if name not in call.settings.order.repost_ignores}
    scene = body.get("scene_info")
    if isinstance(scene, dict):
        body["scene_info"] = {name: value for name, value in scene.items() if name != "payer_client_ip"}
    return digest(b"v3\n" + _encode(body))


def instant(text: str | None) -> int | None:
    """time_expire in ms. Raises Refusal when it is no RFC 3339 time."""
    if text is None:
        return None
    try:
        return wiretime.parse_rfc3339(text)
    except ValueError:
        raise Refusal(
            v3.JSON_PATTERN, field="time_expire", title="交易结束时间", pointer="/body/time_expire", came=text,
            pattern="yyyy-MM-DDTHH:mm:ss+TIMEZONE", expected="RFC 3339, as 2026-01-01T08:30:00+08:00",
            detail={"location": "body", "value": text},
        ) from None  # fmt: skip


def ensure_address(address: str, *, field: str = "payer_client_ip", title: str = "用户终端IP") -> None:
    """An address in scene_info is one. Raises Refusal."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise Refusal(
            v3.JSON_PATTERN, field=field, title=title, pointer=f"/body/scene_info/{field}", came=address,
            pattern="IPv4|IPv6", expected="an IPv4 or IPv6 address", detail={"location": "body", "value": address},
        ) from None  # fmt: skip


def as_set(call: Call, refusal: Refusal) -> Refusal:
    """A changed or repeated order as the tenant's setting wants it refused; any other refusal as it is."""
    if refusal.row in (pay.ORDER_CHANGED, pay.OUT_TRADE_NO_REPEATED) and call.settings.v3.order_used == "403":
        return Refusal(pay.OUT_TRADE_NO_USED, **refusal.facts)
    return refusal
