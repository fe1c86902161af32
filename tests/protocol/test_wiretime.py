"""Times on the wire: Beijing, to the second, whatever the host's zone."""

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.protocol import wiretime

# 2022-02-14 10:57:06.789 in Beijing, the creation of a published prepay_id.
VALENTINE = 1644807426789


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Shanghai"])
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The same process in another time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_the_three_forms(host_zone: str) -> None:
    """Each form shows the Beijing wall clock and drops the milliseconds."""
    assert wiretime.compact(VALENTINE) == "20220214105706"
    assert wiretime.dashed(VALENTINE) == "2022-02-14 10:57:06"
    assert wiretime.rfc3339(VALENTINE) == "2022-02-14T10:57:06+08:00"
    assert wiretime.parse_compact("20220214105706") == VALENTINE - 789


def test_the_day_turns_at_beijing_midnight() -> None:
    """16:00 UTC is the next day."""
    assert wiretime.compact(1577807999999) == "20191231235959"
    assert wiretime.compact(1577808000000) == "20200101000000"


def test_a_rid_opens_with_the_unix_second() -> None:
    """66c69111 is 2024-08-22 09:14:57 in Beijing."""
    assert wiretime.rid_seconds(wiretime.parse_compact("20240822091457")) == "66c69111"


@pytest.mark.parametrize(
    "text", ["", "2022", "2022-02-14 10:57", "20220230000000", "20220214105760", "2022021410570６", " 20220214105706"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Another form, an impossible date and full-width digits raise ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        wiretime.parse_compact(text)


@given(st.integers(0, 4_102_444_800_000))
def test_compact_and_back_keeps_the_second(instant: int) -> None:
    """A round trip loses the milliseconds only."""
    assert wiretime.parse_compact(wiretime.compact(instant)) == instant // 1000 * 1000
