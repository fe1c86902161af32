"""One payment from login to notification, played for real, hop by hop, as sandbox and shop have it on record."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from sandbox.cli.shop import Shop
from sandbox.control.client import ControlClient
from sandbox.protocol import v2sign, xml


class Words(NamedTuple):
    """A sentence in both languages."""

    en: str
    zh: str


class Hop(msgspec.Struct, frozen=True, kw_only=True):
    """One call: who made it to whom, what was signed, sent and answered (label, text), and what it is for."""

    who: Words
    call: str
    lines: tuple[tuple[Words, str], ...]
    why: Words


class Broken(Exception):
    """The flow did not go through; the message says where and how."""


SIGNED = Words("signed", "签名原文")
SENT = Words("sent", "请求")
BACK = Words("answer", "应答")
VERDICT = Words("verdict", "结论")

SIGN_FIELDS = ("appId", "timeStamp", "nonceStr", "package", "signType")


class Walkthrough:
    """Plays the flow once; `facts` grows as it goes and is all there when `play` has ended."""

    def __init__(self, control: ControlClient, shop: Shop, appid: str, api_key: str) -> None:
        self.facts: dict[str, Any] = {}
        self._control = control
        self._shop = shop
        self._appid = appid
        self._api_key = api_key

    async def play(self) -> AsyncIterator[Hop]:
        """The hops as they happen. Raises Broken; ControlError and ShopFailed pass through."""
        phone = await self._control.call("user.login")
        yield _login_code(phone)
        yield await self._log_in(phone)
        offered = await self._shop.ask("POST", "/orders", {"item": "coffee"})
        self.facts["out_trade_no"] = offered["order_no"]
        yield await self._order(offered)
        yield self._launch(offered["payment"])
        yield await self._pay(phone, offered["payment"])
        await self._control.call("notify.settle")
        yield await self._notification()
        yield await self._record()

    async def _log_in(self, phone: Mapping[str, str]) -> Hop:
        answer = await self._shop.ask("POST", "/login", {"code": phone["code"]})
        self._shop.token = answer["token"]
        exchange = await self._exchange("login.jscode2session")
        return Hop(
            who=Words("shop → platform", "商户后端 → 平台"),
            call=f"GET {urlsplit(exchange['target']).path}",
            lines=(
                (SENT, _spaced(parse_qsl(urlsplit(exchange["target"]).query))),
                (BACK, f"HTTP {exchange['status']} {exchange['response']}"),
            ),
            why=Words(
                "The page gave the code to the shop's server, which now knows the openid and opens its own session.",
                "小程序把 code 交给商户后端，后端换得 openid，并建立自己的会话。",
            ),
        )

    async def _order(self, offered: Mapping[str, Any]) -> Hop:
        exchange = await self._exchange("v2.unifiedorder", self.facts["out_trade_no"])
        sent, answer = xml.parse(exchange["request"].encode()), xml.parse(exchange["response"].encode())
        self._signed(answer, answer["sign"])
        self.facts["prepay_id"] = answer["prepay_id"]
        return Hop(
            who=Words("shop → platform", "商户后端 → 平台"),
            call=f"POST {exchange['target']}",
            lines=(
                (SIGNED, self._signed(sent, sent["sign"])),
                (SENT, _spaced(sent.items())),
                (BACK, _spaced(answer.items())),
            ),
            why=Words(
                f"The order of {offered['total']} fen exists. The platform checked the sign; its answer is signed too.",
                f"订单（{offered['total']} 分）已创建。平台已验签，应答同样带签名。",
            ),
        )

    def _launch(self, payment: Mapping[str, str]) -> Hop:
        signed = {"appId": self._appid, **{name: payment[name] for name in SIGN_FIELDS if name in payment}}
        return Hop(
            who=Words("shop → mini program", "商户后端 → 小程序"),
            call="wx.requestPayment(…)",
            lines=(
                (SIGNED, self._signed(signed, payment["paySign"])),
                (SENT, _spaced(payment.items())),
            ),
            why=Words(
                "The second sign: over five names spelled exactly so, appId among them, with the same API key.",
                "二次签名：五个参数名大小写固定，含 appId，使用同一 API 密钥。",
            ),
        )

    async def _pay(self, phone: Mapping[str, str], payment: Mapping[str, str]) -> Hop:
        outcome = await self._control.call("user.request_payment", {"params": payment, "user": phone["user"]})
        if not outcome["paid"]:
            raise Broken(f"the phone did not pay: {outcome['dialog']} / {outcome['errMsg']}")
        self.facts["transaction_id"] = outcome["transaction_id"]
        return Hop(
            who=Words("phone → platform", "手机 → 平台"),
            call="wx.requestPayment",
            lines=(
                (BACK, f"errMsg {outcome['errMsg']}"),
                (VERDICT, f"transaction_id {outcome['transaction_id']}"),
            ),
            why=Words(
                f"paySign fits, {outcome['user']} is the order's payer, the password is right: paid. What the page"
                " hears is only a hint; the notification counts.",
                f"paySign 正确，{outcome['user']} 正是下单的用户，密码正确：已支付。小程序听到的只是提示，以通知为准。",
            ),
        )

    async def _notification(self) -> Hop:
        told = await self._control.call("notify.list", {"out_trade_no": self.facts["out_trade_no"]})
        if not told["notifications"] or not told["notifications"][0]["attempts"]:
            raise Broken("the platform sent no notification")
        delivery = told["notifications"][0]
        attempt = delivery["attempts"][-1]
        if not delivery["acknowledged"]:
            raise Broken(f"the shop did not acknowledge the notification: {attempt['verdict']} {attempt['reason']}")
        self.facts["notification"] = {
            name: attempt[name] for name in ("url", "verdict", "status", "request", "response")
        }
        fields = xml.parse(attempt["request"].encode())
        return Hop(
            who=Words("platform → shop", "平台 → 商户后端"),
            call=f"POST {attempt['url']}",
            lines=(
                (SIGNED, self._signed(fields, fields["sign"])),
                (SENT, _spaced(fields.items())),
                (BACK, f"HTTP {attempt['status']} {attempt['response']}"),
                (VERDICT, f"{attempt['verdict']} ({attempt['took']} ms)"),
            ),
            why=Words(
                "The shop verified the sign, compared appid, mch_id and amount, stored it, and only then said SUCCESS.",
                "商户验签，核对 appid、mch_id 与金额，落库之后才回 SUCCESS。",
            ),
        )

    async def _record(self) -> Hop:
        path = f"/orders/{self.facts['out_trade_no']}"
        record = await self._shop.ask("GET", path)
        self.facts["merchant"] = record
        if record["status"] != "paid" or record["transaction_id"] != self.facts["transaction_id"]:
            raise Broken(f"the shop's record does not agree: {record}")
        return Hop(
            who=Words("mini program → shop", "小程序 → 商户后端"),
            call=f"GET {path}",
            lines=((BACK, _spaced(record.items())),),
            why=Words(
                f"The merchant's own record: {record['status']}, shipped {record['shipped']} time(s), learned by"
                f" {record['learned_by']}.",
                f"商户自己的记录：{record['status']}，已发货 {record['shipped']} 次，得知途径 {record['learned_by']}。",
            ),
        )

    async def _exchange(self, endpoint: str, out_trade_no: str = "") -> dict[str, Any]:
        """The newest exchange of this endpoint, from the sandbox's journal. Raises Broken when it was refused."""
        wanted = {"endpoint": endpoint, "out_trade_no": out_trade_no, "limit": 1}
        told = await self._control.call("exchanges.list", wanted)
        if not told["exchanges"]:
            raise Broken(f"the journal has no {endpoint}")
        exchange: dict[str, Any] = told["exchanges"][-1]
        if exchange["problem"]:
            raise Broken(f"{endpoint} was refused: {exchange['problem']} {exchange['said']}")
        return exchange

    def _signed(self, fields: Mapping[str, str], sign: str) -> str:
        """How this signature comes about. Raises Broken when it does not."""
        if sign != v2sign.sign(fields, self._api_key):
            raise Broken(f"the signature {sign} does not fit {dict(fields)}")
        return f"MD5({v2sign.string_to_sign(fields)}&key={self._api_key}) = {sign}"


def _login_code(phone: Mapping[str, str]) -> Hop:
    return Hop(
        who=Words("phone → mini program", "手机 → 小程序"),
        call="wx.login",
        lines=((BACK, f"code {phone['code']}"),),
        why=Words(
            f"{phone['user']} opened the mini program; the code says so, once, within five minutes.",
            f"{phone['user']} 打开小程序；code 只能用一次，五分钟内有效。",
        ),
    )


def _spaced(pairs: Iterable[tuple[str, Any]]) -> str:
    return "  ".join(f"{name}={value}" for name, value in pairs)
