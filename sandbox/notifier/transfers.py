"""What a merchant is told of a transfer that came to its end."""

from sandbox.domain.transfer import FINAL
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.protocol import wiretime


def transfer_v3(writing: Writing) -> Letter | None:
    """MCHTRANSFER.BILL.FINISHED (pay.weixin.qq.com/doc/v3/merchant/4012712115); None when the transfer is gone."""
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
    told = Told(
        event_type="MCHTRANSFER.BILL.FINISHED",
        original_type="mch_payment",
        summary="商家转账单据终态通知",
        created=made.since,
        plain=plain,
    )
    return sealed(writing, told)
