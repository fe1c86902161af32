"""Mistakes at the till."""

from merchant_demo.errors import Refusal, ResultFail
from merchant_demo.flaws.catalogue import Flaw
from merchant_demo.orders import Order
from merchant_demo.payment import Standing
from merchant_demo.till import Till
from merchant_demo.v2.channel import Channel, Reply
from merchant_demo.v2.client import V2WeChatPay


class UserPayingIsFailure(V2WeChatPay):
    async def charge(self, order: Order, auth_code: str, ip: str) -> Standing:
        standing = await super().charge(order, auth_code, ip)
        if standing.payment is None:
            raise ResultFail("/pay/micropay", standing.state, "")
        return standing


class UserPayingIsPaid(Till):
    def learn(self, order: Order, standing: Standing) -> None:
        self._orders.settle(order.no, None, "till")


class NeverReverses(Till):
    async def call_off(self, order: Order) -> None:
        self._orders.close(order.no)


class ReversesOnce(Till):
    async def call_off(self, order: Order) -> None:
        try:
            await super().call_off(order)
        except Refusal:
            self._orders.close(order.no)


class IgnoresRecall(V2WeChatPay):
    async def reverse(self, no: str) -> bool:
        await super().reverse(no)
        return True


class ChargesAgain(Till):
    async def undecided(self, order: Order, auth_code: str, ip: str) -> Order:
        self._orders.close(order.no)
        return await self.sell(order.user, auth_code, order.total, ip)


class SystemErrorIsRefusal(Channel):
    def check_result(self, path: str, reply: Reply, needs: tuple[str, ...]) -> None:
        fields = reply.fields
        if fields.get("result_code") != "SUCCESS":
            raise ResultFail(path, fields.get("err_code", "FAIL"), fields.get("err_code_des", ""))
        super().check_result(path, reply, needs)


FLAWS = (
    Flaw(
        "userpaying-is-failure",
        "gives a sale up while the payer is typing the password",
        "用户正在输密码（USERPAYING）就当作支付失败",
        (UserPayingIsFailure,),
    ),
    Flaw(
        "userpaying-is-paid",
        "hands the goods over while the payer is typing the password",
        "用户正在输密码（USERPAYING）就当作支付成功",
        (UserPayingIsPaid,),
    ),
    Flaw(
        "never-reverses",
        "gives an undecided sale up without calling it off on the platform",
        "付款码支付超时后放弃，却不撤销订单",
        (NeverReverses,),
    ),
    Flaw(
        "reverses-once",
        "does not repeat a reversal that was not answered",
        "撤销超时后不再重试",
        (ReversesOnce,),
    ),
    Flaw(
        "ignores-recall",
        "does not repeat a reversal although recall says so",
        "撤销应答 recall=Y 却不再次撤销",
        (IgnoresRecall,),
    ),
    Flaw(
        "charges-again",
        "charges under a new number when an answer does not come",
        "付款码扣款超时后换单号再扣一次",
        (ChargesAgain,),
    ),
    Flaw(
        "systemerror-is-refusal",
        "takes SYSTEMERROR for a refusal, although the payer may have been charged",
        "把 SYSTEMERROR 当作明确失败，不查单也不撤销",
        (SystemErrorIsRefusal,),
    ),
)
