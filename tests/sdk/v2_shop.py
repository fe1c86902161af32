"""What a shop does through an API v2 SDK, started unchanged by `run`, the same for each of them.

An SDK is a program that reads JSON commands (`programs.py`) and knows who it is from the WECHATPAY_SANDBOX_* that `run`
sets; its SDK calls https://api.mch.weixin.qq.com. It answers with what the SDK read, named as on the wire;
`{"error": code}` is a refusal by the platform, `{"refused": text}` a message whose sign did not fit.
"""

import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from live_sandbox import Inbox, LiveSandbox
from programs import Program, program
from v3_contract import feature

TOTAL = 199


class Shop:
    """The running program, and the sandbox that stands in the platform's place for it."""

    def __init__(self, running: Program, sandbox: LiveSandbox) -> None:
        self.do = running.do
        self.sandbox = sandbox
        self.openid = str(sandbox.call("POST", "/login-codes", {})["openid"])
        self._numbers = itertools.count(1)

    def number(self) -> str:
        """A number that no order has."""
        return f"V2{next(self._numbers):07}"

    def order(self, number: str, notices: Inbox) -> Any:
        """Order through the SDK; the launch parameters that it signs."""
        return self.do("order", out_trade_no=number, openid=self.openid, total_fee=TOTAL, notify_url=notices.url)

    def paid(self, notices: Inbox) -> str:
        """Order, and let the payer pay; the order's number."""
        number = self.number()
        launch = self.order(number, notices)
        assert "package" in launch, launch
        self.sandbox.call("POST", "/pay", {"out_trade_no": number})
        return number

    def refund(self, number: str, fee: int, refunds: Inbox) -> Any:
        """Refund a part of a paid order through the SDK."""
        numbers = {"out_trade_no": number, "out_refund_no": f"R{number}"}
        return self.do("refund", **numbers, total_fee=TOTAL, refund_fee=fee, notify_url=refunds.url)


@contextmanager
def shop(folder: Path, *command: str, options: tuple[str, ...] = ()) -> Iterator[Shop]:
    """Start the program under `run`, and end it. Its first line, before it is itself, is where the sandbox is."""
    announced = ["sh", "-c", 'echo "$WECHATPAY_SANDBOX_URL"; exec "$@"', "sh", *command]
    run = [sys.executable, "-m", "sandbox", "run", "--quiet", "--virtual", "--data-dir", str(folder), *options, "--"]
    with program([*run, *announced]) as running:
        yield Shop(running, LiveSandbox({"url": running.line("the sandbox's URL")}))


