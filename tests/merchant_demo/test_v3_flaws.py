"""Each flaw of APIv3 changes the one thing it names: the same probe on the clean shop and on the flawed one."""

import hashlib
import json

import pytest
from fake_platform import APPID, MCH_ID, document, sealed
from fake_v3 import MERCHANT, PLATFORM, PUB_KEY_ID, RENEWED, lines, verifies
from msgspec.structs import replace

from merchant_demo.app import CLEAN
from merchant_demo.flaws import FLAWS, NoSuchMistake, apis, flawed
from sandbox.audit.families import probes
from sandbox.audit.range import rounds

PROBES = {}


def probe(*flaws, clean, with_flaw):
    """A probe gives an observation; the clean shop must give one, each of the flaws the other."""

    def enter(observe):
        for flaw in flaws:
            PROBES[flaw] = (observe, clean, with_flaw)
        return observe

    return enter


async def sent_order(shop, v3):
    """What the platform was asked for."""
    await shop.login()
    await shop.call("POST", "/orders", total=199)
    return json.loads(v3.bodies[0][1])


async def told(shop, v3, **signed):
    """The answer to a notification that is signed so, and what became of the order."""
    number = (await shop.order())["order_no"]
    return await v3.tell(shop, v3.notification(number), **signed), (await shop.status(number))["status"]


@probe("accept-unsigned", clean=(400, "unpaid"), with_flaw=(204, "paid"))
async def forged_notification(shop, v3):
    return await told(shop, v3, key=MERCHANT)


@probe("ignores-serial", clean=(400, "unpaid"), with_flaw=(204, "paid"))
async def notification_under_an_unknown_serial(shop, v3):
    return await told(shop, v3, serial="3E" * 20, key=PLATFORM)


@probe("ignores-timestamp", clean=(400, "unpaid"), with_flaw=(204, "paid"))
async def old_notification(shop, v3):
    return await told(shop, v3, timestamp=1_700_000_000)


@probe("pins-certificate", clean=(204, "paid"), with_flaw=(400, "unpaid"))
async def notification_under_a_new_certificate(shop, v3):
    v3.keys = {**v3.keys, "4C" * 20: RENEWED}
    return await told(shop, v3, serial="4C" * 20)


@probe("certificates-only", clean=(204, "paid"), with_flaw=(400, "unpaid"))
async def notification_under_the_public_key(shop, v3):
    return await told(shop, v3, serial=PUB_KEY_ID)


