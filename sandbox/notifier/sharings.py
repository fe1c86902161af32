"""What a merchant is told of money that was shared, one notification for each receiver, or given back."""

from typing import Any

from sandbox.domain.sharing import ReceiverType, Return, Sharing
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.platform.sharings import RETURNED
from sandbox.protocol import wiretime


def sharing_v3(writing: Writing) -> Letter | None:
    """TRANSACTION.SUCCESS of a profitsharing; None when it is gone."""
    news = _returned(writing) if writing.delivery.turn == RETURNED else _arrived(writing)
    if news is None:
        return None
    summary, at, plain = news
    told = Told(
        event_type="TRANSACTION.SUCCESS",
        original_type="profitsharing",
        summary=summary,
        created=at,
        plain={**plain, "success_time": wiretime.rfc3339(at)},
    )
    return sealed(writing, told)


def _arrived(writing: Writing) -> tuple[str, int, dict[str, Any]] | None:
    delivery = writing.delivery
    made = writing.tx.sharing(delivery.mchid, delivery.subject)
    share = None if made is None else next((one for one in made.shares if one.detail_id == delivery.turn), None)
    if made is None or share is None or made.finished is None:
        return None
    plain = {
        **_whose(made),
        "transaction_id": made.transaction_id,
        "order_id": made.order_id,
        "out_order_no": made.out_order_no,
        "receiver": _receiver(share.type, share.account, share.amount, share.description),
    }
    return "分账", made.finished, plain


def _returned(writing: Writing) -> tuple[str, int, dict[str, Any]] | None:
    made = writing.tx.sharing_return(writing.delivery.mchid, writing.delivery.subject)
    source = None if made is None else writing.tx.sharing_by_id(made.order_id)
    if made is None or source is None or made.finished is None:
        return None
    plain = {
        **_whose(made),
        "transaction_id": source.transaction_id,
        "order_id": made.return_id,
        "out_order_no": made.out_return_no,
        "receiver": _receiver(ReceiverType.MERCHANT_ID, made.return_mchid, made.amount, made.description),
    }
    return "分账回退", made.finished, plain


def _whose(made: Sharing | Return) -> dict[str, str]:
    if made.sub_mchid:
        return {"sp_mchid": made.mchid, "sub_mchid": made.sub_mchid}
    return {"mchid": made.mchid}


def _receiver(type: ReceiverType, account: str, amount: int, description: str) -> dict[str, Any]:
    """pay.weixin.qq.com/doc/v3/merchant/4012289679."""
    return {"type": type.value, "account": account, "amount": amount, "description": description}