class V2Contract:
    """A subclass names its SDK in `sdk_name`, the way in `door`, and a fixture `sdk` gives its shop."""

    door = "run"

    @feature("order")
    def test_order_and_launch(self, sdk: Shop, notices: Inbox) -> None:
        """The launch parameters that the SDK signs open the cashier."""
        launch = sdk.order(sdk.number(), notices)

        params = {name: launch[name] for name in ("timeStamp", "nonceStr", "package", "signType", "paySign")}
        asked = {"params": params, "appid": launch["appId"], "openid": sdk.openid}
        paid = sdk.sandbox.call("POST", "/request-payment", asked)

        assert paid["errMsg"] == "requestPayment:ok", paid

    @feature("notification")
    def test_notification(self, sdk: Shop, notices: Inbox) -> None:
        """The SDK verifies the sign of what the platform says of a payment, and reads it."""
        number = sdk.paid(notices)

        told = sdk.do("payment_notification", body=notices.first().decode())

        assert (told["out_trade_no"], int(told["total_fee"]), told["openid"]) == (number, TOTAL, sdk.openid), told

    @feature("query")
    def test_query(self, sdk: Shop, notices: Inbox) -> None:
        """NOTPAY before the payment, the transaction after it."""
        number = sdk.number()
        sdk.order(number, notices)
        before = sdk.do("query", out_trade_no=number)
        sdk.sandbox.call("POST", "/pay", {"out_trade_no": number})

        after = sdk.do("query", out_trade_no=number)

        assert before["trade_state"] == "NOTPAY", before
        assert (after["trade_state"], int(after["total_fee"])) == ("SUCCESS", TOTAL), after
        assert after["transaction_id"].startswith("42")

    @feature("close")
    def test_close(self, sdk: Shop, notices: Inbox) -> None:
        """A success to the SDK, and the order is closed."""
        number = sdk.number()
        sdk.order(number, notices)

        assert sdk.do("close", out_trade_no=number)["result_code"] == "SUCCESS"
        assert sdk.do("query", out_trade_no=number)["trade_state"] == "CLOSED"

    @feature("refund with certificate")
    def test_refund(self, sdk: Shop, notices: Inbox) -> None:
        """The SDK shows the merchant's certificate, and nothing was waived for it; a number is refunded once."""
        number = sdk.paid(notices)

        accepted = sdk.refund(number, 99, notices)
        again = sdk.refund(number, 99, notices)

        asked = sdk.sandbox.call("GET", "/exchanges?endpoint=v2.refund")["exchanges"]
        assert (accepted["out_refund_no"], int(accepted["refund_fee"])) == (f"R{number}", 99), accepted
        assert again["refund_id"] == accepted["refund_id"]
        assert [one["notes"] for one in asked[-2:]] == [[], []]

    @feature("refund query")
    def test_refund_query(self, sdk: Shop, notices: Inbox) -> None:
        """PROCESSING at first, SUCCESS when the money is back: as the first of one refund."""
        number = sdk.paid(notices)
        accepted = sdk.refund(number, 99, notices)
        before = sdk.do("query_refund", out_refund_no=f"R{number}")
        sdk.sandbox.call("POST", "/clock/advance", {"by": "1m"})

        after = sdk.do("query_refund", out_refund_no=f"R{number}")

        assert before["refund_status_0"] == "PROCESSING", before
        assert (after["refund_status_0"], after["refund_id_0"]) == ("SUCCESS", accepted["refund_id"]), after
        assert (int(after["refund_count"]), int(after["refund_fee_0"])) == (1, 99)

    @feature("refund notification")
    def test_refund_notification(self, sdk: Shop, notices: Inbox, refunds: Inbox) -> None:
        """The SDK decrypts what the platform says of a refund."""
        number = sdk.paid(notices)
        sdk.refund(number, TOTAL, refunds)
        sdk.sandbox.call("POST", "/clock/advance", {"by": "1m"})

        told = sdk.do("refund_notification", body=refunds.first().decode())

        assert (told["out_refund_no"], told["refund_status"]) == (f"R{number}", "SUCCESS"), told
        assert int(told["refund_fee"]) == TOTAL

    @feature("code payment, reversed")
    def test_micropay_and_reverse(self, sdk: Shop) -> None:
        """The payer's code is charged at once, and once; the reversal, with the certificate, gives the money back."""
        code, number = sdk.sandbox.call("POST", "/payment-codes", {})["auth_code"], sdk.number()

        charged = sdk.do("micropay", out_trade_no=number, total_fee=TOTAL, auth_code=code)
        again = sdk.do("micropay", out_trade_no=sdk.number(), total_fee=TOTAL, auth_code=code)
        undone = sdk.do("reverse", out_trade_no=number)

        assert charged["transaction_id"].startswith("42"), charged
        assert again.keys() == {"error"}
        assert undone["recall"] == "N", undone
        assert sdk.do("query", out_trade_no=number)["trade_state"] == "REVOKED"
        assert sdk.sandbox.call("GET", "/exchanges?endpoint=v2.reverse")["exchanges"][-1]["notes"] == []

    @feature("transfer")
    def test_transfer(self, sdk: Shop) -> None:
        """To the payer's purse, with the certificate; the answer has no sign, and a number is paid once."""
        asked = {"partner_trade_no": sdk.number(), "openid": sdk.openid, "amount": 100}

        paid = sdk.do("transfer", **asked)
        again = sdk.do("transfer", **asked)

        assert paid["partner_trade_no"] == asked["partner_trade_no"], paid
        assert again["payment_no"] == paid["payment_no"]

    @feature("forgeries refused")
    def test_forgeries_are_refused(self, sdk: Shop, notices: Inbox) -> None:
        """A sign that does not fit is believed neither on an answer nor on a notification."""
        sdk.sandbox.call("POST", "/rules", {"when": "notify.due", "times": 1, "do": {"forge": {}}})
        number = sdk.paid(notices)
        sdk.sandbox.call("POST", "/rules", {"when": "reply.ready", "times": 1, "do": {"forge": {}}})

        answer = sdk.do("query", out_trade_no=number)
        notice = sdk.do("payment_notification", body=notices.first().decode())

        assert "refused" in answer, answer
        assert "refused" in notice, notice

    @feature("typed errors")
    def test_refusals_are_typed(self, sdk: Shop, notices: Inbox) -> None:
        """An order that is paid, one that is not there, more than was paid: the code reaches the caller."""
        number = sdk.paid(notices)

        assert sdk.order(number, notices) == {"error": "ORDERPAID"}
        assert sdk.do("query", out_trade_no="nowhere") == {"error": "ORDERNOTEXIST"}
        assert sdk.refund(number, TOTAL + 1, notices).keys() == {"error"}

    @feature("trade bill")
    def test_trade_bill(self, sdk: Shop, notices: Inbox) -> None:
        """The day's bill has the order; on a day without trade the platform's refusal reaches the caller.

        The last test of a class: wechatpy dates its orders by its machine's clock, which the tenant's then has left.
        """
        number = sdk.paid(notices)
        day = sdk.sandbox.call("GET", "/clock")["beijing"][:10].replace("-", "")
        sdk.sandbox.call("POST", "/clock/advance", {"by": "36h"})

        text = sdk.do("bill", bill_date=day)["text"]
        today = sdk.sandbox.call("GET", "/clock")["beijing"][:10].replace("-", "")

        row = next(line for line in text.splitlines() if f"`{number}" in line)
        assert "`JSAPI,`SUCCESS," in row
        assert "`1.99," in row
        # An SDK hands on the return_msg or the error_code.
        assert sdk.do("bill", bill_date=today)["error"] in {"No Bill Exist", "20002"}
