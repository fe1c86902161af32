"""What a merchant is told of a share that arrived: one notification for each receiver."""

from typing import Any

from sandbox.domain.sharing import Share, Sharing
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.protocol import wiretime


def share_v3(writing: Writing) -> Letter | None:
    """TRANSACTION.SUCCESS of a profitsharing; None when it is gone."""
    delivery = writing.delivery
    made = writing.tx.sharing(delivery.mchid, delivery.subject)
    share = None if made is None else next((one for one in made.shares if one.detail_id == delivery.turn), None)
    if made is None or share is None or made.finished is None:
        return None
    told = Told(
        event_type="TRANSACTION.SUCCESS",
        original_type="profitsharing",
        summary="分账",
        created=made.finished,
        plain=_arrived(made, share, made.finished),
    )
    return sealed(writing, told)


def _arrived(made: Sharing, share: Share, at: int) -> dict[str, Any]:
    """The plain text; pay.weixin.qq.com/doc/v3/merchant/4012289679."""
    whose = {"sp_mchid": made.mchid, "sub_mchid": made.sub_mchid} if made.sub_mchid else {"mchid": made.mchid}
    return {
        **whose,
        "transaction_id": made.transaction_id,
        "order_id": made.order_id,
        "out_order_no": made.out_order_no,
        "receiver": {
            "type": share.type.value,
            "account": share.account,
            "amount": share.amount,
            "description": share.description,
        },
        "success_time": wiretime.rfc3339(at),
    }
