"""The ladder: when the next attempt is due."""

from itertools import pairwise

import pytest

from sandbox.domain.settings import TenantSettings, merged
from sandbox.notifier import ladder
from sandbox.platform import outbox

NOW = 1_767_225_600_000


def climb(settings: TenantSettings) -> list[float]:
    """The instants of all attempts, in seconds after the first."""
    due, instants = NOW, [0.0]
    for attempts in range(1, 100):
        following = ladder.next_due(outbox.PAYMENT, attempts, due, settings)
        if following is None:
            return instants
        due = following
        instants.append((due - NOW) / 1000)
    raise AssertionError("no end")


def test_the_payments_ladder() -> None:
    """At once, then 15 retries with the documented steps; the last is 24 h 4 min after the first."""
    instants = climb(TenantSettings())

    steps = [b - a for a, b in pairwise(instants)]
    assert steps == [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]
    assert len(instants) == 16
    assert instants[-1] == 24 * 3600 + 4 * 60


@pytest.mark.parametrize(("steps", "instants"), [([], [0]), ([1.5, 2], [0, 1.5, 3.5]), ([0, 0], [0, 0, 0])])
def test_a_tenant_may_choose_its_own(steps: list[float], instants: list[float]) -> None:
    """The setting replaces every step; an empty one is a single attempt."""
    assert climb(merged(TenantSettings(), {"notify.ladder": steps})) == instants


def test_a_step_counts_from_the_instant_the_last_was_due() -> None:
    """However long the merchant took to answer."""
    assert ladder.next_due(outbox.PAYMENT, 1, NOW + 7, TenantSettings()) == NOW + 15_007
