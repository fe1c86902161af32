"""What a test names an order by, or hands to the payer: a number, launch parameters, an SDK's answer. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

LINKS = ("mweb_url", "h5_url")
LAUNCHES = {"paySign": "user.request_payment", "partnerid": "user.app_pay"}
"""The field by which launch parameters are known, and the verb that takes them."""


class Numbered(Protocol):
    """An order, a payment, a notification."""

    @property
    def out_trade_no(self) -> str: ...


Named = str | Mapping[str, Any] | Numbered
"""An order: by its number, or by anything that has an `out_trade_no`."""

Handed = Named
"""The same, or what the shop gave the payer: launch parameters, a code_url, an H5 link, or an SDK's answer with one."""


class Visit(NamedTuple):
    """How the payer gets to the cashier: a verb with its arguments, and the handle that the shop gave out for it."""

    verb: str
    args: dict[str, Any]
    handle: str = ""


def number(order: Named) -> str:
    """An order's out_trade_no, or a refund's out_refund_no. Raises ValueError."""
    if isinstance(order, str):
        return order
    for name in ("out_refund_no", "out_trade_no"):
        found = order.get(name) if isinstance(order, Mapping) else getattr(order, name, None)
        if found:
            return str(found)
    raise ValueError(f"expected an order's number, or something with an out_trade_no; came {order!r}")


def visit(handed: Handed) -> Visit:
    """What to do with what the payer was handed. Raises ValueError."""
    if isinstance(handed, str):
        return _by_text(handed)
    if isinstance(handed, Mapping):
        for field, verb in LAUNCHES.items():
            if field in handed:
                return Visit(verb, {"params": dict(handed)}, _launched(handed))
        for field in (*LINKS, "code_url"):
            if handed.get(field):
                return _by_text(str(handed[field]))
        if handed.get("prepay_id"):
            prepay_id = str(handed["prepay_id"])
            return Visit("user.pay", {"prepay_id": prepay_id}, prepay_id)
    return Visit("user.pay", {"out_trade_no": number(handed)})


def _by_text(text: str) -> Visit:
    if text.startswith("weixin://"):
        return Visit("user.scan", {"code_url": text}, text)
    if text.startswith(("http://", "https://")):
        return Visit("user.open_h5", {"url": text}, text)
    return Visit("user.pay", {"out_trade_no": text})


def _launched(params: Mapping[str, Any]) -> str:
    """The prepay_id in launch parameters, wherever their API puts it."""
    return str(params.get("prepayid") or params.get("package") or "").removeprefix("prepay_id=")
