"""Mistakes in believing what the platform, or somebody in its place, answers."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.orders import Order
from merchant_demo.payment import Payment
from merchant_demo.reconcile import Reconciler
from merchant_demo.v2.channel import Reply
from merchant_demo.v2.client import V2WeChatPay
from merchant_demo.v3.channel import Channel
from merchant_demo.v3.channel import Reply as V3Reply


class BelievesReplies(V2WeChatPay):
    def check_reply(self, path: str, reply: Reply) -> None:
        pass


class BelievesRepliesV3(Channel):
    async def check_reply(self, reply: V3Reply) -> None:
        pass


class BelievesCertificates(Channel):
    def check_certificates(self, reply: V3Reply, known: Mapping[str, RSAPublicKey]) -> None:
        pass


class QueryIgnoresAmount(Reconciler):
    def difference(self, payment: Payment, order: Order) -> str | None:
        return None


class BelievesAnyAnswer(Reconciler):
    def check_answer(self, payment: Payment, order: Order) -> None:
        pass


FLAWS = (
    Flaw(
        "believes-replies",
        "does not verify the platform's answers",
        "不验证微信支付应答的签名",
        (BelievesReplies, BelievesRepliesV3),
    ),
    Flaw(
        "believes-certificates",
        "does not verify the answer that brings new platform certificates",
        "下载平台证书时不验证应答的签名",
        (BelievesCertificates,),
    ),
    Flaw(
        "query-ignores-amount",
        "does not compare the amount that a query answers",
        "查单时不核对金额",
        (QueryIgnoresAmount,),
    ),
    Flaw(
        "believes-any-answer",
        "does not compare the order number that a query answers",
        "查单应答里的订单号与所查的不一致也采信",
        (BelievesAnyAnswer,),
    ),
)
