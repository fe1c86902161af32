"""What an APIv3 SDK does with a payment, the same for each of them.

An SDK is an object whose `do(what, **arguments)` makes one call through it. The answer is what the SDK read, named as
on the wire; `{"error": {"status", "code", "message"}}` is an error of the platform that the SDK recognised, and
`{"refused": text}` a message that it did not believe.
"""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest
from live_sandbox import Inbox, LiveSandbox

TOTAL = 199
DAY = 24 * 60 * 60


class Sdk(Protocol):
    """An SDK."""

    def do(self, what: str, **arguments: Any) -> Any:
        """One call through it."""


def feature(name: str) -> pytest.MarkDecorator:
    """A column of the matrix."""
    return pytest.mark.feature(name)


class Merchant:
    """The default tenant's first merchant in a running sandbox.

    `keys` says whose keys verify what the platform says: its "certificate", or its "public key".
    """

    def __init__(self, sandbox: LiveSandbox, folder: Path, keys: str) -> None:
        self.sandbox = sandbox
        self.keys = keys
        command = ["credentials", "--url", sandbox.url, "--out", str(folder / "keys"), "--json"]
        told = json.loads(subprocess.check_output([sys.executable, "-m", "sandbox", *command], timeout=30))
        self.openid = next(iter(told["users"]))["openids"][told["appid"]]
        self.settings: dict[str, Any] = {
            "url": sandbox.url,
            "keys": keys,
            **{name: told[name] for name in ("appid", "mch_id", "apiv3_key", "serial_no")},
            **{name: told[name] for name in ("platform_serial", "pub_key_id")},
            **{name: Path(told["files"][name]).read_text() for name in ("key", "platform_cert", "pub_key")},
        }
        self._numbers = itertools.count(1)
        if keys == "public key":
            sandbox.call("PATCH", "/settings", {"v3.callback_pubkey_share": 1})

    @property
    def serial(self) -> str:
        """The Wechatpay-Serial that this merchant expects."""
        return str(self.settings["platform_serial" if self.keys == "certificate" else "pub_key_id"])

    def number(self) -> str:
        """A number that no order has."""
        return f"SDK{next(self._numbers):07}"

    def order(self, sdk: Sdk, number: str, notices: Inbox, **changes: Any) -> Any:
        """Order through the SDK; the launch parameters that it signs."""
        order = {"out_trade_no": number, "openid": self.openid, "total": TOTAL, "notify_url": notices.url}
        return sdk.do("prepay", **{**order, **changes})

    def paid(self, sdk: Sdk, notices: Inbox) -> str:
        """Order, and let the payer pay; the order's number."""
        number = self.number()
        launch = self.order(sdk, number, notices)
        assert "package" in launch, launch
        self.sandbox.call("POST", "/pay", {"out_trade_no": number})
        return number


