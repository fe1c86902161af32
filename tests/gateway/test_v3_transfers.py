"""The life of a transfer: sent, taken on the phone, called off, overdue; the batches of before 2025."""

import json
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from v3_merchant import V3Merchant

from sandbox.actions.confirm_transfer import ConfirmTransfer, confirm_transfer
from sandbox.actions.verb import VerbError
from sandbox.app import Sandbox
from sandbox.platform import funds
from sandbox.platform.tenants import Tenant

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
BATCHES = "/v3/transfer/batches"
DAY = 24 * 3_600_000
REPORT = [
    {"info_type": "活动名称", "info_content": "新会员有礼"},
    {"info_type": "奖励说明", "info_content": "注册会员抽奖一等奖"},
]


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


def bill(m: V3Merchant, number: str = "B001", **changes: Any) -> dict[str, Any]:
    """A good transfer, changed; None leaves a field out."""
    body = {
        "appid": m.appid,
        "out_bill_no": number,
        "transfer_scene_id": "1000",
        "openid": m.openids[0],
        "transfer_amount": 500,
        "transfer_remark": "新会员开通有礼",
        "transfer_scene_report_infos": REPORT,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


async def send(m: V3Merchant, number: str = "B001", name: str | None = None, **changes: Any) -> tuple[int, Any]:
    """Send a transfer, to a payee of this name."""
    headers = {}
    if name is not None:
        changes["user_name"] = m.sealed(name)
        headers = {"Wechatpay-Serial": m.tenant.credentials(m.tenant.merchants[m.mchid]).platform_serial}
    status, body = await m.call("POST", BILLS, bill(m, number, **changes), headers=headers)
    return status, body


async def ask(m: V3Merchant, number: str = "B001") -> Any:
    status, body = await m.call("GET", f"{BILLS}/out-bill-no/{number}")
    assert status == 200, body
    return body


async def confirm(m: V3Merchant, **arguments: Any) -> Any:
    """The phone's page."""
    return await confirm_transfer.run(m.box.desk(m.tenant), ConfirmTransfer(**arguments))


def balances(m: V3Merchant) -> tuple[int, int]:
    """The merchant's account and the payee's purse."""
    with m.tenant.transaction() as tx:
        return funds.balance(m.tenant, tx, m.mchid), next(
            user.balance for user in tx.users() if m.openids[0] in user.openids.values()
        )


async def test_a_transfer_waits_for_its_payee(v3: V3Merchant) -> None:
    """WAIT_USER_CONFIRM with the page's package_info at once; the money has left the merchant."""
    before = balances(v3)
    status, body = await send(v3)
    asked = await ask(v3)
    by_id = await v3.call("GET", f"{BILLS}/transfer-bill-no/{body['transfer_bill_no']}")

    assert status == 200
    assert list(body) == ["create_time", "out_bill_no", "package_info", "state", "transfer_bill_no"]
    assert (body["state"], len(body["transfer_bill_no"])) == ("WAIT_USER_CONFIRM", 40)
    assert asked == by_id[1]
    assert (asked["mch_id"], asked["transfer_amount"], asked["openid"]) == (v3.mchid, 500, v3.openids[0])
    assert "package_info" not in asked
    assert balances(v3) == (before[0] - 500, before[1])


async def test_the_payee_takes_the_money(v3: V3Merchant) -> None:
    """The page says ok when it opens; the money arrives a second after the tap."""
    before = balances(v3)
    _, body = await send(v3)

    page = await confirm(v3, package_info=body["package_info"], mchid=v3.mchid, appid=v3.appid)
    on_the_way = await ask(v3)
    await v3.box.timers.advance(v3.tenant, 1_000)
    then = await ask(v3)

    assert (page.errMsg, page.taken, page.state) == ("requestMerchantTransfer:ok", True, "TRANSFERING")
    assert (on_the_way["state"], then["state"]) == ("TRANSFERING", "SUCCESS")
    assert then["update_time"] == "2026-01-01T08:00:01+08:00"
    assert balances(v3) == (before[0] - 500, before[1] + 500)


async def test_leaving_the_page_refuses_nothing(v3: V3Merchant) -> None:
    """JavaScript hears cancel, the transfer waits on and can be taken later."""
    await send(v3)

    left = await confirm(v3, out_bill_no="B001", action="decline")
    taken = await confirm(v3, out_bill_no="B001")

    assert (left.errMsg, left.taken, left.state) == ("requestMerchantTransfer:cancel", False, "WAIT_USER_CONFIRM")
    assert taken.taken


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"package_info": "ABBQO+oYAAAB"}, "TRANSFER_PACKAGE_UNKNOWN"),
        ({"user": "xiaoming"}, "TRANSFER_NOT_THEIRS"),
        ({"appid": "wx0000000000000000"}, "TRANSFER_NOT_THEIRS"),
        ({"mchid": "1900000009"}, "TRANSFER_NOT_THEIRS"),
    ],
    ids=["package", "payer", "appid", "mchid"],
)
async def test_a_wrong_page_fails_and_says_why(v3: V3Merchant, arguments: dict[str, str], code: str) -> None:
    """Another package, payer, app or merchant: requestMerchantTransfer:fail, and an explanation."""
    _, body = await send(v3)

    page = await confirm(v3, **{"package_info": body["package_info"], **arguments})

    assert (page.errMsg, page.taken, page.explanation.code) == ("requestMerchantTransfer:fail", False, code)
    assert (await ask(v3))["state"] == "WAIT_USER_CONFIRM"


