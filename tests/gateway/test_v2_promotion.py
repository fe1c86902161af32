"""Transfers to the purse and red packets through v2: their own wire, the money, and every row."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from v2_contract import V2, Trigger, documents, ensure_said, last_problem, rows_by_rule, sample, send, shared_rows
from wire_phone import Phone

from sandbox.actions.verb import VerbError
from sandbox.domain.red_packet import portions
from sandbox.errors import Row, transfer
from sandbox.gateway.spec import Endpoint
from sandbox.platform import funds

PAY, INFO = V2["v2.promotion.transfers"], V2["v2.promotion.gettransferinfo"]
PACKET, GROUP = V2["v2.promotion.sendredpack"], V2["v2.promotion.sendgroupredpack"]
LOOK = V2["v2.promotion.gethbinfo"]
ALL = (PAY, INFO, PACKET, GROUP, LOOK)
DAY = 24 * 60 * 60 * 1000


def good(m: Any, endpoint: Endpoint) -> dict[str, str]:
    """The form's samples, to 小明."""
    fields, openid = sample(m, endpoint), Phone(m).openid
    return {name: openid if name in ("openid", "re_openid") else value for name, value in fields.items()}


def balances(m: Any) -> tuple[int, int]:
    """Of the merchant and of 小明."""
    with m.tenant.transaction() as tx:
        return funds.balance(m.tenant, tx, m.mch_id), tx.user("xiaoming").balance


async def test_a_transfer_arrives_at_once(merchant: Any) -> None:
    """The documented elements, unsigned, the first on a line of its own; repeated it is the same payment."""
    before = balances(merchant)

    reply = await send(merchant, PAY, good(merchant, PAY))
    body = merchant.reply.body
    again = await send(merchant, PAY, good(merchant, PAY))

    assert " ".join(reply) == (
        "return_code return_msg mch_appid mchid nonce_str result_code partner_trade_no payment_no payment_time"
    )
    assert body.startswith(b"<xml>\n<return_code><![CDATA[SUCCESS]]></return_code>\n<return_msg><![CDATA[]]>")
    assert reply["payment_time"] == "2026-01-01 08:00:00"
    assert again["payment_no"] == reply["payment_no"]
    assert balances(merchant) == (before[0] - 100, before[1] + 100)


async def test_not_enough_money_is_laid_out_as_observed(merchant: Any) -> None:
    """return_msg says 支付失败, the caller stands before the result, nothing is signed."""
    merchant.tenant.change_merchant(
        msgspec.structs.replace(merchant.tenant.merchants[merchant.mch_id], opening_balance=0)
    )

    await send(merchant, PAY, good(merchant, PAY))

    assert merchant.reply.body.decode() == (
        "<xml>\n"
        "<return_code><![CDATA[SUCCESS]]></return_code>\n"
        "<return_msg><![CDATA[支付失败]]></return_msg>\n"
        f"<mch_appid><![CDATA[{merchant.appid}]]></mch_appid>\n"
        f"<mchid><![CDATA[{merchant.mch_id}]]></mchid>\n"
        "<result_code><![CDATA[FAIL]]></result_code>\n"
        "<err_code><![CDATA[NOTENOUGH]]></err_code>\n"
        "<err_code_des><![CDATA[余额不足]]></err_code_des>\n"
        "</xml>"
    )


async def test_a_transfer_can_be_asked_for(merchant: Any) -> None:
    """For thirty days."""
    sent = await send(merchant, PAY, {**good(merchant, PAY), "re_user_name": "小明"})

    reply = await send(merchant, INFO, good(merchant, INFO))
    await merchant.box.timers.advance(merchant.tenant, 31 * DAY)
    late = await send(merchant, INFO, good(merchant, INFO))

    assert " ".join(reply) == (
        "return_code return_msg result_code partner_trade_no appid mch_id detail_id status openid transfer_name "
        "payment_amount transfer_time payment_time desc"
    )
    assert (reply["detail_id"], reply["status"], reply["payment_amount"]) == (sent["payment_no"], "SUCCESS", "100")
    assert late["err_code"] == "NOT_FOUND"


async def test_an_unknown_caller_meets_another_back_end(merchant: Any) -> None:
    """retmsg and retcode instead of return_msg, as seen."""
    await send(merchant, PAY, good(merchant, PAY), mchid="1888888888")

    assert merchant.reply.body.decode() == (
        "<xml><return_code>FAIL</return_code><retmsg>请确认请求参数是否正确param mch_id invalid</retmsg>"
        "<retcode>1</retcode></xml>"
    )


