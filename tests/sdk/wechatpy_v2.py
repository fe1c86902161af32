"""wechatpy's payment client under `run`: reads one JSON command a line from stdin and prints one JSON result a line."""

import json
import os
import sys
from typing import Any

from wechatpy.exceptions import InvalidSignatureException, WeChatPayException
from wechatpy.pay import WeChatPay


def told(name: str) -> str:
    """Who we are."""
    return os.environ[f"WECHATPAY_SANDBOX_{name}"]


class Wechatpy:
    """The contract's calls."""

    def __init__(self) -> None:
        self._pay = self._client(rehearsal=False)

    def _client(self, rehearsal: bool) -> WeChatPay:
        files = {"mch_cert": told("CERT"), "mch_key": told("KEY")}
        return WeChatPay(told("APPID"), told("API_KEY"), told("MCH_ID"), **files, timeout=10, sandbox=rehearsal)

    def rehearse(self) -> Any:
        self._pay = self._client(rehearsal=True)
        return {}

    def order(self, out_trade_no: str, openid: str, total_fee: int, notify_url: str) -> Any:
        placed = self._pay.order.create("JSAPI", "茶叶", total_fee, notify_url, "127.0.0.1", openid, out_trade_no)
        return self._pay.jsapi.get_jsapi_params(self._verified(placed)["prepay_id"])

    def query(self, out_trade_no: str) -> Any:
        return self._verified(self._pay.order.query(out_trade_no=out_trade_no))

    def close(self, out_trade_no: str) -> Any:
        return self._verified(self._pay.order.close(out_trade_no))

    def refund(self, total_fee: int, refund_fee: int, out_refund_no: str, **more: str) -> Any:
        return self._verified(self._pay.refund.apply(total_fee, refund_fee, out_refund_no, **more))

    def query_refund(self, **numbers: str) -> Any:
        return self._verified(self._pay.refund.query(**numbers))

    def micropay(self, out_trade_no: str, total_fee: int, auth_code: str) -> Any:
        return self._verified(self._pay.micropay.create("茶叶", total_fee, auth_code, "127.0.0.1", out_trade_no))

    def reverse(self, out_trade_no: str) -> Any:
        return self._verified(self._pay.order.reverse(out_trade_no=out_trade_no))

    def transfer(self, partner_trade_no: str, openid: str, amount: int) -> Any:
        return self._pay.transfer.transfer(openid, amount, "茶叶", "127.0.0.1", "NO_CHECK", None, partner_trade_no)

    def payment_notification(self, body: str) -> Any:
        return self._pay.parse_payment_result(body)

    def refund_notification(self, body: str) -> Any:
        return self._pay.parse_refund_notify_result(body)

    def bill(self, bill_date: str) -> Any:
        return {"text": self._pay.tools.download_bill(bill_date)}

    def _verified(self, answer: Any) -> Any:
        """The SDK leaves it to the shop to ask it whether the sign fits."""
        if not self._pay.check_signature(answer):
            raise InvalidSignatureException
        return answer


def main() -> None:
    """Until stdin ends."""
    sdk = Wechatpy()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            result = getattr(sdk, command.pop("do"))(**command)
        except InvalidSignatureException:
            result = {"refused": "the sign does not fit"}
        except WeChatPayException as error:
            result = {"error": error.errcode or error.return_msg}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