async def test_a_transfer_is_taken_once(v3: V3Merchant) -> None:
    """Opened again the page fails."""
    await send(v3)
    await confirm(v3, out_bill_no="B001")
    again = await confirm(v3, out_bill_no="B001")

    assert (again.errMsg, again.explanation.code) == ("requestMerchantTransfer:fail", "TRANSFER_NOT_WAITING")


async def test_the_verb_wants_one_handle_of_a_transfer(v3: V3Merchant) -> None:
    """Neither, both and an unknown number are told apart from what the page says."""
    for arguments in ({}, {"package_info": "p", "out_bill_no": "B001"}, {"out_bill_no": "B001"}):
        with pytest.raises(VerbError, match=r"package_info and out_bill_no|no transfer 'B001'"):
            await confirm(v3, **arguments)


async def test_a_day_later_it_is_overdue(v3: V3Merchant) -> None:
    """FAIL with OVERDUE_CLOSE, and the money goes back."""
    before = balances(v3)
    await send(v3)
    await v3.box.timers.advance(v3.tenant, DAY - 1)
    waiting = await ask(v3)
    await v3.box.timers.advance(v3.tenant, 1)
    then = await ask(v3)

    assert waiting["state"] == "WAIT_USER_CONFIRM"
    assert (then["state"], then["fail_reason"]) == ("FAIL", "OVERDUE_CLOSE")
    assert balances(v3) == before


async def test_a_transfer_is_called_off(v3: V3Merchant) -> None:
    """CANCELING, a second later CANCELLED; again is fine, after the payee took it not."""
    before = balances(v3)
    await send(v3)
    cancel = f"{BILLS}/out-bill-no/B001/cancel"

    first = await v3.call("POST", cancel)
    again = await v3.call("POST", cancel, {})
    await v3.box.timers.advance(v3.tenant, 1_000)
    _, last = await v3.call("POST", cancel)
    then = await ask(v3)
    await send(v3, "B002")
    await confirm(v3, out_bill_no="B002")
    too_late = await v3.call("POST", f"{BILLS}/out-bill-no/B002/cancel")

    assert first == again
    assert (first[1]["state"], last["state"], then["fail_reason"]) == ("CANCELING", "CANCELLED", "MCH_CANCEL")
    assert list(first[1]) == ["out_bill_no", "state", "transfer_bill_no", "update_time"]
    assert too_late == (400, {"code": "INVALID_REQUEST", "message": "当前转账单状态不支持撤销"})
    assert balances(v3)[0] == before[0] - 500


