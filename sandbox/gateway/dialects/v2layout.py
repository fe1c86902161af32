"""In which order a v2 reply's fields stand: the modern and the legacy gateway."""

from collections.abc import Iterable

from sandbox.gateway.spec import Reply, Value

Fields = list[tuple[str, Value]]
SLOT = "sign"


def success(head: Iterable[tuple[str, Value]], reply: Reply, *, nonce_str: str, legacy: bool) -> Fields:
    """A success; `sign` is an empty slot. `head` is mch_id and appid with their sub fields, in modern order.

    Modern: github.com/silenceper/wechat and others, 2021 on; legacy: until about 2020.
    """
    sign: Fields = [("nonce_str", nonce_str), (SLOT, "")]
    if legacy:
        return [
            ("return_code", "SUCCESS"), ("return_msg", "OK"), *_legacy_head(head), *reply.echo, *sign,
            ("result_code", "SUCCESS"), *reply.body,
        ]  # fmt: skip
    start: Fields = [("return_code", "SUCCESS"), ("return_msg", "OK"), ("result_code", "SUCCESS"), *head, *reply.echo]
    return [*start, *reply.body, *sign] if reply.signed_last else [*start, *sign, *reply.body]


def failure(
    head: Iterable[tuple[str, Value]],
    code: str,
    text: str,
    *,
    nonce_str: str,
    legacy: bool,
    code_first: bool,
    bare: bool,
) -> Fields:
    """A business failure. `code_first`: orderquery's order; `bare`: alphabetical and without identity (NOAUTH)."""
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
    return [*start, *(reversed(error) if code_first else error), *head, *sign]


def _legacy_head(head: Iterable[tuple[str, Value]]) -> Fields:
    fields = list(head)
    return sorted(fields, key=lambda field: _LEGACY_RANK.get(field[0], len(_LEGACY_RANK)))


_LEGACY_RANK = {name: rank for rank, name in enumerate(("appid", "mch_id", "sub_appid", "sub_mch_id", "device_info"))}
