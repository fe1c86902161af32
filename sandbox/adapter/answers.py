"""What is in an answer of a shop that nobody has described: where its parts stand, and which is which."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LAUNCH = ("paySign", "package", "sign", "prepayid")
TOKENS = ("token", "access_token", "accesstoken", "session", "session_id", "sessionid", "jwt", "authorization")
NUMBERS = ("order_no", "orderno", "order_id", "orderid", "out_trade_no", "outtradeno", "number", "sn", "id", "order")
STATES = ("status", "state", "trade_state", "pay_status", "paystatus", "order_status", "paid", "ispaid")
PARCELS = ("shipped", "parcels", "shipments", "delivered", "delivery", "sent", "quantity_shipped")


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every part of a value that is no container, by its dotted path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from walk(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{path}.{index}")
    else:
        yield path, value


def launch_parameters(value: Any, path: str = "") -> str | None:
    """Where the mapping stands that wx.requestPayment, or an App, is called with."""
    if isinstance(value, Mapping) and sum(name in value for name in LAUNCH) >= 2:
        return path
    if isinstance(value, Mapping | list):
        for name, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            if (found := launch_parameters(inner, f"{path}.{name}" if path else str(name))) is not None:
                return found
    return None


def token_in(value: Any) -> str | None:
    """Where a session's token stands: a text whose name says so, else the only long one without blanks."""
    texts = [(path, text) for path, text in walk(value) if isinstance(text, str)]
    named = [path for path, _ in texts if _last(path) in TOKENS]
    long = [path for path, text in texts if re.fullmatch(r"[\w.\-+/=]{16,}", text)]
    return next(iter(named), None) or (long[0] if len(long) == 1 else None)


def number_in(value: Any, out_trade_no: str) -> str | None:
    """Where the order's number stands: the one that the platform was told, else the likeliest name."""
    parts = [(path, part) for path, part in walk(value) if isinstance(part, str | int) and not isinstance(part, bool)]
    exact = [path for path, part in parts if str(part) == out_trade_no]
    return next(iter(exact), None) or likeliest((path for path, _ in parts), NUMBERS)


def likeliest(paths: Iterable[str], names: Iterable[str]) -> str | None:
    """The path whose last part has the first of these names that any has."""
    by_name: dict[str, str] = {}
    for path in paths:
        by_name.setdefault(_last(path), path)
    return next((by_name[name] for name in names if name in by_name), None)


def changed(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """The parts that are different now, with what they were."""
    was = dict(walk(before))
    return {path: (was.get(path), now) for path, now in walk(after) if was.get(path) != now}


def _last(path: str) -> str:
    return path.rsplit(".", 1)[-1].lower()
