"""wx.js as a shop's test in Node uses it, and as a mini program does."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from node_shim import node
from wire_phone import NONCE, STAMP, Phone

from sandbox.gateway.wire import Wire


@pytest.fixture
def phone(merchant: Any) -> Phone:
    """A shop, and its customer."""
    return Phone(merchant)


async def run(tmp_path: Path, phone: Phone, program: str, **config: Any) -> Any:
    """A program against the phone's tenant."""
    base = {"tenant": phone.tenant.id, "appid": phone.merchant.appid, **config}
    return await node(tmp_path, phone.merchant.box.url, program, **base)


async def launched(phone: Phone, out_trade_no: str = "T1") -> dict[str, Any]:
    """Launch parameters of a fresh order."""
    return phone.launch((await phone.order(out_trade_no))["prepay_id"])


async def test_a_promise_and_callbacks_hear_the_same(tmp_path: Path, phone: Phone) -> None:
    """Without callbacks a promise, with them nothing is returned, and complete hears last."""
    given = [await launched(phone, "T1"), await launched(phone, "T2")]
    said = await run(
        tmp_path, phone,
        """const heard = [await wx.requestPayment(given[0])];
           const returned = await new Promise((over) => {
             const nothing = wx.requestPayment({...given[1], success: (said) => heard.push(['success', said]),
               fail: (said) => heard.push(['fail', said]),
               complete: (said) => { heard.push(['complete', said]); over(nothing === undefined); }});
           });
           return {heard, returned};""",
        given=given,
    )  # fmt: skip
    ok = {"errMsg": "requestPayment:ok"}
    assert said == {"heard": [ok, ["success", ok], ["complete", ok]], "returned": True}
    assert await phone.state("T2") == "SUCCESS"


@pytest.mark.parametrize(
    ("change", "config", "heard"),
    [
        ({}, {"action": "cancel"}, {"errMsg": "requestPayment:fail cancel"}),
        ({"paySign": "0" * 32}, {}, {"errMsg": "requestPayment:fail cancel"}),
        (
            {"timeStamp": 1767225600},
            {},
            {"errMsg": "requestPayment:fail parameter error: parameter.timeStamp should be String instead of Number;"},
        ),
        ({}, {"payer": "xiaohong"}, {"errMsg": "requestPayment:fail cancel"}),
    ],
)
async def test_what_fails_is_heard_as_in_wechat(
    tmp_path: Path, phone: Phone, change: dict[str, Any], config: dict[str, Any], heard: dict[str, str]
) -> None:
    """The texts of the base library, and after a dialog no more than a cancellation."""
    given = {**await launched(phone), **change}
    said = await run(tmp_path, phone, "return wx.requestPayment(given).catch((error) => error)", given=given, **config)
    assert said == heard
    assert await phone.state() == "NOTPAY"


async def test_the_two_hours_bring_their_code(tmp_path: Path, phone: Phone) -> None:
    """The only dialog whose text reaches the page."""
    given = await launched(phone)
    await phone.advance(2 * 3_600_000)
    said = await run(tmp_path, phone, "return wx.requestPayment(given).catch((error) => error)", given=given)
    assert said == {"errMsg": "requestPayment:fail", "err_code": "2", "err_desc": "该订单已过期，请重新下单"}


async def test_in_mode_phone_the_promise_waits_for_a_person(tmp_path: Path, phone: Phone) -> None:
    """The cashier lies open until somebody types the password elsewhere."""
    given = await launched(phone)
    waiting = asyncio.create_task(run(tmp_path, phone, "return wx.requestPayment(given)", given=given, mode="phone"))
    while not (open_ones := (await phone.do("cashier.list"))["cashiers"]):
        assert not waiting.done(), await waiting
        await asyncio.sleep(0.05)
    assert open_ones[0]["open"] is True
    await phone.do("cashier.act", id=open_ones[0]["id"], password="123456")

    assert await waiting == {"errMsg": "requestPayment:ok"}


