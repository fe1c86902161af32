"""What the doctor needs to explain a second signature: the order's own signs, other values, other keys."""

import re
from collections.abc import Iterator

from sandbox.doctor import verdict
from sandbox.doctor.paysign import LaunchCase, Launched
from sandbox.doctor.verdict import Chart
from sandbox.domain.order import Order
from sandbox.errors import Refusal, phone
from sandbox.phone.cashier import Cashier
from sandbox.platform import suspects

SIGN = re.compile(rb"<sign>\s*(?:<!\[CDATA\[)?([0-9A-Fa-f]{32,64})")
NONCE = re.compile(rb"<nonce_str>\s*(?:<!\[CDATA\[)?([^<\]]+)")
DRIFT = 5  # seconds by which a second call of the clock may differ from the first


def wrong(cashier: Cashier, order: Order, launched: Launched, field: str) -> Refusal:
    """The refusal of a second signature, with the doctor's verdict. One tap, so pairs are tried at once."""
    tenant, merchant = cashier.tenant, cashier.tenant.merchants[order.terms.mchid]
    right = suspects.right_key(merchant, cashier.now)
    others = suspects.wrong_keys(tenant, merchant, cashier.now)
    chart = Chart(LaunchCase(launched, right, others), suspects.secrets(tenant), launched.fields)
    names = ", ".join(launched.fields)
    return Refusal(
        phone.PAY_SIGN_WRONG,
        field=field,
        came=launched.came or "nothing",
        expected=f"{launched.sign_type} over {names} with {right.owner}",
        verdict=verdict.whole(chart),
    )


def order_signs(cashier: Cashier, order: Order) -> dict[str, str]:
    """The signatures of this order's unifiedorder, as far as the journal still has them."""
    found = {}
    for said, body in _exchanges(cashier, order):
        if match := SIGN.search(body):
            found[f"unifiedorder's {said}"] = match[1].decode()
    return found


def other_values(
    cashier: Cashier, order: Order, fields: dict[str, str], stamp: str, nonce: str
) -> Iterator[tuple[str, str]]:
    """Values that are often signed and then made anew: the order's nonces, a moment before or after, another app."""
    for value in {
        order.terms.nonce_str,
        *(m[1].decode() for _, b in _exchanges(cashier, order) if (m := NONCE.search(b))),
    }:
        yield nonce, value
    if fields[stamp].isdecimal():
        seconds = int(fields[stamp])
        yield from ((stamp, str(seconds + drift)) for drift in range(-DRIFT, DRIFT + 1) if drift)
        yield stamp, str(seconds * 1000)
        yield stamp, str(seconds // 1000)
    app = next(iter(fields))
    yield from ((app, appid) for appid in cashier.tenant.apps if appid != fields[app])
    bare = fields["package"].removeprefix("prepay_id=")
    yield from (("package", package) for package in (bare, f"prepay_id={bare}", "Sign=WXPay") if package)


def _exchanges(cashier: Cashier, order: Order) -> Iterator[tuple[str, bytes]]:
    terms = order.terms
    for one in cashier.tenant.journal:
        if one.endpoint == "v2.unifiedorder" and one.tags.get("out_trade_no") == terms.out_trade_no:
            yield "request", one.request
            yield "reply", one.response