class V3Contract:
    """A subclass names its SDK in `sdk_name`, and a fixture `sdk` gives it."""

    @feature("prepay")
    def test_prepay_and_launch(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """The launch parameters that the SDK signs open the cashier."""
        launch = v3_merchant.order(sdk, v3_merchant.number(), notices)

        params = {name: launch[name] for name in ("timeStamp", "nonceStr", "package", "signType", "paySign")}
        asked = {"params": params, "appid": launch["appId"], "openid": v3_merchant.openid}
        paid = v3_merchant.sandbox.call("POST", "/request-payment", asked)

        assert paid["errMsg"] == "requestPayment:ok", paid

    @feature("notification")
    def test_notification(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """The SDK's own handler verifies and decrypts what the platform says of a payment."""
        number = v3_merchant.paid(sdk, notices)

        body = notices.first().decode()
        told = sdk.do("payment_notification", headers=notices.headers[0], body=body)

        assert notices.headers[0]["Wechatpay-Serial"] == v3_merchant.serial
        assert (told["out_trade_no"], told["trade_state"]) == (number, "SUCCESS"), told
        assert (told["amount"]["total"], told["payer"]["openid"]) == (TOTAL, v3_merchant.openid)

    @feature("query")
    def test_query(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """NOTPAY before the payment; after it the SDK's model holds the transaction."""
        number = v3_merchant.number()
        v3_merchant.order(sdk, number, notices)
        before = sdk.do("query", out_trade_no=number)
        v3_merchant.sandbox.call("POST", "/pay", {"out_trade_no": number})

        after = sdk.do("query", out_trade_no=number)

        assert before["trade_state"] == "NOTPAY", before
        assert (after["trade_state"], after["trade_type"]) == ("SUCCESS", "JSAPI"), after
        assert (after["amount"]["total"], after["amount"]["payer_total"]) == (TOTAL, TOTAL)
        assert after["transaction_id"].startswith("42")

    @feature("close")
    def test_close(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """The signed 204 is a success to the SDK, and the order is closed."""
        number = v3_merchant.number()
        v3_merchant.order(sdk, number, notices)

        assert sdk.do("close", out_trade_no=number) == {}
        assert sdk.do("query", out_trade_no=number)["trade_state"] == "CLOSED"

    @feature("refund")
    def test_refund(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """PROCESSING at first, SUCCESS when the money is back; a number is refunded once."""
        number = v3_merchant.paid(sdk, notices)
        asked = {"out_refund_no": f"R{number}", "out_trade_no": number, "refund": 99, "total": TOTAL}

        accepted = sdk.do("refund", **asked, notify_url=notices.url)
        v3_merchant.sandbox.call("POST", "/clock/advance", {"by": "1m"})
        settled = sdk.do("query_refund", out_refund_no=f"R{number}")
        again = sdk.do("refund", **asked, notify_url=notices.url)

        assert accepted["status"] == "PROCESSING", accepted
        assert (accepted["out_trade_no"], accepted["amount"]["refund"]) == (number, 99)
        assert (settled["status"], settled["refund_id"]) == ("SUCCESS", accepted["refund_id"]), settled
        assert settled["success_time"]
        assert again["refund_id"] == accepted["refund_id"]

    @feature("refund notification")
    def test_refund_notification(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox, refunds: Inbox) -> None:
        """The SDK's own handler verifies and decrypts what the platform says of a refund."""
        number = v3_merchant.paid(sdk, notices)
        asked = {"out_refund_no": f"R{number}", "out_trade_no": number, "refund": TOTAL, "total": TOTAL}
        assert "refund_id" in sdk.do("refund", **asked, notify_url=refunds.url)
        v3_merchant.sandbox.call("POST", "/clock/advance", {"by": "1m"})

        body = refunds.first().decode()
        told = sdk.do("refund_notification", headers=refunds.headers[0], body=body)

        assert (told["out_refund_no"], told["refund_status"]) == (f"R{number}", "SUCCESS"), told
        assert (told["amount"]["refund"], told["amount"]["payer_refund"]) == (TOTAL, TOTAL)

    @feature("trade bill")
    def test_trade_bill(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """The day's bill, packed or plain, is fetched by the address that the first answer gives; its hash agrees."""
        number = v3_merchant.paid(sdk, notices)
        day = v3_merchant.sandbox.call("GET", "/clock")["beijing"][:10]
        v3_merchant.sandbox.call("POST", "/clock/advance", {"by": "36h"})

        text = sdk.do("bill", bill_date=day)["text"]

        assert sdk.do("bill", bill_date=day, tar_type="GZIP")["text"] == text
        row = next(line for line in text.splitlines() if f"`{number}" in line)
        assert "`JSAPI,`SUCCESS," in row
        assert "`1.99," in row

    @feature("platform keys")
    def test_platform_keys(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """Answers are signed with the key that the SDK trusts; certificates it downloads and decrypts by itself."""
        v3_merchant.order(sdk, v3_merchant.number(), notices)
        answer = v3_merchant.sandbox.call("GET", "/exchanges?limit=1")["exchanges"][-1]

        assert answer["response_headers"]["Wechatpay-Serial"] == v3_merchant.serial
        if v3_merchant.keys == "certificate":
            assert sdk.do("certificates") == {"serials": [v3_merchant.serial]}

    @feature("forgeries refused")
    def test_forgeries_are_refused(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """A signature that does not fit is believed neither on an answer nor on a notification."""
        for moment in ("reply.ready", "notify.due"):
            v3_merchant.sandbox.call("POST", "/rules", {"when": moment, "times": 1, "do": {"probe": {}}})

        answer = v3_merchant.order(sdk, v3_merchant.number(), notices)
        v3_merchant.paid(sdk, notices)
        body = notices.first().decode()
        notice = sdk.do("payment_notification", headers=notices.headers[0], body=body)

        assert "refused" in answer, answer
        assert "refused" in notice, notice

    @feature("typed errors")
    def test_refusals_are_typed(self, sdk: Sdk, v3_merchant: Merchant, notices: Inbox) -> None:
        """A bad parameter, an order that is paid, one that is not there: status, code and words reach the caller."""
        number = v3_merchant.paid(sdk, notices)

        bad = v3_merchant.order(sdk, v3_merchant.number(), notices, total=0)["error"]
        paid = sdk.do("close", out_trade_no=number)["error"]
        nowhere = sdk.do("query", out_trade_no=v3_merchant.number())["error"]

        assert (bad["status"], bad["code"]) == (400, "PARAM_ERROR")
        assert (paid["status"], paid["code"]) == (400, "ORDERPAID")
        assert (nowhere["status"], nowhere["code"]) == (404, "ORDER_NOT_EXIST")
        assert all(error["message"] for error in (bad, paid, nowhere))