@probe("acks-probes", clean=400, with_flaw=204)
async def answer_to_a_probe(shop, v3):
    body = v3.notification((await shop.order())["order_no"])
    headers = {**v3.headers(body), "Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + "A" * 325}
    async with shop.client.post("/wechatpay/notify", data=body, headers=headers) as response:
        return response.status


@probe("md5-paysign", clean=("RSA", False), with_flaw=("MD5", True))
async def kind_of_pay_sign(shop, v3):
    payment = (await shop.order())["payment"]
    given = payment.pop("paySign")
    text = "&".join(f"{name}={value}" for name, value in sorted({"appId": APPID, **payment}.items()))
    md5 = hashlib.md5(f"{text}&key=sandboxAPIv2key0sandboxAPIv2key0".encode()).hexdigest().upper()
    return payment["signType"], given == md5


@probe("prefixed-app-sign", clean=[True, False], with_flaw=[False, True])
async def message_of_an_app_s_sign(shop, v3):
    payment = (await shop.order(trade_type="APP"))["payment"]
    messages = [
        lines(APPID, payment["timestamp"], payment["noncestr"], prefix + payment["prepayid"])
        for prefix in ("", "prepay_id=")
    ]
    return [verifies(MERCHANT, message, payment["sign"]) for message in messages]


@probe("reuse-order-sign", clean=False, with_flaw=True)
async def pay_sign_is_the_reply_s(shop, v3):
    signs = []
    headers = v3.headers

    def listening(content, **signed):
        made = headers(content, **signed)
        signs.append(made["Wechatpay-Signature"])
        return made

    v3.headers = listening
    return (await shop.order())["payment"]["paySign"] in signs


@probe("float-total-fee", clean="199", with_flaw="199.0")
async def spelling_of_the_total(shop, v3):
    return str((await sent_order(shop, v3))["amount"]["total"])


@probe("wrong-field-case", clean=["out_trade_no"], with_flaw=["Out_trade_no"])
async def case_of_the_number(shop, v3):
    v3.refuse["pay/transactions/jsapi"] = (400, {"code": "PARAM_ERROR", "message": ""})
    return [name for name in await sent_order(shop, v3) if name.lower() == "out_trade_no"]


@probe("no-openid", clean=True, with_flaw=False)
async def payer_is_sent(shop, v3):
    return "payer" in await sent_order(shop, v3)


@probe("ignores-return-code", "ignores-result-code", clean=409, with_flaw=200)
async def order_refused(shop, v3):
    await shop.login()
    v3.refuse["pay/transactions/jsapi"] = (403, {"code": "NO_AUTH", "message": "权限"})
    status, _ = await shop.call("POST", "/orders")
    v3.refuse.clear()
    return status


async def refunded(shop, v3, *amounts):
    """The answers to refunds of a paid order of 300 fen."""
    number = (await shop.order(total=300))["order_no"]
    await v3.tell(shop, v3.notification(number))
    return [await shop.call("POST", f"/orders/{number}/refund", amount=amount) for amount in amounts]


@probe("refund-total-is-rest", clean=[300, 300], with_flaw=[300, 200])
async def totals_of_two_refunds(shop, v3):
    await refunded(shop, v3, 100, 100)
    return [json.loads(body)["amount"]["total"] for call, body in v3.bodies if call == "refund/domestic/refunds"]


@probe("json-only", clean=(200, 100), with_flaw=(400, 0))
async def answer_to_a_notice_in_xml(shop, v3):
    number = (await shop.order(total=300))["order_no"]
    await v3.tell(shop, v3.notification(number))
    amounts = {"refund_fee": "100", "total_fee": "300"}
    info = {"out_trade_no": number, "out_refund_no": "console1", "refund_status": "SUCCESS", **amounts}
    told = {"return_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID, "req_info": sealed(info)}
    status, _ = await shop.notify(document(told))
    return status, (await shop.status(number))["refunded"]


def test_each_flaw_of_apiv3_is_probed():
    """Those that are the same mistake in both APIs are probed in v2; many are probed by the audit."""
    audited = {flaw for flaw, api in rounds(probes()) if flaw and api == "v3"}
    own = {
        name
        for name, flaw in FLAWS.items()
        if "v3" in apis(flaw) and any("v2" not in apis(replace(flaw, parts=(part,))) for part in flaw.parts)
    }
    assert own <= {*PROBES, *audited}
    assert set(PROBES) <= own


@pytest.mark.parametrize("name", PROBES)
async def test_the_flaw_changes_what_it_names(open_a_v3_shop, v3, name):
    """The probe sees what is expected of the clean shop, and what the flaw is named for."""
    observe, clean, with_flaw = PROBES[name]
    assert await observe(await open_a_v3_shop(), v3) == clean
    v3.used.clear()
    v3.bodies.clear()
    assert await observe(await open_a_v3_shop(name), v3) == with_flaw


@pytest.mark.parametrize(("api", "name", "other"), [("v3", "gbk-sign", "v2"), ("v2", "acks-probes", "v3")])
def test_a_mistake_of_the_other_api_cannot_be_made(api, name, other):
    """It would be no mistake at all, and a story's control would be the clean shop."""
    with pytest.raises(NoSuchMistake, match=f"--flaw {name}: not a mistake of {api}, but of {other}"):
        flawed(api, [name])
    assert flawed(other, [name]) != CLEAN[other]
