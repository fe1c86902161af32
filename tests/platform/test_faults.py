"""Faults: each is found by its file's name, checks its arguments and its moment when it is made."""

import pytest

from sandbox.platform.clock import Wall
from sandbox.platform.faults import Fault, fault_of, faults
from sandbox.platform.moments import Moment, Occasion

GOOD = {
    "content-type": {"type": "text/html"},
    "delay": {"by": "3s"},
    "drip": {"over": 2},
    "drop": None,
    "fail": {"problem": "SYSTEM_ERROR"},
    "forge": None,
    "garble": None,
    "hang": {"at_most": "3s"},
    "misdirect": {"mchid": "1900000002"},
    "probe": None,
    "reorder": {"behind": "refund"},
    "repeat": {"times": 10},
    "replay": None,
    "reset": {"after": 10},
    "rewrite": {"set": {"total_fee": "1"}},
    "serial": {"serial": "0123456789ABCDEF"},
    "stale": {"by": "10m"},
    "status": {"code": 502},
    "tamper": {"set": {"total_fee": "1"}},
    "truncate": {"to": 20},
    "unsign": None,
}


class PatientWall(Wall):
    """Remembers how long it was asked to wait."""

    slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


def make(name: str, moment: Moment | None = None) -> Fault:
    return fault_of({name: GOOD[name]}, moment or min(faults()[name].moments))


def occasion(moment: Moment, **tags: str) -> Occasion:
    return Occasion(moment, {"dialect": "v2", **tags}, PatientWall())


def test_every_fault_has_arguments_here() -> None:
    """A new fault comes under these tests."""
    assert set(faults()) == set(GOOD)


@pytest.mark.parametrize("name", GOOD)
def test_a_fault_acts_at_its_moments_only(name: str) -> None:
    """At any other moment it is refused with those that fit."""
    fits = faults()[name].moments
    assert fits

    for moment in Moment:
        if moment in fits:
            assert isinstance(make(name, moment), faults()[name])
        else:
            with pytest.raises(ValueError, match=f"cannot act at {moment}; it acts at .*{min(fits)}"):
                make(name, moment)


@pytest.mark.parametrize("name", GOOD)
async def test_a_fault_changes_the_occasion(name: str) -> None:
    """Each leaves a trace that the engine reads, or takes time."""
    fault = make(name)
    before = occasion(min(fault.moments))
    acted = occasion(min(fault.moments))
    before.body = acted.body = b"<xml><sign>0123456789012345678901234567890</sign></xml>"

    await fault.act(acted)

    changed = {slot for slot in Occasion.__slots__ if slot not in ("wall", "moment", "tags")
               and getattr(before, slot) != getattr(acted, slot)}  # fmt: skip
    wall = acted.wall
    assert isinstance(wall, PatientWall)
    assert changed or wall.slept == 3.0
    assert not changed & {"notes"}


@pytest.mark.parametrize(
    ("do", "complaint"),
    [
        ({"dely": {"by": "3s"}}, "no fault called 'dely' — did you mean 'delay'?"),
        ({"explode": None}, "no fault called 'explode'; there are content-type, delay, drip"),
        ({}, "expected exactly one fault, came none"),
        ({"drop": None, "delay": {"by": "1s"}}, "expected exactly one fault, came drop, delay"),
        ({"delay": {"by": "soon"}}, "fault 'delay': 'soon' is no duration"),
        ({"delay": {"for": "1s"}}, "fault 'delay': Object contains unknown field `for`"),
        ({"delay": None}, "fault 'delay': Object missing required field `by`"),
        ({"fail": {"problem": "SYSTEM_EROR"}}, "no error called 'SYSTEM_EROR' — did you mean SYSTEM_ERROR"),
        ({"fail": {"problem": ""}}, "fault 'fail': no error called ''"),
        ({"status": {"code": 42}}, "fault 'status': Expected `int` >= 200"),
    ],
)  # fmt: skip
def test_a_fault_that_cannot_be_made(do: dict[str, dict[str, object] | None], complaint: str) -> None:
    """The mistake is named when the rule is made, not when it fires."""
    with pytest.raises(ValueError, match="fault") as caught:
        fault_of(do, Moment.REQUEST_RECEIVED)

    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("name", "moment", "arguments"),
    [
        ("repeat", Moment.NOTIFY_DUE, {"times": 0}),
        ("repeat", Moment.NOTIFY_DUE, {"times": 1000}),
        ("truncate", Moment.REPLY_SIGNED, {"to": -1}),
        ("drip", Moment.REPLY_SIGNED, {"over": "-1s"}),
    ],
)
def test_amounts_have_bounds(name: str, moment: Moment, arguments: dict[str, object]) -> None:
    """A fault that would do nothing sensible is refused."""
    with pytest.raises(ValueError, match=f"fault '{name}': "):
        fault_of({name: arguments}, moment)


@pytest.mark.parametrize(
    ("problem", "dialect", "row", "by_code"),
    [
        ("SYSTEM_ERROR", "v2", "SYSTEM_ERROR", False),
        ("SYSTEMERROR", "v2", "SYSTEM_ERROR", True),
        ("40029", "v2", None, False),
        ("40029", "login", "CODE_INVALID", True),
        ("ORDER_PAID", "login", None, False),
    ],
)
async def test_fail_names_a_row_of_the_dialect(problem: str, dialect: str, row: str | None, by_code: bool) -> None:
    """By its name or by a wire code; one that the dialect does not have changes nothing, and a note says so."""
    fault = fault_of({"fail": {"problem": problem}}, Moment.REQUEST_VERIFIED)
    acted = occasion(Moment.REQUEST_VERIFIED, dialect=dialect)

    await fault.act(acted)

    assert (acted.problem.name if acted.problem else None) == row
    assert acted.problem_code == by_code
    assert bool(acted.notes) == (row is None)


def test_labels_tell_the_arguments() -> None:
    """The journal shows the fault and what it was given."""
    assert make("delay").label() == "delay(by=3s)"
    assert make("drop").label() == "drop()"
