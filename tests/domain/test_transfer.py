"""What may be sent to a payer, under which name, with which report, and how long a request may be repeated."""

from collections.abc import Callable

import pytest

from sandbox.domain.transfer import (
    REPEATABLE,
    Transfer,
    TransferState,
    ensure_named_rightly,
    ensure_reported,
)
from sandbox.errors import Refusal, Row, transfer


def a_transfer(state: TransferState = TransferState.WAIT_USER_CONFIRM) -> Transfer:
    """Sent at 0."""
    return Transfer(
        mchid="1900000001", out_bill_no="B", transfer_bill_no="133", package_info="p", appid="wx", openid="o",
        amount=30, remark="", created=0, since=0, fingerprint=b"f", state=state,
    )  # fmt: skip


def refused(row: Row, ensure: Callable[[], None]) -> None:
    """It is refused with this row."""
    with pytest.raises(Refusal) as refusal:
        ensure()
    assert refusal.value.row is row


@pytest.mark.parametrize("amount", [1, 29, 30, 199_999, 200_000, 10_000_000])
def test_a_name_goes_with_the_amount(amount: int) -> None:
    """None below 0.30 yuan, one from 2,000 yuan on, either in between."""
    if amount < 30:
        refused(transfer.SMALL_TRANSFER_NAMED, lambda: ensure_named_rightly(amount, "小明"))
    else:
        ensure_named_rightly(amount, "小明")
    if amount >= 200_000:
        refused(transfer.GREAT_TRANSFER_UNNAMED, lambda: ensure_named_rightly(amount, None))
    else:
        ensure_named_rightly(amount, None)


@pytest.mark.parametrize(
    ("scene", "infos", "perception", "row"),
    [
        ("1000", ["活动名称", "奖励说明"], "现金奖励", None),
        ("1000", ["奖励说明", "活动名称"], None, None),
        ("1000", [], None, transfer.SCENE_REPORT_MISSING),
        ("1000", ["活动名称"], None, transfer.SCENE_REPORT_INCOMPLETE),
        ("1000", ["活动名称", "奖励说明"], "货款", transfer.PERCEPTION_UNKNOWN),
        ("1005", ["岗位类型", "报酬说明"], "报销款", None),
        ("9999", ["anything"], "anything", None),
        ("9999", [], None, transfer.SCENE_REPORT_MISSING),
    ],
)
def test_a_scene_is_reported(scene: str, infos: list[str], perception: str | None, row: Row | None) -> None:
    """A known scene demands its own lines and knows its texts; one we do not know demands some report."""
    if row is None:
        ensure_reported(scene, infos, perception)
    else:
        refused(row, lambda: ensure_reported(scene, infos, perception))


def test_a_request_may_be_repeated_for_three_days() -> None:
    """Changed it is refused at any time."""
    made = a_transfer()
    made.ensure_repeats(b"f", REPEATABLE - 1)
    refused(transfer.TRANSFER_TOO_OLD, lambda: made.ensure_repeats(b"f", REPEATABLE))
    refused(transfer.TRANSFER_CHANGED, lambda: made.ensure_repeats(b"g", 0))


@pytest.mark.parametrize("state", TransferState)
def test_only_what_nobody_took_is_called_off(state: TransferState) -> None:
    """Calling off twice is fine."""
    made = a_transfer(state)
    if state in (TransferState.TRANSFERING, TransferState.SUCCESS, TransferState.FAIL):
        refused(transfer.TRANSFER_NOT_CANCELLABLE, made.ensure_cancellable)
    else:
        made.ensure_cancellable()
