"""The bundled shop hands on why the sandbox refused it."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

from sandbox.app import Sandbox
from sandbox.cli.shop import Shop, running_shop
from sandbox.control.client import ControlClient


def asked(shop: Shop, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and JSON of a call of the shop's API."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {shop.token}"}
    request = urllib.request.Request(shop.url + path, json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


async def test_a_refusal_comes_with_the_sandboxs_reason_and_only_its_own(box: Sandbox) -> None:
    """A key with a blank at its end: the shop's error says so; the next mistake, which is the shop's own, does not."""
    async with ControlClient(box.url) as control:
        tenant = await control.call("tenants.get", {"id": "default"})
        phone = await control.call("user.login")
        credentials = {"WECHATPAY_SANDBOX_URL": box.url, "WECHATPAY_SANDBOX_API_KEY": f"{tenant['api_key']} "}
        async with running_shop(0, credentials) as shop:
            shop.token = (await shop.ask("POST", "/login", {"code": phone["code"]}))["token"]

            status, said = await asyncio.to_thread(asked, shop, "/orders", {"item": "tea"})
            assert status == 502
            assert said["error"].startswith("签名错误")
            assert said["hint"].startswith("SIGN_KEY_BLANKS")
            assert f"{box.url}/_sandbox/exchanges/" in said["hint"]

            status, said = await asyncio.to_thread(asked, shop, "/orders", {"item": "gold"})
            assert (status, "hint" in said) == (400, False)
