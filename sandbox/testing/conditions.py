"""Under which conditions a test's tenant lives: what the marker says."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

NAMES = ("settings", "clock", "start", "seed")
"""What a marker may say of the tenant, in the words of `tenants.create`."""


class BadMarker(ValueError):
    """The marker asks for what there is not; the message says what there is."""


def tenant(args: Sequence[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What `tenants.create` is asked for: a virtual clock, and what the marker's arguments say. Raises BadMarker."""
    if args:
        raise BadMarker(f"the marker wechatpay takes named arguments only, came {args[0]!r}; there are {_listed()}")
    for name in given:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {_listed()}"
            raise BadMarker(f"the marker wechatpay has no argument {name!r}; {hint}")
    return {"clock": "virtual", **given}


def _listed() -> str:
    return ", ".join(NAMES)
