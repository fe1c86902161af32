"""What goes wrong on purpose: rules, from a test."""

import difflib
from collections.abc import Mapping
from typing import Any

from sandbox.errors import find
from sandbox.testing.world import World


async def fail_next(world: World, /, endpoint: str, problem: str, *, times: int = 1, **only: str) -> None:
    """The next `times` calls of an endpoint are answered with an error, and do nothing.

    `endpoint` is `v2.unifiedorder`, or `unifiedorder` where that is no other's name; `problem` a wire code or a row of
    the catalogue (`wechatpay-sandbox endpoints` and `errors` list both); `only` compares tags, as `out_trade_no="T1"`.
    Raises ValueError when there is no such endpoint, or no such error of it.
    """
    name = endpoint_name(world, endpoint)
    _ensure_spoken(name, problem)
    await rule(world, "request.verified", {"fail": {"problem": problem}}, only={"endpoint": name, **only}, times=times)


async def rule(
    world: World,
    /,
    when: str,
    do: str | Mapping[str, Mapping[str, Any] | None],
    *,
    only: Mapping[str, str] | None = None,
    times: int | None = None,
    after: int = 0,
    chance: float = 1.0,
    name: str = "",
) -> int:
    """Put a fault in force, as in a scenario's `rules`: `rule("notify.due", "drop", times=3)`; its id.

    `do` is a fault's name, or `{name: arguments}`.
    """
    given: dict[str, Any] = {
        "when": when,
        "do": {do: None} if isinstance(do, str) else do,
        "only": _compared(world, only or {}),
        "after": after,
        "chance": chance,
        "name": name,
    }
    return int((await world.call("rules.add", given | ({} if times is None else {"times": times})))["id"])


def endpoint_name(world: World, given: str) -> str:
    """An endpoint's full name from its short one. Raises ValueError."""
    if given in world.endpoints:
        return given
    found = [name for name in world.endpoints if name.partition(".")[2] == given]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"{given!r} may be {' or '.join(found)}: say which")
    short = {name.partition(".")[2]: name for name in world.endpoints}
    near = difflib.get_close_matches(given, [*world.endpoints, *short], n=1)
    hint = f" — did you mean {near[0]!r}?" if near else ": `wechatpay-sandbox endpoints` lists them"
    raise ValueError(f"no endpoint called {given!r}{hint}")


def _ensure_spoken(endpoint: str, problem: str) -> None:
    """Raises ValueError when the endpoint's API has no such error: a rule would then change nothing."""
    dialect = endpoint.partition(".")[0]
    try:
        row = find(problem, dialect, endpoint)
    except LookupError as error:
        raise ValueError(str(error)) from None
    if row.spelling(dialect, endpoint=endpoint, by_rule=True) is None:
        raise ValueError(f"{problem} is nothing that {dialect} answers: `wechatpay-sandbox errors` says who does")


def _compared(world: World, only: Mapping[str, str]) -> dict[str, str]:
    named = {"endpoint": endpoint_name(world, only["endpoint"])} if "endpoint" in only else {}
    return {**only, **named}