async def test_a_red_packet_is_sent_and_opened(merchant: Any) -> None:
    """Numbers bare, err_code 0; the money leaves at once and waits until it is opened."""
    before = balances(merchant)

    reply = await send(merchant, PACKET, good(merchant, PACKET))
    body = merchant.reply.body.decode()
    waiting = balances(merchant)
    opened = await Phone(merchant).do("user.open_red_packet", mch_billno="R20260101000001")
    with pytest.raises(VerbError, match="nothing for xiaoming"):
        await Phone(merchant).do("user.open_red_packet", mch_billno="R20260101000001")

    assert " ".join(reply) == (
        "return_code return_msg result_code err_code err_code_des mch_billno mch_id wxappid re_openid total_amount "
        "send_listid send_time"
    )
    assert (reply["return_msg"], reply["err_code"], reply["err_code_des"]) == ("发放成功.", "0", "发放成功.")
    for bare in (f"<mch_id>{merchant.mch_id}</mch_id>", "<total_amount>100</total_amount>",
                 "<send_time>20260101080000</send_time>"):  # fmt: skip
        assert bare in body
    assert waiting == (before[0] - 100, before[1])
    assert (opened["amount"], opened["state"]) == (100, "RECEIVED")
    assert balances(merchant) == (before[0] - 100, before[1] + 100)


async def test_what_became_of_a_red_packet(merchant: Any) -> None:
    """hblist holds an hbinfo for each who opened it: elements in elements."""
    await send(merchant, PACKET, good(merchant, PACKET))
    sent = await send(merchant, LOOK, good(merchant, LOOK))
    await Phone(merchant).do("user.open_red_packet", mch_billno="R20260101000001")

    reply = await send(merchant, LOOK, good(merchant, LOOK))

    assert " ".join(reply) == (
        "return_code return_msg result_code err_code err_code_des mch_billno mch_id detail_id status send_type "
        "hb_type total_num total_amount send_time hblist"
    )
    assert (sent["status"], reply["status"], reply["err_code"]) == ("SENT", "RECEIVED", "SUCCESS")
    assert (
        "<hblist>\n<hbinfo>\n"
        f"<openid><![CDATA[{Phone(merchant).openid}]]></openid>\n<amount>100</amount>\n"
        "<rcv_time><![CDATA[2026-01-01 08:00:00]]></rcv_time>\n</hbinfo>\n</hblist>\n</xml>"
    ) in merchant.reply.body.decode()


async def test_a_red_packet_that_nobody_opens_comes_back(merchant: Any) -> None:
    """After a day."""
    before = balances(merchant)
    await send(merchant, PACKET, good(merchant, PACKET))

    await merchant.box.timers.advance(merchant.tenant, DAY)
    reply = await send(merchant, LOOK, good(merchant, LOOK))

    assert (reply["status"], reply["refund_amount"]) == ("REFUND", "100")
    assert balances(merchant) == before


async def test_several_open_a_groups_packet(merchant: Any) -> None:
    """Each once, until the parts are taken; together they got all of it."""
    await send(merchant, GROUP, good(merchant, GROUP))
    await Phone(merchant).do("user.create", id="third")
    got = []
    for user in ("xiaohong", "xiaoming", "third"):
        opened = await Phone(merchant).do("user.open_red_packet", mch_billno="R20260101000001", user=user)
        got.append(opened["amount"])

    reply = await send(merchant, LOOK, good(merchant, LOOK))

    assert sum(got) == 100
    assert min(got) >= 1
    assert (reply["hb_type"], reply["total_num"], reply["status"]) == ("GROUP", "3", "RECEIVED")


@given(st.integers(3, 20), st.data())
def test_portions_add_up(number: int, data: st.DataObject) -> None:
    """However chance falls, everybody gets a fen and nothing is lost."""
    total = data.draw(st.integers(number, 100_000))
    chance = data.draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=number - 1, max_size=number - 1))

    parts = portions(total, number, chance)

    assert (len(parts), sum(parts)) == (number, total)
    assert min(parts) >= 1


def test_all_of_it_needs_a_certificate() -> None:
    """Even the questions."""
    assert all(one.needs_certificate for one in ALL)


def merchant_is(endpoint: Endpoint, **state: Any) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        m.tenant.change_merchant(msgspec.structs.replace(m.tenant.merchants[m.mch_id], **state))
        return await send(m, endpoint, good(m, endpoint))

    return trigger


def asked(endpoint: Endpoint, **changes: str | None) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await send(m, endpoint, good(m, endpoint), **changes)

    return trigger


def of_another_app(endpoint: Endpoint, field: str) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        with m.tenant.transaction() as tx:
            openid = tx.user("xiaoming").openids[list(m.tenant.apps)[1]]
        return await send(m, endpoint, good(m, endpoint), **{field: openid})

    return trigger


