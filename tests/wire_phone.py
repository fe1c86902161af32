"""A shop and the phone in its customer's hand: orders over the gateway, launches with signatures of the test's own."""

from typing import Any

import msgspec
from wire_merchant import v2_sign

from sandbox.actions.verb import verbs

HOUR = 3_600_000
STAMP, NONCE = "1767225600", "e61463f8efa94090b1f366cccfbbb444"


class Phone:
    """`merchant` is the conftest's; the person holding the phone is 小明 unless said otherwise."""

    def __init__(self, merchant: Any) -> None:
        self.merchant = merchant
        self.tenant = merchant.tenant
        with self.tenant.transaction() as tx:
            self.openid = tx.user("xiaoming").openids[merchant.appid]
            self.other = tx.user("xiaohong").openids[merchant.appid]
        self.other_appid = next(appid for appid in self.tenant.apps if appid != merchant.appid)

    async def order(self, out_trade_no: str = "T1", **changes: str | None) -> dict[str, str]:
        """A unifiedorder that must succeed; its reply."""
        fields = self.merchant.order(out_trade_no, **{"openid": self.openid, **changes})
        reply: dict[str, str] = await self.merchant.post("/pay/unifiedorder", fields)
        assert reply.get("result_code") == "SUCCESS", reply
        return reply

    def launch(self, prepay_id: str, sign_type: str = "MD5", appid: str = "") -> dict[str, Any]:
        """The five arguments of wx.requestPayment, rightly signed."""
        params = {"timeStamp": STAMP, "nonceStr": NONCE, "package": f"prepay_id={prepay_id}", "signType": sign_type}
        return {**params, "paySign": self.sign({"appId": appid or self.merchant.appid, **params}, sign_type)}

    def payreq(self, prepay_id: str) -> dict[str, Any]:
        """What a server hands to its App, rightly signed."""
        fields = {
            "appid": self.merchant.appid,
            "partnerid": self.merchant.mch_id,
            "prepayid": prepay_id,
            "package": "Sign=WXPay",
            "noncestr": NONCE,
            "timestamp": STAMP,
        }
        return {**fields, "sign": self.sign(fields)}

    def sign(self, fields: dict[str, str], sign_type: str = "MD5") -> str:
        """By the merchant's key."""
        return v2_sign(fields, self.merchant.key, sign_type)

    async def do(self, verb: str, **args: Any) -> dict[str, Any]:
        """A verb as the control API would do it; its JSON."""
        found = verbs()[verb]
        desk = self.merchant.box.desk(self.tenant)
        answer = await found.run(desk, msgspec.convert(args, found.args))
        result: dict[str, Any] = msgspec.to_builtins(answer)
        return result

    async def request_payment(self, params: dict[str, Any], **more: Any) -> dict[str, Any]:
        """wx.requestPayment."""
        return await self.do("user.request_payment", params=params, **more)

    async def state(self, out_trade_no: str = "T1") -> str:
        """trade_state as the merchant queries it."""
        query = self.merchant.query(out_trade_no=out_trade_no)
        return str((await self.merchant.post("/pay/orderquery", query))["trade_state"])

    async def advance(self, ms: int) -> None:
        """Let time go by."""
        await self.do("clock.advance", by=ms / 1000)
