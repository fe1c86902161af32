"""The arguments that a page hands to `wx.requestPayment` and its older sisters, as the client reads them."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

import msgspec

from sandbox.errors import Refusal, phone

Api = Literal["requestPayment", "getBrandWCPayRequest", "chooseWXPay"]
APIS: tuple[Api, ...] = get_args(Api)

ARGUMENTS = ("timeStamp", "nonceStr", "package", "signType", "paySign")
KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((str,), "String"),
    ((bool,), "Boolean"),
    ((int, float), "Number"),
    ((list,), "Array"),
)
"""What JavaScript calls the types of JSON; a bool is an int in Python only."""


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """What was passed, all text. `app_id` only where the call itself carries it (getBrandWCPayRequest)."""

    time_stamp: str
    nonce_str: str
    package: str
    sign_type: str
    pay_sign: str
    app_id: str = ""


def read(params: Mapping[str, Any], api: Api, *, sign_type_optional: bool) -> Launch:
    """The arguments of `api`, all text.

    Raises Refusal: PARAMETER_TYPE with a clause for every bad argument from the mini program's base library,
    JSAPI_ARGUMENT_MISSING with the first one from a page in WeChat.
    """
    named = dict(params)
    if api == "chooseWXPay":
        # jweixin.js takes `timestamp` and hands it on as timeStamp.
        named.pop("timeStamp", None)
        if "timestamp" in params:
            named["timeStamp"] = params["timestamp"]
    if sign_type_optional and "signType" not in named:
        named["signType"] = "MD5"
    wanted = ("appId", *ARGUMENTS) if api == "getBrandWCPayRequest" else ARGUMENTS
    bad = {name: kind(named, name) for name in wanted if not isinstance(named.get(name), str)}
    if bad:
        raise _bad_types(api, params, bad)
    return Launch(
        time_stamp=named["timeStamp"],
        nonce_str=named["nonceStr"],
        package=named["package"],
        sign_type=named["signType"],
        pay_sign=named["paySign"],
        app_id=str(named.get("appId", "")),
    )


def kind(params: Mapping[str, Any], name: str) -> str:
    """What JavaScript calls the type of an argument."""
    if name not in params:
        return "Undefined"
    value = params[name]
    if value is None:
        return "Null"
    return next((word for types, word in KINDS if isinstance(value, types)), "Object")


def _bad_types(api: Api, params: Mapping[str, Any], bad: Mapping[str, str]) -> Refusal:
    near = [(_near(name, params), _spelt(api, name)) for name in bad]
    mistaken = [(came, name) for came, name in near if came not in ("", name)]
    first = next(iter(bad))
    given = _spelt(api, first)
    return Refusal(
        phone.PARAMETER_TYPE if api == "requestPayment" else phone.JSAPI_ARGUMENT_MISSING,
        clauses="".join(phone.PARAMETER_CLAUSE.format(name=name, type=type) for name, type in bad.items()),
        argument=first,
        field=given,
        came=f"{bad[first]} {params[given]!r}" if given in params else "nothing",
        expected="a string",
        likely=", ".join(f"{came} was passed: the name is {name}" for came, name in mistaken),
        likely_zh="，".join(f"传入的是{came}，应为{name}" for came, name in mistaken),
    )


def _spelt(api: Api, name: str) -> str:
    return "timestamp" if api == "chooseWXPay" and name == "timeStamp" else name


def _near(name: str, params: Mapping[str, Any]) -> str:
    """The argument that was passed under another spelling of `name`."""
    bare = name.lower()
    return next((came for came in params if came != name and came.replace("_", "").lower() == bare), "")