async def test_a_payee_whose_account_is_limited_gets_nothing(v3: V3Merchant) -> None:
    """FAIL with PAYEE_ACCOUNT_ABNORMAL after the tap, and the money goes back."""
    before = balances(v3)
    await send(v3)
    with v3.tenant.transaction() as tx:
        (payee,) = (user for user in tx.users() if v3.openids[0] in user.openids.values())
        tx.put_user(msgspec.structs.replace(payee, limited=True))
    await confirm(v3, out_bill_no="B001")
    await v3.box.timers.advance(v3.tenant, 1_000)

    assert (await ask(v3))["fail_reason"] == "PAYEE_ACCOUNT_ABNORMAL"
    assert balances(v3) == before


async def test_a_review_comes_before_the_payee(v3: V3Merchant) -> None:
    """ACCEPTED, PROCESSING, then the page; the same request meanwhile answers where it stands."""
    v3.tenant.change_settings({"transfer.review": 10})
    states = [(await send(v3))[1]["state"]]
    for _ in range(2):
        await v3.box.timers.advance(v3.tenant, 5_000)
        states.append((await send(v3))[1]["state"])

    assert states == ["ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM"]
    assert "package_info" in (await send(v3))[1]


async def test_the_same_transfer_is_answered_the_same_for_three_days(v3: V3Merchant) -> None:
    """However often its name was encrypted anew; changed it exists already, later it is too old."""
    first = await send(v3, name="小红")
    again = await send(v3, name="小红")
    changed = await send(v3, name="小红", transfer_amount=501)
    await v3.box.timers.advance(v3.tenant, 3 * DAY)
    late = await send(v3, name="小红")

    assert first == again
    assert changed == (400, {"code": "ALREADY_EXISTS", "message": "单号已存在但信息不一致，请查单后比较确认"})
    assert late[1]["message"] == "对应单号已超出重试期,请查单确认后决定是否换单请求"


async def test_a_name_comes_back_encrypted_to_the_merchant(v3: V3Merchant) -> None:
    """In queries, by the key of its own API certificate."""
    await send(v3, name="小红")

    assert v3.unsealed((await ask(v3))["user_name"]) == "小红"


NAMED = "用户姓名与收款微信实名不一致"
REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "small and named": ({"name": "小红", "transfer_amount": 29}, 400, "PARAM_ERROR", "0.3元以下不允许输入姓名校验"),
    "great, unnamed": ({"transfer_amount": 200_000}, 400, "PARAM_ERROR", "2000元及以上必须传入收款用户姓名"),
    "no report": (
        {"transfer_scene_report_infos": None}, 400, "PARAM_ERROR", "需传入转账场景报备信息，请检查"
    ),
    "empty report": ({"transfer_scene_report_infos": []}, 400, "PARAM_ERROR", "需传入转账场景报备信息，请检查"),
    "half a report": (
        {"transfer_scene_report_infos": REPORT[:1]},
        400,
        "PARAM_ERROR",
        "未传入完整且对应的转账场景报备信息，请根据接口文档检查",
    ),
    "perception": (
        {"user_recv_perception": "劳务报酬"}, 400, "INVALID_REQUEST", "暂不支持展示当前传入的用户收款感知"
    ),
    "other name": ({"name": "小明"}, 400, "INVALID_REQUEST", NAMED),
    "openid": (
        {"openid": "oNobody"}, 400, "INVALID_REQUEST", "Openid格式错误或者不属于商家公众账号，请检查"
    ),
    "more than there is": ({"name": "小红", "transfer_amount": 200_000_000}, 403, "NOT_ENOUGH", "资金不足"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "status", "code", "message"), REFUSED.values(), ids=REFUSED)
