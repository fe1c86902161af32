"""Deductions under a contract: signed on the phone or with a payment, accepted first, decided later, always told."""

import re
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from v2_contract import V2, Trigger, ensure_said, last_problem, rows_by_rule, sample, send, shared_rows
from wire_merchant import from_xml, to_xml, v2_sign
from wire_phone import Phone

from sandbox.actions.verb import VerbError
from sandbox.errors import Row, contract, pay, protocol
from sandbox.gateway.spec import Endpoint
from sandbox.gateway.wire import Wire
from sandbox.notifier.composers import COMPOSERS
from sandbox.notifier.letter import Writing
from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.rules import RuleSpec

WITH, APPLY, ASK = V2["v2.contractorder"], V2["v2.pappayapply"], V2["v2.paporderquery"]
LOOK, END = V2["v2.querycontract"], V2["v2.deletecontract"]
PAGE, H5, APP = V2["v2.entrustweb"], V2["v2.h5entrustweb"], V2["v2.preentrustweb"]
ALL = (WITH, APPLY, ASK, LOOK, END, APP)
T = "T2026000001"
HOUR = 60 * 60 * 1000


def link(m: Any, **changes: str) -> str:
    """The page's link: signed raw, notify_url encoded in the query."""
    said = {
        "appid": m.appid, "mch_id": m.mch_id, "plan_id": "12535", "contract_code": "C1", "request_serial": "1695",
        "contract_display_account": "小明", "notify_url": "http://127.0.0.1:9/contract?a=1", "version": "1.0",
        "timestamp": "1767225600", **changes,
    }  # fmt: skip
    said["sign"] = v2_sign(said, m.key)
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    return f"https://api.mch.weixin.qq.com/papay/entrustweb?{query}"


async def signed(m: Any) -> str:
    """A contract of 小明's."""
    return str((await Phone(m).do("user.sign_contract", url=link(m), user="xiaoming"))["contract_id"])


async def deduct(m: Any, contract_id: str, **changes: str | None) -> dict[str, str]:
    fields = {**sample(m, APPLY), "contract_id": contract_id, "out_trade_no": T, "notify_url": "http://127.0.0.1:9/n"}
    return await send(m, APPLY, fields, **changes)


async def asked(m: Any) -> dict[str, str]:
    return await send(m, ASK, m.query(out_trade_no=T))


def notices(m: Any, event: str) -> list[dict[str, str]]:
    """What the merchant is told of this kind, as it stands on the wire, oldest first."""
    with m.tenant.transaction() as tx:
        found = [one for one in tx.deliveries() if one.event == event]
        written = []
        for one in sorted(found, key=lambda one: one.first_due):
            occasion = Occasion(Moment.NOTIFY_READY, {}, m.tenant.wall)
            writing = Writing(
                tenant=m.tenant, tx=tx, merchant=m.tenant.merchants[m.mch_id], delivery=one, occasion=occasion,
                now=m.tenant.clock.now(),
            )  # fmt: skip
            letter = COMPOSERS[event, "v2"](writing)
            assert letter is not None
            written.append(from_xml(letter.body))
    assert all(one["sign"] == v2_sign(one, m.key) for one in written)
    return written


async def test_a_contract_is_signed_on_the_page(merchant: Any) -> None:
    """18 digits that begin with the date; the merchant is told at the link's notify_url, and may ask."""
    contract_id = await signed(merchant)

    told = notices(merchant, "contract")[0]
    by_number = await send(merchant, LOOK, {**sample(merchant, LOOK), "contract_id": contract_id})
    by_code = await send(merchant, LOOK, {**sample(merchant, LOOK), "plan_id": "12535", "contract_code": "C1"})

    assert (len(contract_id), contract_id[:8]) == (18, "20260101")
    assert (told["change_type"], told["contract_id"], told["openid"]) == ("ADD", contract_id, Phone(merchant).openid)
    assert list(told) == sorted(told)
    assert by_number["contract_id"] == by_code["contract_id"] == contract_id
    assert (by_number["contract_state"], by_number["contract_signed_time"]) == ("0", "2026-01-01 08:00:00")


