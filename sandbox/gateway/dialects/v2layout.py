"""In which order a v2 reply's fields stand: one layout for each back end of the platform that v2 talks to.

A layout that leaves a slot for `sign` gets it filled; one that does not is unsigned.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import msgspec

from sandbox.gateway.spec import Reply, Value

Fields = list[tuple[str, Value]]
SLOT = "sign"


class Complaint(NamedTuple):
    """A business failure to lay out; `bare` ones (NOAUTH) say nothing of the caller, `aside` goes into return_msg."""

    code: str
    text: str
    bare: bool = False
    aside: str = ""


class Layout(Protocol):
    """How a back end lays out its replies. `head` is mch_id and appid with their sub fields, in modern order."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        """A success."""

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        """A business failure."""


class Trade(msgspec.Struct, frozen=True):
    """The payment gateway. Modern: github.com/silenceper/wechat and others, 2021 on; legacy: until about 2020.

    `code_first`: err_code before err_code_des, as only orderquery has it.
    """

    code_first: bool = False

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        sign: Fields = [("nonce_str", nonce_str), (SLOT, "")]
        if legacy:
            return [
                ("return_code", "SUCCESS"), ("return_msg", "OK"), *_legacy_head(head), *reply.echo, *sign,
                ("result_code", "SUCCESS"), *reply.body,
            ]  # fmt: skip
        start: Fields = [
            ("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "SUCCESS"), *head, *reply.echo,
        ]  # fmt: skip
        return [*start, *reply.body, *sign] if reply.signed_last else [*start, *sign, *reply.body]

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        sign: Fields = [("nonce_str", nonce_str), (SLOT, "")]
        error: Fields = [("err_code_des", said.text), ("err_code", said.code)]
        if legacy:
            return [
                ("return_code", "SUCCESS"), ("return_msg", "OK"), *_legacy_head(head), *sign,
                ("result_code", "FAIL"), *reversed(error),
            ]  # fmt: skip
        start: Fields = [("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "FAIL")]
        if said.bare:
            return sorted([*start, *error, *sign])
        return [*start, *(reversed(error) if self.code_first else error), *head, *sign]


class Alphabetical(msgspec.Struct, frozen=True):
    """refundquery, in both generations (observed)."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return sorted(Trade().success(head, reply, nonce_str, legacy=legacy), key=_name)

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        return sorted(Trade().failure(head, said, nonce_str, legacy=legacy), key=_name)


class Plain(msgspec.Struct, frozen=True):
    """Unsigned and without the caller: payitil/report."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return [("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "SUCCESS"), *reply.body]

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        return [
            ("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "FAIL"), ("err_code", said.code),
            ("err_code_des", said.text),
        ]  # fmt: skip


class Promotion(msgspec.Struct, frozen=True):
    """mmpaymkttransfers: unsigned, and the error in return_msg too; a success is laid out by its endpoint.

    `caller_first`: the caller before the result, as transfers have it (observed); red packets have it last.
    """

    caller_first: bool = False

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return [("return_code", "SUCCESS"), *reply.body]

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        start: Fields = [("return_code", "SUCCESS"), ("return_msg", said.aside or said.text)]
        result: Fields = [("result_code", "FAIL"), ("err_code", said.code), ("err_code_des", said.text)]
        caller = sorted(head, key=lambda field: _PROMOTION_RANK.get(field[0], len(_PROMOTION_RANK)))
        return [*start, *caller, *result] if self.caller_first else [*start, *result, *caller]


class Rehearsed(msgspec.Struct, frozen=True):
    """The acceptance rehearsal: a success is laid out by its endpoint, slot for the sign included."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return list(reply.body)

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        return Trade().failure(head, said, nonce_str, legacy=legacy)


class GivingBack(msgspec.Struct, frozen=True):
    """profitsharingreturn: a business failure is FAIL with error_code and error_msg, unsigned (observed)."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return Trade().success(head, reply, nonce_str, legacy=legacy)

    def failure(self, head: Fields, said: Complaint, nonce_str: str, *, legacy: bool) -> Fields:
        return [("return_code", "FAIL"), ("error_code", said.code), ("error_msg", said.text)]


_PROMOTION_ORDER = (
    "mch_billno", "partner_trade_no", "mch_appid", "mchid", "device_info", "mch_id", "appid", "wxappid", "re_openid",
    "total_amount",
)  # fmt: skip
_PROMOTION_RANK = {name: rank for rank, name in enumerate(_PROMOTION_ORDER)}


def _name(field: tuple[str, Value]) -> str:
    return field[0]


def _legacy_head(head: Iterable[tuple[str, Value]]) -> Fields:
    fields = list(head)
    return sorted(fields, key=lambda field: _LEGACY_RANK.get(field[0], len(_LEGACY_RANK)))


_LEGACY_RANK = {name: rank for rank, name in enumerate(("appid", "mch_id", "sub_appid", "sub_mch_id", "device_info"))}