async def test_what_may_not_be_sent(
    v3: V3Merchant, changes: dict[str, Any], status: int, code: str, message: str
) -> None:
    """The documented texts; nothing was sent, and no money moved."""
    before = balances(v3)

    assert await send(v3, **changes) == (status, {"code": code, "message": message})
    assert (await v3.call("GET", f"{BILLS}/out-bill-no/B001"))[0] == 404
    assert balances(v3) == before


async def test_a_number_has_letters_and_digits_only(v3: V3Merchant) -> None:
    """An underscore is a complaint about the field (observed); sub_mchid is unknown to this API (observed)."""
    underscore = await send(v3, "B_001")
    partner = await send(v3, sub_mchid="1900000005")

    assert underscore[1]["code"] == "PARAM_ERROR"
    assert underscore[1]["detail"] == {"location": "body", "value": "B_001"}
    assert partner[1]["detail"] == {"location": None, "value": ["/body/sub_mchid"]}


@pytest.fixture
async def heard() -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A shop that answers 500: its URL, and what came."""
    came: list[tuple[dict[str, str], bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        came.append((dict(request.headers), await request.read()))
        return web.Response(status=500)

    app = web.Application()
    app.router.add_post("/transfer", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/transfer")), came


async def test_the_end_is_told_on_a_ladder_of_its_own(
    v3: V3Merchant, heard: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    """MCHTRANSFER.BILL.FINISHED, encrypted; ten times every 15 s, ten times every 5 min, then every half hour."""
    url, came = heard
    await send(v3, notify_url=url)
    await confirm(v3, out_bill_no="B001")
    await v3.box.timers.advance(v3.tenant, 1_000)
    counts = [len(came)]
    for span in (150_000, 3_000_000, 2 * DAY):
        await v3.box.timers.advance(v3.tenant, span)
        counts.append(len(came))

    headers, raw = came[0]
    v3.verify(headers, raw)
    envelope = json.loads(raw)
    plain = v3.decrypt(envelope["resource"])
    assert counts == [1, 11, 21, 65]
    assert (envelope["event_type"], envelope["summary"]) == ("MCHTRANSFER.BILL.FINISHED", "商家转账单据终态通知")
    assert envelope["resource"]["associated_data"] == "mch_payment"
    assert plain == {
        "out_bill_no": "B001",
        "transfer_bill_no": plain["transfer_bill_no"],
        "state": "SUCCESS",
        "mch_id": v3.mchid,
        "transfer_amount": 500,
        "openid": v3.openids[0],
        "create_time": "2026-01-01T08:00:00+08:00",
        "update_time": "2026-01-01T08:00:01+08:00",
        "payment_method_type": "CFT",
    }


def batch(m: V3Merchant, **changes: Any) -> dict[str, Any]:
    """A good batch of two, changed."""
    details = [
        {
            "out_detail_no": f"D{at}",
            "transfer_amount": 100 * at,
            "transfer_remark": "佣金",
            "openid": openid,
        }
        for at, openid in ((1, m.openids[0]), (2, "oNobody"))
    ]
    return {
        "appid": m.appid,
        "out_batch_no": "PL001",
        "batch_name": "一月佣金",
        "batch_remark": "一月佣金",
        "total_amount": 300,
        "total_num": 2,
        "transfer_detail_list": details,
        **changes,
    }


async def test_batches_are_closed_to_upgraded_merchants(v3: V3Merchant) -> None:
    """As to every merchant since 2025; the tenant's setting opens them."""
    text = "当前商户号接入升级版本功能，暂不支持使用升级前功能，请在产品中心-商家转账-前往功能查看接口文档"

    assert await v3.call("POST", BATCHES, batch(v3)) == (403, {"code": "NO_AUTH", "message": text})


