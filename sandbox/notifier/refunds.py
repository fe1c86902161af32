"""What a merchant is told of a refund, in either dialect."""

from typing import Any, NamedTuple

from sandbox.domain.order import Terms
from sandbox.domain.refund import Refund, RefundState
from sandbox.notifier.envelope import Told, sealed
from sandbox.notifier.letter import Letter, Writing
from sandbox.protocol import identifiers, reqinfo, wiretime, xml

SUMMARIES = {
    RefundState.SUCCESS: "退款成功",
    RefundState.ABNORMAL: "退款异常",
    RefundState.CLOSED: "退款关闭",
}
V2_STATES = {
    RefundState.SUCCESS: "SUCCESS",
    RefundState.ABNORMAL: "CHANGE",
    RefundState.CLOSED: "REFUNDCLOSE",
}
V2_ACCOUNTS = {"AVAILABLE": "REFUND_SOURCE_RECHARGE_FUNDS", "UNSETTLED": "REFUND_SOURCE_UNSETTLED_FUNDS"}


class News(NamedTuple):
    """What happened to a refund, however it stands by now."""

    refund: Refund
    state: RefundState
    time: int


def refund_v3(writing: Writing) -> Letter | None:
    """REFUND.SUCCESS, REFUND.ABNORMAL or REFUND.CLOSED; None when the refund is gone."""
    news = _news(writing)
    return None if news is None else told_v3(writing, news)


def refund_v2(writing: Writing) -> Letter | None:
    """An encrypted req_info; None when the refund or its order is gone."""
    news = _news(writing)
    order = None if news is None else writing.tx.order(news.refund.terms.mchid, news.refund.terms.out_trade_no)
    return None if news is None or order is None else told_v2(writing, order.terms, news)


def told_v3(writing: Writing, news: News) -> Letter:
    """REFUND.SUCCESS, REFUND.ABNORMAL or REFUND.CLOSED: this became of it."""
    told = Told(
        event_type=f"REFUND.{news.state}",
        original_type="refund",
        summary=SUMMARIES[news.state],
        created=news.time,
        plain=_plain(news),
    )
    return sealed(writing, told)


def told_v2(writing: Writing, terms: Terms, news: News) -> Letter:
    """Unsigned XML around an encrypted req_info: return_code bare, the identity, no return_msg (observed).

    `terms` are the order's.
    """
    ids, delivery, occasion = writing.tenant.ids, writing.delivery, writing.occasion
    inner = {**_root(news), **occasion.signed_fields}
    outer = {
        "return_code": "SUCCESS",
        "appid": terms.appid,
        "mch_id": terms.mchid,
        "sub_appid": terms.sub_appid,
        "sub_mch_id": terms.sub_mchid,
        "nonce_str": identifiers.nonce_str(ids.entropy("notice.nonce", delivery.id)),
        "req_info": reqinfo.seal(reqinfo.render(sorted(inner.items())), writing.merchant.api_key(writing.now)),
        **occasion.fields,
    }
    body = xml.render((name, value) for name, value in outer.items() if value)
    bare = body.replace(b"<![CDATA[SUCCESS]]></return_code>", b"SUCCESS</return_code>", 1)
    content_type = writing.tenant.settings.notify.v2_content_type
    return Letter({"Content-Type": content_type}, bare, "req_info" not in occasion.fields)


def _news(writing: Writing) -> News | None:
    refund = writing.tx.refund(writing.delivery.mchid, writing.delivery.subject)
    if refund is None:
        return None
    state = RefundState(writing.delivery.turn)
    step = next(step for step in reversed(refund.steps) if step.state is state)
    return News(refund, state, step.time)


def _plain(news: News) -> dict[str, Any]:
    """The plain text, in the observed order of keys."""
    terms = news.refund.terms
    head = {"sp_mchid": terms.mchid, "sub_mchid": terms.sub_mchid} if terms.sub_mchid else {"mchid": terms.mchid}
    arrived = {"success_time": wiretime.rfc3339(news.time)} if news.state is RefundState.SUCCESS else {}
    return {
        **head,
        "out_trade_no": terms.out_trade_no,
        "transaction_id": terms.transaction_id,
        "out_refund_no": terms.out_refund_no,
        "refund_id": news.refund.refund_id,
        "refund_status": news.state.value,
        **arrived,
        "amount": {
            "total": terms.total,
            "refund": terms.refund,
            "payer_total": terms.total,
            "payer_refund": terms.refund,
        },
        "user_received_account": news.refund.received_account,
    }


def _root(news: News) -> dict[str, str | int]:
    terms = news.refund.terms
    fields: dict[str, str | int] = {
        "out_refund_no": terms.out_refund_no,
        "out_trade_no": terms.out_trade_no,
        "refund_account": V2_ACCOUNTS[terms.funds_account],
        "refund_fee": terms.refund,
        "refund_id": news.refund.refund_id,
        "refund_recv_accout": news.refund.received_account,  # the platform's spelling
        "refund_request_source": terms.source.value,
        "refund_status": V2_STATES[news.state],
        "settlement_refund_fee": terms.refund,
        "settlement_total_fee": terms.total,
        "total_fee": terms.total,
        "transaction_id": terms.transaction_id,
    }
    if news.state is RefundState.SUCCESS:
        fields["success_time"] = wiretime.dashed(news.time)
    return fields
