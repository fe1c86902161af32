"""What a story may expect."""

from typing import Any

import msgspec

Anything = Any
"""A value, or one comparison such as `{contains: …}`, see `comparison`."""


class Notifications(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All notifications of the tenant, or those of one `event`: every attempt of every delivery in the order sent."""

    event: Anything = msgspec.UNSET
    attempts: Anything = msgspec.UNSET
    acked: Anything = msgspec.UNSET
    sent_at: Anything = msgspec.UNSET
    verdicts: Anything = msgspec.UNSET


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The last request that was refused, or the last of `endpoint`: what the wire said and what we say of it."""

    endpoint: Anything = msgspec.UNSET
    problem: Anything = msgspec.UNSET
    code: Anything = msgspec.UNSET
    message: Anything = msgspec.UNSET
    return_msg: Anything = msgspec.UNSET
    err_code: Anything = msgspec.UNSET
    err_code_des: Anything = msgspec.UNSET
    errcode: Anything = msgspec.UNSET
    errmsg: Anything = msgspec.UNSET
    diagnosis: Anything = msgspec.UNSET


class Exchanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All requests to one endpoint, in the order they came: how many, the HTTP statuses, the errors (null: none)."""

    count: Anything = msgspec.UNSET
    statuses: Anything = msgspec.UNSET
    problems: Anything = msgspec.UNSET


class Took(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long the story has taken so far: in `real` time, and by the tenant's `clock`."""

    real: Anything = msgspec.UNSET
    clock: Anything = msgspec.UNSET


class Phone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the phone last answered: the dialog a person saw and what JavaScript heard."""

    errMsg: Anything = msgspec.UNSET
    dialog: Anything = msgspec.UNSET
    paid: Anything = msgspec.UNSET


class Expect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What must be so now, or within a span of real time."""

    within: str | None = None
    order: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    orders: Anything = msgspec.UNSET
    refunds: Anything = msgspec.UNSET
    merchant: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    notifications: Notifications | msgspec.UnsetType = msgspec.UNSET
    refusal: Refusal | msgspec.UnsetType | None = msgspec.UNSET
    phone: Phone | msgspec.UnsetType = msgspec.UNSET
    requests: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    exchanges: dict[str, Exchanges] | msgspec.UnsetType = msgspec.UNSET
    took: Took | msgspec.UnsetType = msgspec.UNSET