async def test_a_page_with_a_wrong_sign_signs_nothing(merchant: Any) -> None:
    """Nor one that was signed before."""
    with pytest.raises(VerbError, match="not signed with the merchant's key"):
        await Phone(merchant).do("user.sign_contract", url=link(merchant).replace("plan_id=12535", "plan_id=12536"))
    await signed(merchant)
    with pytest.raises(VerbError, match="signed already"):
        await signed(merchant)


async def opened(m: Any, endpoint: Endpoint, *, key: str = "", **changes: str | None) -> str:
    """What a browser gets that opens the page's link with some parameters changed; h5 is signed with HMAC."""
    fields = {**sample(m, endpoint), "contract_code": "C1", **changes}
    said = {name: value for name, value in fields.items() if value is not None}
    kind = said.get("sign_type") or ("HMAC-SHA256" if endpoint is H5 else "MD5")
    said.setdefault("sign", v2_sign(said, key or m.key, kind))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    wire = Wire(method="GET", path=endpoint.path, target=f"{endpoint.path}?{query}", base_url="http://127.0.0.1")
    m.reply = await m.box.pipeline.serve(wire)
    return str(m.reply.body.decode())


async def test_the_page_says_what_would_be_signed(merchant: Any) -> None:
    """A browser opens it; from what it says the phone signs, and nobody is told before."""
    page = await opened(merchant, PAGE, contract_display_account="<小明>", notify_url="http://127.0.0.1:9/c?a=1&b=2")

    assert (merchant.reply.status, merchant.reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert all(said in page for said in ("12535", "C1", merchant.mch_id, "&lt;小明&gt;"))
    session = re.findall(r"<dt>会话</dt><dd>(5778aad\w{22})</dd>", page)[0]
    assert notices(merchant, "contract") == []
    signed = await Phone(merchant).do("user.sign_contract", session=session, user="xiaoming")
    assert (signed["contract_code"], signed["user"]) == ("C1", "xiaoming")
    with merchant.tenant.transaction() as tx:
        assert [one.url for one in tx.deliveries()] == ["http://127.0.0.1:9/c?a=1&b=2"]
    with pytest.raises(VerbError, match="signed already"):
        await Phone(merchant).do("user.sign_contract", session=session)


@pytest.mark.parametrize("sign_type", [None, "HMAC-SHA256", "MD5"])
async def test_h5_is_sent_to_a_page_of_wechat(merchant: Any, sign_type: str | None) -> None:
    """Unsigned XML with redirect_url, which the phone opens; HMAC-SHA256 unless the request says MD5."""
    reply = from_xml((await opened(merchant, H5, sign_type=sign_type)).encode())

    assert list(reply) == ["return_code", "return_msg", "result_code", "redirect_url"]
    assert reply["redirect_url"].startswith("https://payapp.weixin.qq.com/papay/readentrustwebtemplate?")
    signed = await Phone(merchant).do("user.sign_contract", url=reply["redirect_url"])
    assert signed["contract_code"] == "C1"


async def test_an_app_signs_by_a_session(merchant: Any) -> None:
    """pre_entrustweb_id, with the mini program that does it now; a new one each time, none after two hours."""
    first, again = [await send(merchant, APP, {**sample(merchant, APP), "contract_code": "C1"}) for _ in range(2)]

    assert " ".join(first) == (
        "return_code return_msg result_code mch_id appid miniprogram_username miniprogram_path nonce_str sign "
        "pre_entrustweb_id"
    )
    assert first["sign"] == v2_sign(first, merchant.key)
    assert first["pre_entrustweb_id"] != again["pre_entrustweb_id"]
    await merchant.box.timers.advance(merchant.tenant, 2 * HOUR - 1)
    path = f"https://servicewechat.com/{again['miniprogram_path']}"
    assert (await Phone(merchant).do("user.sign_contract", url=path))["contract_code"] == "C1"


async def test_a_session_ends(merchant: Any) -> None:
    """Two hours after it was asked for; and what is no session opens nothing, nor both ways at once."""
    reply = await send(merchant, APP, sample(merchant, APP))
    await merchant.box.timers.advance(merchant.tenant, 2 * HOUR)
    for session in (reply["pre_entrustweb_id"], "5778aad"):
        with pytest.raises(VerbError, match="waited for more than two hours"):
            await Phone(merchant).do("user.sign_contract", session=session)
    with pytest.raises(VerbError, match="one of the two"):
        await Phone(merchant).do("user.sign_contract", session="5778aad", url=link(merchant))


WRONG: list[tuple[Row, dict[str, Any], str]] = [
    *((protocol.FIELD_MISSING, {field.name: None}, f"{field.name}参数构造错误")
      for field in PAGE.form.fields if field.required and field.name != "sign"),
    (protocol.FIELD_EMPTY, {"plan_id": ""}, "plan_id参数构造错误"),
    (protocol.FIELD_EMPTY, {"sign": ""}, "sign参数构造错误"),
    (protocol.FIELD_TOO_LONG, {"contract_code": "9" * 129}, "contract_code参数构造错误"),
    (protocol.FIELD_PATTERN, {"request_serial": "0123"}, "request_serial参数构造错误"),
    (protocol.FIELD_PATTERN, {"notify_url": "127.0.0.1"}, "notify_url参数构造错误"),
    (protocol.MCHID_UNKNOWN, {"mch_id": "1888888888"}, "商户号mch_id或sub_mch_id不存在"),
    (protocol.APPID_UNKNOWN, {"appid": "wx0000000000000000"}, "AppID不存在，请检查后再试"),
    (protocol.SIGN_WRONG, {"key": "x" * 32}, "签名错误，请检查后再试"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "changes", "text"), WRONG, ids=lambda one: one.name if isinstance(one, Row) else None)
async def test_a_wrong_page_says_so(merchant: Any, row: Row, changes: dict[str, Any], text: str) -> None:
    """As a page, not as XML, and the exchange has its diagnosis."""
    page = await opened(merchant, PAGE, **changes)

    assert (last_problem(merchant), merchant.reply.status) == (row.name, 200)
    assert merchant.reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"<h1>{text}</h1>" in page


async def test_pages_are_opened_not_posted(merchant: Any) -> None:
    """What counts is the link: a form that is posted has said nothing; a code that was signed says so in any way."""
    form = to_xml({**sample(merchant, PAGE), "sign": "0" * 32})
    wire = Wire(method="POST", path=PAGE.path, target=PAGE.path, body=form, base_url="http://127.0.0.1")
    merchant.reply = await merchant.box.pipeline.serve(wire)
    assert "mch_id参数构造错误" in merchant.reply.body.decode()

    await signed(merchant)

    assert "签约协议号重复" in await opened(merchant, PAGE)
    rule = RuleSpec(when=Moment.REQUEST_VERIFIED, times=1, do={"fail": {"problem": "SYSTEM_ERROR"}})
    merchant.tenant.rules.add(rule)
    assert "<h1>系统异常，请用相同参数重新调用</h1>" in await opened(merchant, PAGE)
    assert from_xml((await opened(merchant, H5)).encode())["err_code"] == "INVALID_REQUEST"
    assert from_xml((await opened(merchant, H5, key="x" * 32)).encode())["return_msg"] == "签名错误，请检查后再试"


async def test_a_deduction_is_accepted_then_decided(merchant: Any) -> None:
    """Within twelve hours of signing it is carried out at once; the notice is a payment's with contract_id."""
    contract_id = await signed(merchant)

    reply = await deduct(merchant, contract_id)
    accepted = await asked(merchant)
    await merchant.box.timers.advance(merchant.tenant, 1)
    paid = await asked(merchant)

    assert " ".join(reply) == "return_code return_msg result_code mch_id appid nonce_str sign"
    assert accepted["trade_state"] in ("ACCEPT", "SUCCESS")
    assert (paid["trade_state"], paid["trade_type"]) == ("SUCCESS", "PAP")
    told = notices(merchant, "deduction")[0]
    assert (told["result_code"], told["contract_id"], told["total_fee"]) == ("SUCCESS", contract_id, "199")
    assert notices(merchant, "payment") == []


async def test_later_deductions_wait_a_day(merchant: Any) -> None:
    """ACCEPT until then."""
    contract_id = await signed(merchant)
    await merchant.box.timers.advance(merchant.tenant, 13 * HOUR)

    await deduct(merchant, contract_id)
    await merchant.box.timers.advance(merchant.tenant, 23 * HOUR)
    before = await asked(merchant)
    await merchant.box.timers.advance(merchant.tenant, HOUR)

    assert (before["trade_state"], before["trade_state_desc"]) == ("ACCEPT", "已接收，等待扣款")
    assert (await asked(merchant))["trade_state"] == "SUCCESS"


async def test_a_deduction_that_fails_is_told_too(merchant: Any) -> None:
    """PAYERROR, and result_code FAIL with the reason."""
    contract_id = await signed(merchant)
    await Phone(merchant).do("user.change", id="xiaoming", balance=1)

    await deduct(merchant, contract_id)
    await merchant.box.timers.advance(merchant.tenant, 1)

    told = notices(merchant, "deduction")[0]
    assert (told["return_code"], told["result_code"], told["err_code"]) == ("SUCCESS", "FAIL", "NOTENOUGH")
    assert (await asked(merchant))["trade_state"] == "PAYERROR"


async def test_paying_and_signing_at_once(merchant: Any) -> None:
    """Two notices: the payment to notify_url, the contract to contract_notify_url."""
    fields = {**sample(merchant, WITH), **merchant.order(T, openid=Phone(merchant).openid)}

    reply = await send(merchant, WITH, fields)
    await Phone(merchant).do("user.pay", out_trade_no=T)

    assert list(reply)[-6:] == [
        "contract_result_code", "plan_id", "request_serial", "contract_code", "contract_display_account",
        "out_trade_no",
    ]  # fmt: skip
    assert [one["change_type"] for one in notices(merchant, "contract")] == ["ADD"]
    assert len(notices(merchant, "payment")) == 1


@pytest.mark.parametrize(("by", "mode"), [("merchant", "3"), ("payer", "2")])
async def test_an_ended_contract_deducts_nothing(merchant: Any, by: str, mode: str) -> None:
    """The merchant is told who ended it."""
    contract_id = await signed(merchant)
    if by == "merchant":
        await send(merchant, END, {**sample(merchant, END), "contract_id": contract_id})
    else:
        await Phone(merchant).do("user.end_contract", contract_id=contract_id, mchid=merchant.mch_id)

    looked = await send(merchant, LOOK, {**sample(merchant, LOOK), "contract_id": contract_id})
    reply = await deduct(merchant, contract_id)

    assert (looked["contract_state"], looked["contract_termination_mode"]) == ("1", mode)
    assert reply["err_code_des"] == "签约协议不存在，请检查传入的签约协议是否正确"
    ends = [one for one in notices(merchant, "contract") if one["change_type"] == "DELETE"]
    assert [one["contract_termination_mode"] for one in ends] == [mode]


DAY = 24 * HOUR
PLAN = "http://127.0.0.1:9/plan"


@pytest.mark.parametrize(("by", "mode"), [("merchant", "3"), ("payer", "2"), ("time", "1")])
async def test_the_end_is_told_where_the_template_says(merchant: Any, by: str, mode: str) -> None:
    """Whoever ends it, and by itself too; its beginning is told where the link said."""
    merchant.tenant.change_settings({"contract.life": 30 * DAY / 1000})
    await Phone(merchant).do("console.merchant", mchid=merchant.mch_id, plan_notify_urls={"12535": PLAN})
    contract_id = await signed(merchant)
    if by == "merchant":
        await send(merchant, END, {**sample(merchant, END), "contract_id": contract_id})
    elif by == "payer":
        await Phone(merchant).do("user.end_contract", contract_id=contract_id, mchid=merchant.mch_id)
    await merchant.box.timers.advance(merchant.tenant, 30 * DAY)
    looked = await send(merchant, LOOK, {**sample(merchant, LOOK), "contract_id": contract_id})

    with merchant.tenant.transaction() as tx:
        told = {one.turn: one.url for one in tx.deliveries() if one.event == "contract"}
    assert told == {"ADD": "http://127.0.0.1:9/contract?a=1", "DELETE": PLAN}
    assert (looked["contract_state"], looked["contract_termination_mode"]) == ("1", mode)
    ended = next(one for one in notices(merchant, "contract") if one["change_type"] == "DELETE")
    assert (ended["contract_termination_mode"], ended["contract_expired_time"]) == (mode, "2026-01-31 08:00:00")
    assert ended["operate_time"] == ("2026-01-31 08:00:00" if by == "time" else "2026-01-01 08:00:00")


async def test_nobody_waits_for_a_contract_to_end(merchant: Any) -> None:
    """Draining the clock goes through what is pending, not ten years on."""
    await signed(merchant)
    await merchant.box.timers.drain(merchant.tenant)

    with merchant.tenant.transaction() as tx:
        timer = tx.next_timer()
    assert timer is not None
    assert timer.due - merchant.tenant.clock.now() > 9 * 365 * DAY


async def paid_before(m: Any) -> dict[str, str]:
    contract_id = await signed(m)
    await deduct(m, contract_id)
    await m.box.timers.advance(m.tenant, 1)
    return await deduct(m, contract_id)


async def ordered_before(m: Any) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T))
    return await deduct(m, await signed(m))


