"""What v2 says when it orders: times and addresses, read and checked."""

from socket import AF_INET, AF_INET6, inet_pton
from typing import Any

from sandbox.domain.order import MINUTE
from sandbox.errors import Refusal, protocol
from sandbox.gateway.spec import Call
from sandbox.platform.clock import spelled
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
    expected = f"later than {wiretime.compact(call.now + shortest)} (Beijing time)"
    likely = _host_clock(call, end, shortest) or _utc_clock(call, end)
    raise Refusal(protocol.TIME_EXPIRE_TOO_SOON, field="time_expire", came=time_expire, expected=expected, **likely)


def _utc_clock(call: Call, end: int) -> dict[str, Any]:
    if not call.now <= end + UTC_OFFSET <= call.now + UTC_OFFSET:
        return {}
    return {
        "likely": "time_expire looks like a UTC clock, 8 hours early: it is Beijing time (UTC+8)",
        "likely_zh": "time_expire早了8小时，像是用UTC时间生成的：应使用北京时间（UTC+8）",
    }


def _host_clock(call: Call, end: int, shortest: int) -> dict[str, Any]:
    """The merchant dated by this machine's clock, and the tenant's was moved on."""
    here = call.tenant.wall.now()
    if call.now <= here or end - here < shortest:
        return {}
    ahead, now = spelled(call.now - here), wiretime.compact(call.now)
    return {
        "likely": f"time_expire fits this machine's clock, but the tenant's was advanced and is {ahead} ahead of it",
        "likely_zh": f"time_expire按本机时间是对的，但租户的虚拟时钟比本机快{ahead}（被推进过）",
        "fix": f"Order first and advance then; or leave time_expire out, or write it by the tenant's clock ({now} now);"
        " or start the sandbox anew.",
        "fix_zh": f"先下单、后推进时钟；或者不传time_expire，或按租户时钟填写（现在是{now}）；或者重新启动沙箱。",
    }


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
