"""Notifications that go astray: held back, replayed, another merchant's, one by one, without a signature."""

from typing import Any

import pytest
from test_deliveries import World, signed_with, world

from sandbox.platform.moments import Moment

__all__ = ["world"]


async def test_one_held_back_goes_out_behind_the_next(world: World, shop: Any) -> None:
    """The first is overtaken by the second, and follows at once instead of with its ladder."""
    world.rule(Moment.NOTIFY_DUE, {"reorder": None}, times=1)
    first = world.pay("A1")
    await world.settle()
    assert shop.posts == []

    second = world.pay("A2")
    await world.settle()

    assert ["A2" if b"A2" in post.body else "A1" for post in shop.posts] == ["A2", "A1"]
    assert [one.verdict for one in world.delivery(first).attempts] == ["held", "acknowledged"]
    assert world.delivery(first).attempts[-1].due == world.delivery(second).attempts[0].due


async def test_one_held_back_for_nothing_climbs_its_ladder(world: World, shop: Any) -> None:
    """When what it waits for never comes, the next attempt is made as ever."""
    world.rule(Moment.NOTIFY_DUE, {"reorder": {"behind": "refund"}}, times=1)
    held = world.pay("A1")
    world.pay("A2")
    await world.settle()
    assert len(shop.posts) == 1

    await world.timers.drain(world.tenant)

    attempts = world.delivery(held).attempts
    assert [one.verdict for one in attempts] == ["held", "acknowledged"]
    assert attempts[1].due - attempts[0].due == 15_000


async def test_an_old_one_comes_byte_for_byte_and_the_new_one_afterwards(world: World, shop: Any) -> None:
    """Though the merchant acknowledges the old one, the new one is still to come."""
    world.pay("A1")
    await world.settle()
    world.rule(Moment.NOTIFY_DUE, {"replay": {"event": "payment"}}, times=1)
    new = world.pay("A2")
    await world.timers.drain(world.tenant)

    old, again, own = shop.posts
    assert (again.body, sorted(again.headers)) == (old.body, sorted(old.headers))
    assert b"A2" in own.body
    first, second = world.delivery(new).attempts
    assert (first.verdict, first.reason) == ("acknowledged", "rule 1: replay(event=payment)")
    assert (second.verdict, second.due - first.due) == ("acknowledged", 15_000)


async def test_without_an_old_one_the_new_one_goes_out(world: World, shop: Any) -> None:
    """A replay of nothing is the notification itself, and it does not count."""
    world.rule(Moment.NOTIFY_DUE, {"replay": {"event": "refund"}}, times=1)
    world.pay("A1")
    await world.settle()

    assert [b"A1" in post.body for post in shop.posts] == [True]


async def test_another_merchants_is_named_and_signed_as_such(world: World, shop: Any) -> None:
    """It says the other's mch_id, and the key of the one who is told does not fit."""
    world.rule(Moment.NOTIFY_DUE, {"misdirect": {"mchid": "1900000002"}}, times=1)
    world.rule(Moment.NOTIFY_DUE, {"misdirect": {"mchid": "1"}}, times=1, after=1)
    id = world.pay()
    await world.settle()
    (post,) = shop.posts
    assert b"1900000002" in post.body

    shop.answers = [500]
    world.pay("A2")
    await world.settle()
    assert signed_with(shop.posts[-1].body) != ""
    assert b"1900000002" not in shop.posts[-1].body
    assert world.delivery(id).attempts[0].number == 1


async def test_copies_one_by_one_wait_for_each_answer(world: World, shop: Any) -> None:
    """No two of them are under way together, as they are otherwise."""
    under_way, most = 0, []

    async def respond(request: Any) -> Any:
        import asyncio

        from aiohttp import web

        nonlocal under_way
        under_way += 1
        most.append(under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return web.Response(text="SUCCESS")

    shop.respond = respond
    world.rule(Moment.NOTIFY_DUE, {"repeat": {"times": 3, "one_by_one": True}}, only={"out_trade_no": "A1"})
    world.rule(Moment.NOTIFY_DUE, {"repeat": {"times": 3}}, only={"out_trade_no": "A2"})
    world.pay("A1")
    await world.settle()
    one_by_one = max(most)
    world.pay("A2")
    await world.settle()

    assert (one_by_one, max(most)) == (1, 3)


@pytest.mark.parametrize(
    ("do", "absent", "present"),
    [
        ({"unsign": None}, b"<sign>", b"</xml>"),
        ({"garble": None}, b"</xml>", b"<sign>"),
    ],
)
async def test_the_bytes_are_spoilt(world: World, shop: Any, do: dict[str, Any], absent: bytes, present: bytes) -> None:
    """The signature is missing, or the XML never ends."""
    world.rule(Moment.NOTIFY_READY, do)
    world.pay()
    await world.settle()

    (post,) = shop.posts
    assert absent not in post.body
    assert present in post.body


@pytest.mark.parametrize(("type", "came"), [("application/json", ["application/json"]), ("", [])])
async def test_the_body_is_called_something_else(world: World, shop: Any, type: str, came: list[str]) -> None:
    """Another Content-Type, or none at all."""
    world.rule(Moment.NOTIFY_READY, {"content-type": {"type": type}})
    world.pay()
    await world.settle()

    assert [value for name, value in shop.posts[0].headers if name == "Content-Type"] == came


async def test_rules_can_ask_for_what_the_order_says(world: World, shop: Any) -> None:
    """A notification is tagged with its order's amount, attach and openid, and with its subject."""
    world.rule(Moment.NOTIFY_DUE, {"drop": None}, only={"subject": "A1", "amount": "199"})
    world.rule(Moment.NOTIFY_DUE, {"drop": None}, only={"amount": "200"})
    world.pay("A1")
    world.pay("A2")
    await world.settle()

    assert [b"A2" in post.body for post in shop.posts] == [True]