async def test_login_session_profile_and_phone_number(tmp_path: Path, phone: Phone) -> None:
    """No session before the code is exchanged; after it the platform's own shapes."""
    before = await run(
        tmp_path, phone,
        """const {code, errMsg} = await wx.login();
           const session = await wx.checkSession().catch((error) => error);
           const profile = await wx.getUserProfile({}).catch((error) => error);
           return {code, errMsg, session, profile};""",
    )  # fmt: skip
    assert before["errMsg"] == "login:ok"
    assert before["session"]["errMsg"].startswith("checkSession:fail")
    assert before["profile"]["errMsg"] == (
        "getUserProfile:fail parameter error: parameter.desc should be String instead of Undefined;"
    )
    app = phone.tenant.apps[phone.merchant.appid]
    target = f"/sns/jscode2session?appid={app.appid}&secret={app.secret}&js_code={before['code']}&grant_type="
    wire = Wire(method="GET", path="/sns/jscode2session", target=f"{target}authorization_code", base_url="http://x")
    assert json.loads((await phone.merchant.box.pipeline.serve(wire)).body)["openid"] == phone.openid

    after = await run(
        tmp_path, phone,
        """return {session: await wx.checkSession(), profile: await wx.getUserProfile({desc: '会员'}),
             number: await wx.sandbox.getPhoneNumber()};""",
    )  # fmt: skip
    assert after["session"] == {"errMsg": "checkSession:ok"}
    assert after["profile"]["userInfo"]["nickName"] == "小明"
    assert after["profile"]["signature"]
    assert after["number"]["errMsg"] == "getPhoneNumber:ok"
    assert after["number"]["code"]
    assert after["number"]["encryptedData"]


async def test_the_bridge_spells_it_its_own_way(tmp_path: Path, phone: Phone) -> None:
    """err_msg, and appId among the arguments."""
    given = {"appId": phone.merchant.appid, **await launched(phone)}
    said = await run(
        tmp_path, phone,
        """const call = (name, params) => new Promise((heard) => wx.WeixinJSBridge.invoke(name, params, heard));
           return [await call('getBrandWCPayRequest', given), await call('getBrandWCPayRequest', given),
             await call('scanQRCode', {})];""",
        given=given,
    )  # fmt: skip
    assert said == [
        {"err_msg": "get_brand_wcpay_request:ok"},
        {"err_msg": "get_brand_wcpay_request:cancel"},
        {"err_msg": "scanQRCode:fail, function not exist"},
    ]


async def ticket(phone: Phone) -> str:
    """A jsapi_ticket, as the shop's server fetches it."""
    app = phone.tenant.apps[phone.merchant.appid]

    async def get(path: str, query: str) -> dict[str, Any]:
        wire = Wire(method="GET", path=path, target=f"{path}?{query}", base_url="http://x")
        said: dict[str, Any] = json.loads((await phone.merchant.box.pipeline.serve(wire)).body)
        return said

    token = await get("/cgi-bin/token", f"grant_type=client_credential&appid={app.appid}&secret={app.secret}")
    return str((await get("/cgi-bin/ticket/getticket", f"access_token={token['access_token']}&type=jsapi"))["ticket"])


async def test_a_page_configures_itself_before_it_pays(tmp_path: Path, phone: Phone) -> None:
    """chooseWXPay fails before wx.config, then pays; cancel has a callback of its own."""
    page = "https://shop.example/pay?order=1"
    signed = f"jsapi_ticket={await ticket(phone)}&noncestr={NONCE}&timestamp={STAMP}&url={page}"
    config = {
        "appId": phone.merchant.appid, "timestamp": int(STAMP), "nonceStr": NONCE, "jsApiList": ["chooseWXPay"],
        "signature": hashlib.sha1(signed.encode()).hexdigest(),
    }  # fmt: skip
    launch = await launched(phone)
    pay = {**launch, "timestamp": launch.pop("timeStamp")}
    said = await run(
        tmp_path, phone,
        """const pay = (given) => new Promise((over) => wx.chooseWXPay({...given,
             success: (said) => over(['success', said]), cancel: (said) => over(['cancel', said]),
             fail: (said) => over(['fail', said])}));
           const early = await pay(given.pay);
           const wrong = await new Promise((over) => { wx.error(over); wx.config({...given.config, signature: '0'}); });
           await new Promise((over) => { wx.ready(over); wx.config(given.config); });
           return {early, wrong, paid: await pay(given.pay), again: await pay(given.pay)};""",
        given={"config": config, "pay": pay}, page=f"{page}#paying",
    )  # fmt: skip
    assert said == {
        "early": ["fail", {"errMsg": "chooseWXPay:fail, the permission value is offline verifying"}],
        "wrong": {"errMsg": "config:invalid signature"},
        "paid": ["success", {"errMsg": "chooseWXPay:ok"}],
        "again": ["cancel", {"errMsg": "chooseWXPay:cancel"}],
    }


