"""In which order a v2 reply's fields stand: one layout for each back end of the platform that v2 talks to.

A layout that leaves a slot for `sign` gets it filled; one that does not is unsigned.
"""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from sandbox.gateway.spec import Reply, Value

Fields = list[tuple[str, Value]]
SLOT = "sign"


class Layout(Protocol):
    """How a back end lays out its replies. `head` is mch_id and appid with their sub fields, in modern order."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        """A success."""

    def failure(self, head: Fields, code: str, text: str, nonce_str: str, *, legacy: bool, bare: bool) -> Fields:
        """A business failure; `bare` ones (NOAUTH) say nothing of the caller."""


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

    def failure(self, head: Fields, code: str, text: str, nonce_str: str, *, legacy: bool, bare: bool) -> Fields:
        sign: Fields = [("nonce_str", nonce_str), (SLOT, "")]
        error: Fields = [("err_code_des", text), ("err_code", code)]
        if legacy:
            return [
                ("return_code", "SUCCESS"), ("return_msg", "OK"), *_legacy_head(head), *sign,
                ("result_code", "FAIL"), *reversed(error),
            ]  # fmt: skip
        start: Fields = [("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "FAIL")]
        if bare:
            return sorted([*start, *error, *sign])
        return [*start, *(reversed(error) if self.code_first else error), *head, *sign]


class Alphabetical(msgspec.Struct, frozen=True):
    """refundquery, in both generations (observed)."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return sorted(Trade().success(head, reply, nonce_str, legacy=legacy), key=_name)

    def failure(self, head: Fields, code: str, text: str, nonce_str: str, *, legacy: bool, bare: bool) -> Fields:
        return sorted(Trade().failure(head, code, text, nonce_str, legacy=legacy, bare=bare), key=_name)


class Plain(msgspec.Struct, frozen=True):
    """Unsigned and without the caller: payitil/report."""

    def success(self, head: Fields, reply: Reply, nonce_str: str, *, legacy: bool) -> Fields:
        return [("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "SUCCESS"), *reply.body]

    def failure(self, head: Fields, code: str, text: str, nonce_str: str, *, legacy: bool, bare: bool) -> Fields:
        return [
            ("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "FAIL"), ("err_code", code),
            ("err_code_des", text),
        ]  # fmt: skip


def _name(field: tuple[str, Value]) -> str:
    return field[0]


def _legacy_head(head: Iterable[tuple[str, Value]]) -> Fields:
    fields = list(head)
    return sorted(fields, key=lambda field: _LEGACY_RANK.get(field[0], len(_LEGACY_RANK)))


_LEGACY_RANK = {name: rank for rank, name in enumerate(("appid", "mch_id", "sub_appid", "sub_mch_id", "device_info"))}