async def closed_before(m: Any) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T))
    await m.post("/pay/closeorder", m.query(out_trade_no=T))
    return await deduct(m, await signed(m))


async def expired_before(m: Any) -> dict[str, str]:
    await m.post("/pay/unifiedorder", m.order(T, time_expire="20260101083000"))
    await m.box.timers.advance(m.tenant, HOUR)
    return await deduct(m, await signed(m))


async def changed(m: Any) -> dict[str, str]:
    contract_id = await signed(m)
    await m.box.timers.advance(m.tenant, 13 * HOUR)
    await deduct(m, contract_id)
    return await deduct(m, contract_id, total_fee="198")


async def restricted(m: Any) -> dict[str, str]:
    m.tenant.change_merchant(msgspec.structs.replace(m.tenant.merchants[m.mch_id], restricted=True))
    return await deduct(m, await signed(m))


async def no_contract(m: Any) -> dict[str, str]:
    return await deduct(m, "202601010000000009")


async def another_kind(m: Any) -> dict[str, str]:
    await m.pay(T)
    return await asked(m)


async def signed_before(m: Any) -> dict[str, str]:
    await signed(m)
    return await send(m, WITH, {**sample(m, WITH), "contract_code": "C1", "openid": Phone(m).openid})


async def signed_before_by_app(m: Any) -> dict[str, str]:
    await signed(m)
    return await send(m, APP, {**sample(m, APP), "contract_code": "C1"})


