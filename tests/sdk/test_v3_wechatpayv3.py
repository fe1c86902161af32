"""wechatpayv3, unmodified, sync and async, against a running sandbox; only its gateway attribute is set."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import pytest
from v3_contract import Merchant, Sdk, V3Contract
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.async_ import AsyncWeChatPay
from wechatpayv3.async_ import WeChatPayType as AsyncType

VERSION = version("wechatpayv3")


def options(merchant: Merchant) -> dict[str, Any]:
    """What either constructor takes."""
    told = merchant.settings
    by_public_key = merchant.keys == "public key"
    return {
        "mchid": told["mch_id"],
        "private_key": told["key"],
        "cert_serial_no": told["serial_no"],
        "appid": told["appid"],
        "apiv3_key": told["apiv3_key"],
        "public_key": told["pub_key"] if by_public_key else None,
        "public_key_id": told["pub_key_id"] if by_public_key else None,
    }


class Wechatpayv3:
    """The contract's calls through wechatpayv3; `wait` gives what the SDK's methods return, at once or later."""

    def __init__(self, client: Any, wait: Callable[[Any], Any]) -> None:
        self._client = client
        self._wait = wait

    def do(self, what: str, **arguments: Any) -> Any:
        """One call; the SDK has no exception class of its own for what it does not believe."""
        try:
            return getattr(self, what)(**arguments)
        except Exception as error:
            if str(error) != "failed to verify the signature":
                raise
            return {"refused": str(error)}

    def prepay(self, out_trade_no: str, openid: str, total: int, notify_url: str) -> Any:
        answer = self._answer(
            self._client.pay(
                description="茶叶", out_trade_no=out_trade_no, amount={"total": total}, payer={"openid": openid},
                notify_url=notify_url,
            )
        )  # fmt: skip
        if "error" in answer:
            return answer
        appid, package = self._client._appid, f"prepay_id={answer['prepay_id']}"
        launch = {"appId": appid, "timeStamp": "1700000000", "nonceStr": uuid4().hex, "package": package}
        return {**launch, "signType": "RSA", "paySign": self._client.sign(list(launch.values()))}

    def query(self, out_trade_no: str) -> Any:
        return self._answer(self._client.query(out_trade_no=out_trade_no))

    def close(self, out_trade_no: str) -> Any:
        return self._answer(self._client.close(out_trade_no=out_trade_no))

    def refund(self, notify_url: str, refund: int, total: int, **numbers: str) -> Any:
        amount = {"refund": refund, "total": total, "currency": "CNY"}
        return self._answer(self._client.refund(amount=amount, notify_url=notify_url, **numbers))

    def query_refund(self, out_refund_no: str) -> Any:
        return self._answer(self._client.query_refund(out_refund_no))

    def payment_notification(self, headers: dict[str, str], body: str) -> Any:
        told = self._client.callback(headers, body)
        return {"refused": "no resource"} if told is None else told["resource"]

    refund_notification = payment_notification

    def certificates(self) -> Any:
        self._wait(self._client._core._update_certificates())
        return {"serials": [f"{one.serial_number:X}" for one in self._client._core._certificates]}

    def bill(self, bill_date: str, tar_type: str = "") -> Any:
        told = self._answer(self._client.trade_bill(bill_date, tar_type=tar_type))
        if "error" in told:
            return told
        status, content = self._wait(self._client.download_bill(told["download_url"]))
        assert status == 200, content
        content = gzip.decompress(content) if tar_type else content
        assert hashlib.sha1(content).hexdigest() == told["hash_value"]
        return {"text": content.decode()}

    def _answer(self, outcome: Any) -> Any:
        status, text = self._wait(outcome)
        if status in (200, 204):
            return json.loads(text or "{}")
        return {"error": {"status": status, **json.loads(text)}}


class TestSync(V3Contract):
    """Its blocking client, whose constructor would already call the gateway, did it not find a certificate at hand."""

    sdk_name = f"wechatpayv3 {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, v3_merchant: Merchant, tmp_path_factory: pytest.TempPathFactory) -> Sdk:
        """The client."""
        certificates = tmp_path_factory.mktemp("certificates")
        (certificates / "platform.pem").write_text(v3_merchant.settings["platform_cert"])
        client = WeChatPay(WeChatPayType.JSAPI, **options(v3_merchant), cert_dir=str(certificates))
        client._core._gate_way = v3_merchant.sandbox.url
        return Wechatpayv3(client, lambda outcome: outcome)


class TestAsync(V3Contract):
    """Its asyncio client, which calls the gateway on entering."""

    sdk_name = f"wechatpayv3 {VERSION} (async)"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, v3_merchant: Merchant) -> Iterator[Sdk]:
        """The client, entered."""
        with asyncio.Runner() as runner:
            client = AsyncWeChatPay(AsyncType.JSAPI, **options(v3_merchant))
            client._core._gate_way = v3_merchant.sandbox.url
            runner.run(client.__aenter__())
            yield Wechatpayv3(client, runner.run)
            runner.run(client.__aexit__(None, None, None))