def banned(endpoint: Endpoint) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        await Phone(m).do("user.change", id="xiaoming", limited=True)
        return await send(m, endpoint, good(m, endpoint))

    return trigger


def changed(endpoint: Endpoint, field: str) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        await send(m, endpoint, good(m, endpoint))
        return await send(m, endpoint, good(m, endpoint), **{field: "99"})

    return trigger


async def too_great(m: Any) -> dict[str, str]:
    m.tenant.change_settings({"transfer.most": 99})
    return await send(m, PAY, good(m, PAY))


NATURAL: dict[tuple[Endpoint, Row], Trigger] = {
    (PAY, transfer.TRANSFER_AMOUNT_LIMITED): too_great,
    (PAY, transfer.TRANSFER_NAME_WRONG): asked(PAY, check_name="FORCE_CHECK", re_user_name="小红"),
    (PAY, transfer.PAYEE_UNNAMED): asked(PAY, check_name="FORCE_CHECK"),
    (PAY, transfer.TRANSFER_OPENID_WRONG): asked(PAY, openid="oNobody"),
    (PAY, transfer.PAYEE_OPENID_WRONG): of_another_app(PAY, "openid"),
    (PAY, transfer.TRANSFER_CHANGED): changed(PAY, "amount"),
    (INFO, transfer.TRANSFER_NOT_EXIST): asked(INFO),
    (LOOK, transfer.TRANSFER_NOT_EXIST): asked(LOOK),
}
for one in (PACKET, GROUP):
    NATURAL |= {
        (one, transfer.TRANSFER_OPENID_WRONG): asked(one, re_openid="oNobody"),
        (one, transfer.PAYEE_OPENID_WRONG): of_another_app(one, "re_openid"),
        (one, transfer.TRANSFER_CHANGED): changed(one, "total_amount"),
    }
for one in (PAY, PACKET, GROUP):
    NATURAL |= {
        (one, transfer.TRANSFER_NOT_PERMITTED): merchant_is(one, products=frozenset({"JSAPI"})),
        (one, transfer.TRANSFER_FUNDS_SHORT): merchant_is(one, opening_balance=99),
        (one, transfer.PAYEE_BANNED): banned(one),
    }


@pytest.mark.parametrize(("endpoint", "row"), NATURAL, ids=lambda one: one.name)
async def test_by_nature(merchant: Any, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state merchant and payee are in, brings exactly this row."""
    reply = await NATURAL[endpoint, row](merchant)

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    assert spelling is not None
    ensure_said(reply, spelling)
    assert "sign" not in reply
    assert reply["return_msg"] == (spelling.aside or spelling.text)


@pytest.mark.parametrize("endpoint", ALL, ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, field by field, and everything that a rule can make it say."""
    await shared_rows(merchant, endpoint, lambda m: good(m, endpoint))
    await rows_by_rule(merchant, endpoint, lambda m: good(m, endpoint))


async def test_a_missing_name_reads_as_observed(merchant: Any) -> None:
    """The length that it may have is in the text."""
    reply = await send(merchant, PACKET, good(merchant, PACKET), act_name=None)

    assert reply["err_code_des"] == "参数错误:act_name字段必填,并且少于32个字符."
    assert list(reply)[-5:] == ["mch_billno", "mch_id", "wxappid", "re_openid", "total_amount"]


def test_no_row_is_left_out() -> None:
    """Each row has a natural trigger or is documented only, and every code of the published tables is there."""
    for endpoint in ALL:
        brought = {row.name for one, row in NATURAL if one is endpoint}
        assert {row.name for row in endpoint.raises if not row.name.startswith("PROMOTION_")} <= brought
    assert not documents(
        "v2.promotion.transfers",
        "NO_AUTH AMOUNT_LIMIT PARAM_ERROR OPENID_ERROR SEND_FAILED NOTENOUGH SYSTEMERROR NAME_MISMATCH SIGN_ERROR "
        "XML_ERROR FATAL_ERROR FREQ_LIMIT MONEY_LIMIT V2_ACCOUNT_SIMPLE_BAN PARAM_IS_NOT_UTF8 SENDNUM_LIMIT "
        "RECV_ACCOUNT_NOT_ALLOWED PAY_CHANNEL_NOT_ALLOWED",
    )
    assert not documents(
        "v2.promotion.sendredpack",
        "NO_AUTH SENDNUM_LIMIT ILLEGAL_APPID MONEY_LIMIT SEND_FAILED FATAL_ERROR SIGN_ERROR SYSTEMERROR XML_ERROR "
        "FREQ_LIMIT OPENID_ERROR NOTENOUGH PARAM_ERROR",
    )
    assert not documents("v2.promotion.gettransferinfo", "NOT_FOUND SYSTEMERROR FREQ_LIMIT SIGN_ERROR")
