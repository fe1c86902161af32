"""What a merchant is told of a transfer, or of a batch, that came to its end."""

from sandbox.domain.transfer import FINAL, BatchStatus
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.platform.transfers import WHOLE_BATCH
from sandbox.protocol import wiretime


def transfer_v3(writing: Writing) -> Letter | None:
    """MCHTRANSFER.BILL.FINISHED or MCHTRANSFER.BATCH.FINISHED; None when what it tells of is gone."""
    told = _batch(writing) if writing.delivery.turn == WHOLE_BATCH else _bill(writing)
    return None if told is None else sealed(writing, told)


def _bill(writing: Writing) -> Told | None:
    """pay.weixin.qq.com/doc/v3/merchant/4012712115."""
    made = writing.tx.transfer(writing.delivery.mchid, writing.delivery.subject)
    if made is None or made.state not in FINAL:
        return None
    plain = {
        "out_bill_no": made.out_bill_no,
        "transfer_bill_no": made.transfer_bill_no,
        "state": made.state.value,
        "mch_id": made.mchid,
        "transfer_amount": made.amount,
        "openid": made.openid,
        **({"fail_reason": made.fail_reason.value} if made.fail_reason else {}),
        "create_time": wiretime.rfc3339(made.created),
        "update_time": wiretime.rfc3339(made.since),
        "payment_method_type": "CFT",
    }
    return Told(
        event_type="MCHTRANSFER.BILL.FINISHED",
        original_type="mch_payment",
        summary="商家转账单据终态通知",
        created=made.since,
        plain=plain,
    )


def _batch(writing: Writing) -> Told | None:
    """The notification of before 2025; unconfirmed."""
    made = writing.tx.batch(writing.delivery.mchid, writing.delivery.subject)
    if made is None or made.status is not BatchStatus.FINISHED:
        return None
    plain = {
        "mchid": made.mchid,
        "out_batch_no": made.out_batch_no,
        "batch_id": made.batch_id,
        "batch_status": made.status.value,
        "total_num": len(made.details),
        "total_amount": made.total,
        **made.outcome(),
        "update_time": wiretime.rfc3339(made.updated),
    }
    return Told(
        event_type="MCHTRANSFER.BATCH.FINISHED",
        original_type="mch_payment",
        summary="商家转账批次完成通知",
        created=made.updated,
        plain=plain,
    )
