"""Chance: a function of seed and natural key."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.platform.ids import Ids

NOW = 1_767_225_600_000
DRAWS = {
    "entropy": ("kind", "a", 1),
    "fraction": ("kind", "a", 1),
    "nonce_str": ("/pay/unifiedorder", "sign"),
    "prepay_id": (NOW, "1900000001", "A1", 1),
    "code_url": ("wx2026",),
    "transaction_id": (NOW, "1900000001", "A1"),
    "refund_id": (NOW, "1900000001", "R1"),
    "bill_token": ("1900000001", 1),
    "openid": ("wx5a4d8bf0c0de0001", "xiaoming"),
    "rid": (NOW, "code"),
}


def test_every_draw_is_listed_here() -> None:
    """A new kind of draw comes under these tests."""
    assert set(DRAWS) == {name for name, _ in inspect.getmembers(Ids, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize(("name", "key"), DRAWS.items())
def test_the_same_seed_and_key_give_the_same_value(name: str, key: tuple[str | int, ...]) -> None:
    """Whatever was drawn before or elsewhere."""
    one, two = Ids("1"), Ids("1")
    two.entropy("something", "else")

    assert getattr(one, name)(*key) == getattr(two, name)(*key)


@pytest.mark.parametrize(("name", "key"), DRAWS.items())
def test_another_seed_or_key_gives_another_value(name: str, key: tuple[str | int, ...]) -> None:
    """Neither two worlds nor two things in one world share a value."""
    last = f"{key[-1]}x" if isinstance(key[-1], str) else int(key[-1]) + 1
    draw = getattr(Ids("1"), name)

    assert draw(*key) != getattr(Ids("2"), name)(*key)
    assert draw(*key) != draw(*key[:-1], last)


def test_two_keys_do_not_run_into_each_other() -> None:
    """A key is a list, not a text: ("ab", "c") is not ("a", "bc")."""
    ids = Ids("1")

    assert ids.entropy("k", "ab", "c") != ids.entropy("k", "a", "bc")
    assert ids.entropy("k", "1") == ids.entropy("k", 1)


@given(st.text(), st.text())
def test_fractions_are_shares(seed: str, key: str) -> None:
    """At least 0 and less than 1, for any text as seed or key."""
    assert 0 <= Ids(seed.encode("utf-8", "replace").decode()).fraction("k", key) < 1


def test_fractions_spread() -> None:
    """Of many draws about a third lie below a third."""
    below = sum(Ids("seed").fraction("rule", 1, n) < 1 / 3 for n in range(3000))

    assert 900 < below < 1100
