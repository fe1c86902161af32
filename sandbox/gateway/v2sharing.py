"""Profit sharing through v2: receivers come as JSON in a field, and what is shared is told as JSON in a field."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sandbox.domain.sharing import FailReason, Return, Share, Sharing
from sandbox.errors import Refusal, pay, protocol, sharing
from sandbox.gateway import jsonform
from sandbox.gateway.forms import Form
from sandbox.gateway.spec import Value
from sandbox.protocol import wiretime

F = TypeVar("F", bound=Form)
Fields = tuple[tuple[str, Value], ...]
ASKING = (sharing.SHARING_NOT_EXIST, sharing.SHARING_PARAMETER_WRONG, pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED)
"""What the questions may refuse."""
DOING = (
    sharing.SHARING_NOT_PERMITTED,
    sharing.SHARING_PARAMETER_WRONG,
    pay.OPENID_INVALID,
    protocol.OPENID_OF_OTHER_APPID,
    sharing.SHARING_NAME_WRONG,
    sharing.RECEIVER_NAME_WRONG,
    pay.SYSTEM_ERROR,
    pay.FREQUENCY_LIMITED,
)
"""What those that do something may refuse."""


@contextmanager
def in_v2_words() -> Iterator[None]:
    """What only APIv3 has words for is a wrong parameter here."""
    try:
        yield
    except Refusal as refusal:
        if refusal.row.spelling("v2", endpoint="v2.profitsharingreturn", by_rule=True) is not None:
            raise
        facts = {"field": "", "came": "", **refusal.facts}
        expected = facts.get("expected", "")
        raise Refusal(
            sharing.SHARING_PARAMETER_WRONG, field=facts["field"], came=facts["came"], expected=expected
        ) from None


def as_v3(form: type[F], said: dict[str, Any]) -> F:
    """The same request as APIv3 would have it; what was not sent is left out. Raises Refusal."""
    return jsonform.read(form, {name: value for name, value in said.items() if value is not None}, {}, {})


def from_json(field: str, value: str, kind: type[Any]) -> Any:
    """The JSON in a field. Raises Refusal when it is none, or not of this kind."""
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, kind):
        expected = "a JSON array" if kind is list else "a JSON object"
        raise Refusal(sharing.SHARING_PARAMETER_WRONG, field=field, came=value, expected=expected)
    return found


def shared(made: Sharing) -> Fields:
    """What sharing and releasing answer."""
    return (
        ("transaction_id", made.transaction_id),
        ("out_order_no", made.out_order_no),
        ("order_id", made.order_id),
    )


def told(made: Sharing) -> Fields:
    """What a query answers."""
    receivers = json.dumps([_share(made, share) for share in made.shares], ensure_ascii=False, separators=(",", ":"))
    status = "PROCESSING" if made.finished is None else "FINISHED"
    return (*shared(made), ("status", status), ("receivers", receivers))


def given_back(made: Return) -> Fields:
    """What giving back and asking for it answer."""
    reason = () if made.fail_reason is FailReason.NONE else (("fail_reason", made.fail_reason.value),)
    finished = () if made.finished is None else (("finish_time", wiretime.compact(made.finished)),)
    return (
        ("order_id", made.order_id),
        ("out_order_no", made.out_order_no),
        ("out_return_no", made.out_return_no),
        ("return_no", made.return_id),
        ("return_account_type", "MERCHANT_ID"),
        ("return_account", made.return_mchid),
        ("return_amount", made.amount),
        ("description", made.description),
        ("result", made.result.value),
        *reason,
        *finished,
    )


def _share(made: Sharing, share: Share) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": share.type.value,
        "account": share.account,
        "amount": share.amount,
        "description": share.description,
        "result": share.result.value,
        "detail_id": share.detail_id,
    }
    if share.fail_reason is not FailReason.NONE:
        told["fail_reason"] = share.fail_reason.value
    if made.finished is not None:
        told["finish_time"] = wiretime.compact(made.finished)
    return told