async def test_a_batch_arrives_one_by_one(v3: V3Merchant) -> None:
    """ACCEPTED, PROCESSING, FINISHED; what could not arrive goes back, and details tell why."""
    v3.tenant.change_settings({"transfer.batches": True})
    before = balances(v3)
    body = batch(v3)
    status, first = await v3.call("POST", BATCHES, body)
    again = await v3.call("POST", BATCHES, body)
    await v3.box.timers.advance(v3.tenant, 1_000)
    by_number = f"{BATCHES}/out-batch-no/PL001"
    _, between = await v3.call("GET", f"{by_number}?need_query_detail=false")
    await v3.box.timers.advance(v3.tenant, 1_000)
    page = "need_query_detail=true&offset=0&limit=20&detail_status=FAIL"
    _, then = await v3.call("GET", f"{BATCHES}/batch-id/{first['batch_id']}?{page}")
    (failed,) = then["transfer_detail_list"]
    _, by_name = await v3.call("GET", f"{by_number}/details/out-detail-no/D2")
    _, by_id = await v3.call("GET", f"{BATCHES}/batch-id/{first['batch_id']}/details/detail-id/{failed['detail_id']}")

    assert (status, first["batch_status"], again[1]) == (200, "ACCEPTED", first)
    assert between["transfer_batch"]["batch_status"] == "PROCESSING"
    assert "transfer_detail_list" not in between
    ended = then["transfer_batch"]
    assert (ended["batch_status"], ended["success_amount"], ended["fail_amount"]) == ("FINISHED", 100, 200)
    assert (failed["out_detail_no"], failed["detail_status"]) == ("D2", "FAIL")
    assert by_name == by_id
    assert (by_id["fail_reason"], by_id["transfer_amount"]) == ("OPENID_INVALID", 200)
    assert balances(v3) == (before[0] - 100, before[1] + 100)


async def test_a_batch_is_told_of_when_it_is_finished(
    v3: V3Merchant, heard: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    """MCHTRANSFER.BATCH.FINISHED with what arrived and what did not."""
    url, came = heard
    v3.tenant.change_settings({"transfer.batches": True})
    await v3.call("POST", BATCHES, batch(v3, notify_url=url))
    await v3.box.timers.advance(v3.tenant, 2_000)

    envelope = json.loads(came[0][1])
    plain = v3.decrypt(envelope["resource"])
    assert envelope["event_type"] == "MCHTRANSFER.BATCH.FINISHED"
    assert (plain["success_num"], plain["success_amount"], plain["fail_num"], plain["fail_amount"]) == (1, 100, 1, 200)


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"total_amount": 301}, "INVALID_REQUEST", "转账总金额或总笔数与明细不一致"),
        ({"total_num": 3}, "INVALID_REQUEST", "转账总金额或总笔数与明细不一致"),
        ({"total_num": 1001}, "PARAM_ERROR", "值高于最大值 1000"),
        ({"transfer_detail_list": []}, "PARAM_ERROR", "值低于最小值 1"),
    ],
    ids=["sum", "count", "too many", "empty"],
)
async def test_a_batch_adds_up(v3: V3Merchant, changes: dict[str, Any], code: str, message: str) -> None:
    """total_amount and total_num are those of the details, at most a thousand."""
    v3.tenant.change_settings({"transfer.batches": True})
    _, body = await v3.call("POST", BATCHES, batch(v3, **changes))

    assert body["code"] == code
    assert body["message"].endswith(message)


async def test_a_page_of_details_has_twenty_lines_at_least(v3: V3Merchant) -> None:
    """limit below 20 is refused (observed); need_query_detail is required and true or false."""
    v3.tenant.change_settings({"transfer.batches": True})
    await v3.call("POST", BATCHES, batch(v3))
    by_number = f"{BATCHES}/out-batch-no/PL001"
    _, small = await v3.call("GET", f"{by_number}?need_query_detail=true&limit=1")
    _, missing = await v3.call("GET", by_number)
    _, neither = await v3.call("GET", f"{by_number}?need_query_detail=yes")

    text = "输入源“/query/limit”映射到数值字段“最大资源条数”规则校验失败，值低于最小值 20"
    assert small == {"code": "PARAM_ERROR", "detail": {"location": "query", "value": 1}, "message": text}
    assert missing["message"].startswith("输入源“/query/need_query_detail”")
    assert neither["detail"] == {"location": "query", "value": "yes"}
