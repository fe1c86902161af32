"""Why a second signature (paySign, the App's sign) does not fit: the usual mistakes of launching, made on purpose."""

from collections.abc import Iterable, Mapping
from itertools import product

import msgspec

from sandbox.doctor import signature
from sandbox.doctor.signature import Candidate, Finding
from sandbox.protocol import v2sign
from sandbox.protocol.v2sign import SignType

Spellings = Mapping[str, tuple[str, ...]]

JSAPI_SPELLINGS: Spellings = {
    "appId": ("appid", "app_id"),
    "timeStamp": ("timestamp", "time_stamp"),
    "nonceStr": ("noncestr", "nonce_str"),
    "package": ("Package", "prepay_id"),
    "signType": ("signtype", "sign_type"),
}
APP_SPELLINGS: Spellings = {
    "appid": ("appId", "app_id"),
    "partnerid": ("partnerId", "partner_id", "mch_id"),
    "prepayid": ("prepayId", "prepay_id"),
    "package": ("packageValue",),
    "noncestr": ("nonceStr", "nonce_str"),
    "timestamp": ("timeStamp", "time_stamp"),
}
"""How names are misspelt when they are signed."""


class Launched(msgspec.Struct, frozen=True, kw_only=True):
    """A second signature and what is known about its order.

    `fields` carry the names that belong in the signature; `values` are other values that might have been signed, by
    name; `order_signs` the signatures seen when the order was placed, by where they stood.
    """

    came: str
    fields: Mapping[str, str]
    spellings: Spellings
    sign_type: SignType  # the order's
    said_type: str = ""  # what signType says; empty where the call has none
    values: Iterable[tuple[str, str]] = ()
    order_signs: Mapping[str, str] = {}


def explain(launched: Launched, right: Candidate, others: Iterable[Candidate]) -> Finding | None:
    """The first mistake that gives exactly the signature that came; a wrong signType is one even by itself."""
    came = launched.came.upper()
    for place, sign in launched.order_signs.items():
        if came == sign.upper():
            return Finding(
                "PAY_SIGN_REUSED", f"paySign is the sign of {place}: the launch needs a signature of its own",
                f"paySign用的是{place}里的sign，调起支付需要重新签名",
            )  # fmt: skip
    return (
        _said_type(launched, right.key)
        or _names(launched, right.key)
        or signature.explain({**launched.fields, "sign": launched.came}, right, others, launched.sign_type)
        or _values(launched, right.key)
        or _type_alone(launched)
    )


def _said_type(launched: Launched, key: str) -> Finding | None:
    """Signed well, but in another way than the order."""
    for other in SignType:
        if launched.said_type == other and other is not launched.sign_type and _fits(launched, {}, key, other):
            return _type_alone(launched)
    return None


def _type_alone(launched: Launched) -> Finding | None:
    said = launched.said_type
    if said in ("", launched.sign_type):
        return None
    return Finding(
        "PAY_SIGN_TYPE",
        f"signType says {said}, the order was placed with sign_type={launched.sign_type}: both must be the same",
        f"signType为{said}，而下单的sign_type为{launched.sign_type}，两者必须一致",
    )


def _names(launched: Launched, key: str) -> Finding | None:
    came, fields = launched.came.upper(), launched.fields
    choices = [(name, *launched.spellings.get(name, ()), "") for name in fields]
    for chosen in product(*choices):
        signed = {name: fields[own] for own, name in zip(fields, chosen, strict=True) if name}
        if v2sign.sign(signed, key, launched.sign_type) == came:
            return _misspelt(dict(zip(fields, chosen, strict=True)))
    return None


def _misspelt(chosen: Mapping[str, str]) -> Finding | None:
    other = {own: name for own, name in chosen.items() if name not in ("", own)}
    absent = [own for own, name in chosen.items() if not name]
    told, told_zh = [], []
    if other:
        told.append(f"signed as {', '.join(other.values())}; the names are {', '.join(other)}")
        told_zh.append(f"签名时用了{'、'.join(other.values())}，应为{'、'.join(other)}")
    if absent:
        told.append(f"signed without {', '.join(absent)}")
        told_zh.append(f"签名时漏了{'、'.join(absent)}")
    return Finding("PAY_SIGN_NAMES", "; ".join(told), "；".join(told_zh)) if told else None


def _values(launched: Launched, key: str) -> Finding | None:
    for name, value in launched.values:
        if _fits(launched, {name: value}, key, launched.sign_type):
            now = launched.fields[name]
            return Finding(
                "PAY_SIGN_VALUES", f"{name} was signed as {value!r} but passed as {now!r}: pass what was signed",
                f"签名时{name}为{value}，调起时却传了{now}，应原样传入签名时的值",
            )  # fmt: skip
    return None


def _fits(launched: Launched, changes: Mapping[str, str], key: str, sign_type: SignType) -> bool:
    return v2sign.sign({**launched.fields, **changes}, key, sign_type) == launched.came.upper()