async def no_number(m: Any) -> dict[str, str]:
    return await send(m, LOOK, sample(m, LOOK))


def unknown(endpoint: Endpoint) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await send(m, endpoint, {**sample(m, endpoint), "contract_id": "202601010000000009"})

    return trigger


NATURAL: dict[tuple[Endpoint, Row], Trigger] = {
    (APPLY, contract.CONTRACT_NOT_EXIST): no_contract,
    (APPLY, pay.ORDER_PAID): paid_before,
    (APPLY, pay.ORDER_CLOSED): closed_before,
    (APPLY, pay.ORDER_EXPIRED): expired_before,
    (APPLY, pay.ORDER_CHANGED): changed,
    (APPLY, pay.OUT_TRADE_NO_REPEATED): ordered_before,
    (APPLY, pay.MERCHANT_RESTRICTED): restricted,
    (ASK, pay.ORDER_NOT_EXIST): asked,
    (ASK, contract.NOT_A_DEDUCTION): another_kind,
    (WITH, contract.CONTRACT_SIGNED): signed_before,
    (APP, contract.CONTRACT_SIGNED): signed_before_by_app,
    (LOOK, contract.CONTRACT_NOT_EXIST): unknown(LOOK),
    (LOOK, protocol.FIELD_MISSING): no_number,
    (END, contract.CONTRACT_NOT_EXIST): unknown(END),
}


@pytest.mark.parametrize(("endpoint", "row"), NATURAL, ids=lambda one: one.name)
async def test_by_nature(merchant: Any, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state order and contract are in, brings exactly this row."""
    reply = await NATURAL[endpoint, row](merchant)

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    assert spelling is not None
    ensure_said(reply, spelling, reply["return_msg"] if "{" in spelling.text else None)


@pytest.mark.parametrize("endpoint", ALL, ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, field by field, and everything that a rule can make it say."""

    def good(m: Any) -> dict[str, str]:
        return {"openid": Phone(m).openid} if endpoint is WITH else {}

    await shared_rows(merchant, endpoint, good)
    await rows_by_rule(merchant, endpoint, good)
