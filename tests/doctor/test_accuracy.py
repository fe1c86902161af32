"""How often the doctor is right: mutants of correct signing code, named by its first verdict."""

import random
from collections.abc import Callable

import pytest

from sandbox.doctor.remedies import REMEDIES
from tests.doctor import launch_mutants, v2_mutants, v3_mutants
from tests.doctor.mutants import Score

PAIRS = 25
ENOUGH = 0.95


@pytest.mark.parametrize(
    ("score", "least"),
    [(v2_mutants.score, 200), (v3_mutants.score, 200), (launch_mutants.score, 100)],
    ids=["v2", "v3", "launch"],
)
def test_at_least_95_in_100_mistakes_are_named(score: Callable[[int], Score], least: int) -> None:
    """Every mistake alone, and pairs that chance put together."""
    counted = score(PAIRS)

    assert counted.cases >= least
    assert counted.accuracy >= ENOUGH, "\n".join(counted.wrong)


@pytest.mark.parametrize(
    "score", [v2_mutants.score, v3_mutants.score, launch_mutants.score], ids=["v2", "v3", "launch"]
)
def test_every_single_mistake_is_named(score: Callable[[int], Score]) -> None:
    """Of one mistake alone none is missed."""
    assert score(0).wrong == []


def test_the_mutants_cover_the_table() -> None:
    """Each verdict that stands on the page of diagnoses has a mutant, or needs a journal and is tested elsewhere."""
    made = {mutation.code for message in v2_mutants.MESSAGES for mutation in v2_mutants.mutations(message)}
    made |= {mutation.code for request in v3_mutants.REQUESTS for mutation in v3_mutants.mutations(request)}
    made |= {mutation.code for kind in launch_mutants.KINDS for mutation in launch_mutants.v2_mutations(kind)}
    made |= {mutation.code for mutation in launch_mutants.v3_mutations("prepay_id=1")}

    assert made <= set(REMEDIES)
    assert set(REMEDIES) - made == ELSEWHERE


ELSEWHERE = {
    "PAY_SIGN_REUSED", "PAY_SIGN_TYPE", "SIGN_REUSED", "SIGN_SECONDARY", "SIGN_URL_DECODED",
    "NOTIFY_BODY_CHANGED", "NOTIFY_FORGED", "NOTIFY_HEADERS_LOST", "NOTIFY_OTHER_SERIAL",
    "NOTIFY_PROBE", "NOTIFY_RESOURCE_SEALED",
    "SIGN_VALUE_CHANGED", "V3_BODY_FORM", "V3_OTHER_MESSAGE", "V3_OTHER_SERIAL", "V3_QUERY_AS_BODY",
}  # fmt: skip
"""Verdicts that are tested one by one."""


def test_what_is_right_is_never_accused() -> None:
    """Neither of one mistake nor of two that cancel each other out."""
    for message in v2_mutants.MESSAGES:
        v2 = v2_mutants.case(message, v2_mutants.right_sign(message))
        assert (v2.single(), v2.pair()) == (None, None)
    for request in v3_mutants.REQUESTS:
        v3 = v3_mutants.case(request, v3_mutants.right_sign(request))
        assert (v3.single(), v3.pair()) == (None, None)


def test_a_signature_of_nothing_known_is_called_unknown() -> None:
    """Chance digits: no verdict, and it says so."""
    chance = random.Random(1)
    for message in v2_mutants.MESSAGES:
        said = v2_mutants.verdict(message, f"{chance.getrandbits(128):032X}")
        assert said.code == ""
        assert "unknown cause" in said.summary
        assert "原因不明" in said.summary_zh