async def test_request_reaches_the_shop_as_a_mini_program_does(tmp_path: Path, phone: Phone) -> None:
    """JSON both ways, the data of a GET in the query, the Referer that a server may check."""
    seen: list[tuple[str, str, str, Any]] = []

    async def shop(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        seen.append((request.method, request.path_qs, request.headers.get("Referer", ""), body))
        return web.json_response({"hello": "茶"}, status=201)

    app = web.Application()
    app.router.add_route("*", "/api", shop)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    said = await run(
        tmp_path, phone,
        """const call = (option) => new Promise((over) => wx.request({url: given, ...option, complete: over}));
           const closed = call({url: 'http://127.0.0.1:9/'});
           return [await call({data: {a: '1 2'}}), await call({method: 'POST', data: {b: 1}}), await closed];""",
        given=url,
    )  # fmt: skip
    await runner.cleanup()
    assert [(one["statusCode"], one["data"], one["errMsg"]) for one in said[:2]] == [
        (201, {"hello": "茶"}, "request:ok")
    ] * 2
    assert said[2]["errMsg"].startswith("request:fail ")
    referer = f"https://servicewechat.com/{phone.merchant.appid}/devtools/page-frame.html"
    assert ("GET", "/api?a=1+2", referer, None) in seen
    assert ("POST", "/api", referer, {"b": 1}) in seen


async def test_a_transfer_nobody_knows_fails(tmp_path: Path, phone: Phone) -> None:
    """In the words of the function."""
    given = {"mchId": phone.merchant.mch_id, "appId": phone.merchant.appid, "package": "ABBQ"}
    program = "return wx.requestMerchantTransfer(given).catch((error) => error)"
    said = await run(tmp_path, phone, program, given=given)
    assert said["errMsg"].startswith("requestMerchantTransfer:fail")


async def test_a_mini_program_keeps_what_is_its_own(tmp_path: Path, phone: Phone) -> None:
    """Required beside a real wx, only what leads to the payer is replaced, and its own request is the way there."""
    before = """const asked = [];
      globalThis.wx = {navigateTo: () => 'mine', requestPayment: () => { throw new Error('the real one'); },
        request: ({url, method, header, data, success, fail}) => { asked.push(url);
          fetch(url, {method, headers: header, body: data}).then(async (r) => success({statusCode: r.status,
            data: await r.json()}), fail); }};
      const own = globalThis.wx;"""
    said = await run(
        tmp_path, phone,
        """const {errMsg} = await own.requestPayment(given);
           return {errMsg, mine: own.navigateTo(), asked: asked.length,
             same: own.request === globalThis.wx.request};""",
        given=await launched(phone), before=before,
    )  # fmt: skip
    assert said == {"errMsg": "requestPayment:ok", "mine": "mine", "asked": 1, "same": True}


async def test_a_sandbox_that_refuses_says_that_it_is_the_sandbox(tmp_path: Path, phone: Phone) -> None:
    """Nobody takes our own troubles for the platform's words."""
    program = "return wx.login().catch((error) => error)"
    said = await run(tmp_path, phone, program, payer="nobody")
    assert said["errMsg"].startswith("login:fail [wechatpay-sandbox] no payer 'nobody'")


async def test_a_setting_that_is_none_is_named(tmp_path: Path, phone: Phone) -> None:
    """With those that there are."""
    program = "try { wx.sandbox({moed: 'auto'}); } catch (error) { return error.message; }"
    said = await run(tmp_path, phone, program)
    assert said.startswith("wx.sandbox knows no moed: base, ")
