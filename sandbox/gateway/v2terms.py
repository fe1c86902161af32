"""What v2 says when it orders: times and addresses, read and checked."""

from socket import AF_INET, AF_INET6, inet_pton

from sandbox.domain.order import MINUTE
from sandbox.errors import Refusal, protocol
from sandbox.gateway.spec import Call
from sandbox.protocol import wiretime

UTC_OFFSET = 8 * 60 * MINUTE


def instant(time_expire: str | None) -> int | None:
    """time_expire in ms. Raises Refusal when it is no time."""
    if time_expire is None:
        return None
    try:
        return wiretime.parse_compact(time_expire)
    except ValueError:
        raise Refusal(
            protocol.FIELD_PATTERN, field="time_expire", title="交易结束时间", came=time_expire,
            pattern="yyyyMMddHHmmss", expected="a Beijing time as yyyyMMddHHmmss",
        ) from None  # fmt: skip


def ensure_time_left(call: Call, time_expire: str | None, shortest: int) -> None:
    """A new order's time_expire is at least `shortest` ms ahead. Raises Refusal."""
    end = instant(time_expire)
    if end is None or end - call.now >= shortest or call.settings.order.time_expire_short == "raise":
        return
    utc = call.now <= end + UTC_OFFSET <= call.now + UTC_OFFSET
    raise Refusal(
        protocol.TIME_EXPIRE_TOO_SOON,
        field="time_expire",
        came=time_expire,
        expected=f"later than {wiretime.compact(call.now + shortest)} (Beijing time)",
        likely="time_expire looks like a UTC clock, 8 hours early: it is Beijing time (UTC+8)" if utc else "",
        likely_zh="time_expire早了8小时，像是用UTC时间生成的：应使用北京时间（UTC+8）" if utc else "",
    )


def ensure_address(address: str) -> None:
    """spbill_create_ip is an address. Raises Refusal."""
    try:
        inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError):
        raise Refusal(
            protocol.CLIENT_IP_INVALID,
            field="spbill_create_ip",
            title="终端IP",
            came=address,
            expected="an IPv4 or IPv6 address",
        ) from None
