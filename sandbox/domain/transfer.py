"""Transfers: money on its way from a merchant to a payer, who has a day to take it; and the batches of before 2025.

pay.weixin.qq.com/doc/v3/merchant/4012716434, 4013778940.
"""

from enum import StrEnum

import msgspec

from sandbox.errors import Refusal, transfer

HOUR = 60 * 60 * 1000
CONFIRM_WITHIN = 24 * HOUR
REPEATABLE = 3 * 24 * HOUR  # how long the same request answers the same transfer
UNNAMED_BELOW = 30  # fen: no name is taken
NAMED_FROM = 200_000  # fen: a name is demanded
DEMANDED = {
    "1000": ("活动名称", "奖励说明"),
    "1005": ("岗位类型", "报酬说明"),
    "1009": ("采购商品名称",),
}
"""Transfer scene -> what its report must hold."""
PERCEPTIONS = {
    "1000": ("活动奖励", "现金奖励"),
    "1005": ("劳务报酬", "报销款", "企业补贴", "开工利是"),
    "1009": ("货款",),
}
"""Transfer scene -> what the payee may be told the money is."""


class TransferState(StrEnum):
    """Where the money is."""

    ACCEPTED = "ACCEPTED"
    PROCESSING = "PROCESSING"
    WAIT_USER_CONFIRM = "WAIT_USER_CONFIRM"
    TRANSFERING = "TRANSFERING"  # the platform's spelling
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    CANCELING = "CANCELING"
    CANCELLED = "CANCELLED"


FINAL = (TransferState.SUCCESS, TransferState.FAIL, TransferState.CANCELLED)
BEFORE_TAKEN = (TransferState.ACCEPTED, TransferState.PROCESSING, TransferState.WAIT_USER_CONFIRM)
CALLED_OFF = (TransferState.CANCELING, TransferState.CANCELLED)


class TransferFailure(StrEnum):
    """Why the money went back to the merchant."""

    NONE = ""
    OVERDUE_CLOSE = "OVERDUE_CLOSE"
    MCH_CANCEL = "MCH_CANCEL"
    PAYEE_ACCOUNT_ABNORMAL = "PAYEE_ACCOUNT_ABNORMAL"
    NAME_NOT_CORRECT = "NAME_NOT_CORRECT"
    OPENID_INVALID = "OPENID_INVALID"


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One out_bill_no of one mchid. `user_name` is in the clear, `since` the instant of the present state."""

    mchid: str
    out_bill_no: str
    transfer_bill_no: str
    package_info: str
    appid: str
    openid: str
    amount: int
    remark: str
    created: int
    since: int
    fingerprint: bytes
    state: TransferState
    user_name: str | None = None
    notify_url: str | None = None
    fail_reason: TransferFailure = TransferFailure.NONE

    def now(self, state: TransferState, at: int, fail_reason: TransferFailure = TransferFailure.NONE) -> "Transfer":
        """The transfer in another state since `at`."""
        return msgspec.structs.replace(self, state=state, since=at, fail_reason=fail_reason)

    def ensure_repeats(self, fingerprint: bytes, at: int) -> None:
        """The same request may be sent again for three days. Raises Refusal."""
        if self.fingerprint != fingerprint:
            expected = "the parameters of the first time"
            raise Refusal(transfer.TRANSFER_CHANGED, field="out_bill_no", came=self.out_bill_no, expected=expected)
        if at - self.created >= REPEATABLE:
            came = f"{self.out_bill_no}, first sent {(at - self.created) // HOUR} h ago"
            raise Refusal(transfer.TRANSFER_TOO_OLD, field="out_bill_no", came=came, expected="at most 72 h")

    def ensure_cancellable(self) -> None:
        """Nobody has taken it yet, or it is being called off already. Raises Refusal."""
        if self.state not in (*BEFORE_TAKEN, *CALLED_OFF):
            expected = f"one of {', '.join(BEFORE_TAKEN)}"
            raise Refusal(transfer.TRANSFER_NOT_CANCELLABLE, field="state", came=self.state.value, expected=expected)


def ensure_named_rightly(amount: int, user_name: str | None) -> None:
    """No name for small amounts, one for great ones. Raises Refusal."""
    came = f"{amount} fen {'without' if user_name is None else 'with'} user_name"
    if user_name is not None and amount < UNNAMED_BELOW:
        expected = f"no user_name below {UNNAMED_BELOW}"
        raise Refusal(transfer.SMALL_TRANSFER_NAMED, field="user_name", came=came, expected=expected)
    if user_name is None and amount >= NAMED_FROM:
        expected = f"user_name from {NAMED_FROM} on"
        raise Refusal(transfer.GREAT_TRANSFER_UNNAMED, field="user_name", came=came, expected=expected)


def ensure_reported(scene: str, infos: list[str], perception: str | None) -> None:
    """The scene's report is whole, and what the payee is told is one of its texts. Raises Refusal."""
    field = "transfer_scene_report_infos"
    demanded = DEMANDED.get(scene, ())
    if not infos:
        expected = ", ".join(demanded) or "the report of the scene"
        raise Refusal(transfer.SCENE_REPORT_MISSING, field=field, came="nothing", expected=expected)
    if not set(demanded) <= set(infos):
        expected = f"{', '.join(demanded)} for scene {scene}"
        raise Refusal(transfer.SCENE_REPORT_INCOMPLETE, field=field, came=", ".join(infos), expected=expected)
    texts = PERCEPTIONS.get(scene, ())
    if perception is not None and texts and perception not in texts:
        expected = f"one of {', '.join(texts)}"
        raise Refusal(transfer.PERCEPTION_UNKNOWN, field="user_recv_perception", came=perception, expected=expected)


class DetailStatus(StrEnum):
    """Where one transfer of a batch stands."""

    INIT = "INIT"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"


class BatchStatus(StrEnum):
    """Where a batch stands."""

    ACCEPTED = "ACCEPTED"
    PROCESSING = "PROCESSING"
    FINISHED = "FINISHED"


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer of a batch."""

    out_detail_no: str
    detail_id: str
    amount: int
    remark: str
    openid: str
    user_name: str | None = None
    status: DetailStatus = DetailStatus.INIT
    fail_reason: TransferFailure = TransferFailure.NONE


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One out_batch_no of one mchid."""

    mchid: str
    out_batch_no: str
    batch_id: str
    appid: str
    name: str
    remark: str
    created: int
    updated: int
    fingerprint: bytes
    details: tuple[Detail, ...]
    scene: str | None = None
    notify_url: str | None = None
    status: BatchStatus = BatchStatus.ACCEPTED

    @property
    def total(self) -> int:
        """Fen of all details."""
        return sum(detail.amount for detail in self.details)

    def these(self, status: DetailStatus) -> list[Detail]:
        """The details in this state."""
        return [detail for detail in self.details if detail.status is status]

    def outcome(self) -> dict[str, int]:
        """How much and how many arrived, and did not, as the platform spells it."""
        counted: dict[str, int] = {}
        for word, status in (("success", DetailStatus.SUCCESS), ("fail", DetailStatus.FAIL)):
            ended = self.these(status)
            counted |= {f"{word}_amount": sum(one.amount for one in ended), f"{word}_num": len(ended)}
        return counted
