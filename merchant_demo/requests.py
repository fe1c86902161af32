"""What the shop's callers may send: the JSON body of each call."""

from typing import Annotated, Literal

import msgspec

Fen = Annotated[int, msgspec.Meta(ge=1)]


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, msgspec.Meta(min_length=1)]


class OrderRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item of the catalogue, `number` times. `title` and `total` stand for whatever a real cart holds:
    they let a test name its own price, which a real shop must never let a page do."""

    item: str = "tea"
    number: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    title: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    total: Fen | None = None
    openid: str | None = None
    trade_type: Literal["JSAPI", "APP"] = "JSAPI"


class TillRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the reader read off the payer's phone, and how much it is."""

    auth_code: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    total: Fen


class PayRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    total: Fen | None = None


class ReportRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    err_msg: str = msgspec.field(name="errMsg")


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    api_key: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]{32}$")]


class RehearsalRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    active: bool


class RefundRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without an amount: all that is left."""

    amount: Fen | None = None


class AuditRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day of the platform's, in Beijing."""

    date: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
