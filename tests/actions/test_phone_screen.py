"""A payer's phone: what waits on it, what it was told, what its camera reads."""

import base64
import json
from typing import Any

import pytest
from wire_phone import NONCE, STAMP, Phone

from sandbox.actions.verb import VerbError
from sandbox.gateway.wire import Wire
from sandbox.protocol import barcode, session


async def screen(phone: Phone, user: str = "xiaoming") -> dict[str, Any]:
    """What lies on the table."""
    return await phone.do("phone.get", id=user)


async def test_an_open_cashier_waits_on_its_payers_phone_only(phone: Phone) -> None:
    """And no longer once it is closed; then it is a message."""
    params = phone.launch((await phone.order())["prepay_id"])
    id = (await phone.do("cashier.open", params=params, user="xiaoming"))["id"]

    assert [one["id"] for one in (await screen(phone))["cashiers"]] == [id]
    assert (await screen(phone, "xiaohong"))["cashiers"] == []
    await phone.do("cashier.act", id=id)
    after = await screen(phone)
    assert after["cashiers"] == []
    assert [(one["kind"], one["amount"], one["number"]) for one in after["messages"]] == [("payment", 199, "T1")]
    assert (await screen(phone, "xiaohong"))["messages"] == []


async def test_a_refund_is_told_when_the_money_is_there(phone: Phone) -> None:
    """Not before; the newest message comes first."""
    await phone.order()
    await phone.do("user.pay", out_trade_no="T1")
    await phone.do("console.refund", out_trade_no="T1", refund=99)
    assert [one["kind"] for one in (await screen(phone))["messages"]] == ["payment"]

    await phone.advance(5000)
    told = (await screen(phone))["messages"]
    assert [(one["kind"], one["amount"]) for one in told] == [("refund", 99), ("payment", 199)]


async def test_a_charge_that_asks_for_the_password_waits(phone: Phone) -> None:
    """The till's order is on the phone until it is answered."""
    code = (await phone.do("user.payment_code", user="xiaoming", password=True))["auth_code"]
    fields = phone.merchant.order("M1", trade_type=None, openid=None, notify_url=None, auth_code=code)
    assert (await phone.merchant.post("/pay/micropay", fields))["err_code"] == "USERPAYING"

    asked = (await screen(phone))["passwords"]
    assert [(one["number"], one["amount"]) for one in asked] == [("M1", 199)]
    await phone.do("user.enter_password", out_trade_no="M1")
    assert (await screen(phone))["passwords"] == []


async def test_a_subscribed_message_arrives(phone: Phone) -> None:
    """What the shop's server sent through the platform, with its lines."""
    app = phone.tenant.apps[phone.merchant.appid]

    async def call(method: str, path: str, query: str, body: bytes = b"") -> dict[str, Any]:
        wire = Wire(method=method, path=path, target=f"{path}?{query}", body=body, base_url="http://x")
        said: dict[str, Any] = json.loads((await phone.merchant.box.pipeline.serve(wire)).body)
        return said

    query = f"grant_type=client_credential&appid={app.appid}&secret={app.secret}"
    token = (await call("GET", "/cgi-bin/token", query))["access_token"]
    message = {"touser": phone.openid, "template_id": "T", "data": {"thing1": {"value": "茶叶"}}}
    said = await call("POST", "/cgi-bin/message/subscribe/send", f"access_token={token}", json.dumps(message).encode())
    assert said["errcode"] == 0

    (told,) = (await screen(phone))["messages"]
    assert (told["kind"], told["lines"]) == ("subscribed", {"thing1": "茶叶"})


async def test_nobody_has_no_phone(phone: Phone) -> None:
    """The payers there are, are named."""
    with pytest.raises(VerbError, match="no payer 'nobody'"):
        await screen(phone, "nobody")


async def test_the_camera_reads_pixels(phone: Phone) -> None:
    """Nothing in white; half rows are refused."""
    white = base64.b64encode(b"\xff" * 10_000).decode()
    assert (await phone.do("codes.read", width=100, pixels=white)) == {"text": None}
    with pytest.raises(VerbError, match="whole rows"):
        await phone.do("codes.read", width=99, pixels=white)
    assert barcode.MAX_SIDE >= 800  # what the page sends


URL = "https://shop.example/pay?order=1"


async def signature(phone: Phone, url: str) -> str:
    """A page's signature with the ticket in force."""
    app = phone.tenant.apps[phone.merchant.appid]
    replies = []
    for path, query in (
        ("/cgi-bin/token", f"grant_type=client_credential&appid={app.appid}&secret={app.secret}"),
        ("/cgi-bin/ticket/getticket", "access_token={access_token}&type=jsapi"),
    ):
        wire = Wire(
            method="GET", path=path, target=f"{path}?{query.format(**(replies or [{}])[-1])}", base_url="http://x"
        )
        replies.append(json.loads((await phone.merchant.box.pipeline.serve(wire)).body))
    return session.jsapi_signature(replies[-1]["ticket"], NONCE, STAMP, url)


async def configured(phone: Phone, signed: str, url: str = URL) -> dict[str, Any]:
    """wx.config on the page."""
    return await phone.do("page.config", timestamp=int(STAMP), nonceStr=NONCE, signature=signed, url=url)


async def test_a_page_is_configured_by_its_own_address(phone: Phone) -> None:
    """Without the fragment that the browser keeps to itself."""
    assert await configured(phone, await signature(phone, URL), f"{URL}#top") == {"errMsg": "config:ok"}


@pytest.mark.parametrize(
    ("signed", "likely"),
    [
        (f"{URL}#top", "the url was signed with its #fragment"),
        ("https://shop.example/pay", "the url was signed without its query string"),
        ("https://shop.example/", "the front page's url was signed"),
        ("https://shop.example", "the site's address was signed"),
    ],
)
async def test_the_usual_mistakes_are_named(phone: Phone, signed: str, likely: str) -> None:
    """The one that reproduces the signature that came."""
    said = await configured(phone, await signature(phone, signed), f"{URL}#top")
    assert said["errMsg"] == "config:invalid signature"
    assert said["explanation"]["summary"] == likely


async def test_an_old_ticket_is_named(phone: Phone) -> None:
    """Two hours later the signature is as wrong as any; and without a ticket there is nothing to sign with."""
    signed = await signature(phone, URL)
    await phone.advance(2 * 3_600_000)
    said = await configured(phone, signed)
    assert said["explanation"]["summary"] == "signed with a ticket that has expired: fetch a new one"
    assert "there is none" in said["explanation"]["expected"]
