"""Bills and comments through v2: exact bytes, which day can be had, sums that equal the order book, every row."""

import contextlib
import gzip
import random
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from v2_contract import V2, Trigger, documents, ensure_said, last_problem, rows_by_rule, sample, send, shared_rows
from wire_phone import Phone

from sandbox.errors import Row, bill
from sandbox.gateway.spec import Endpoint
from sandbox.platform import funds

BILL, FLOW, COMMENTS = V2["v2.downloadbill"], V2["v2.downloadfundflow"], V2["v2.batchquerycomment"]
HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
T, R = "T2026000001", "R2026000001"


async def download(m: Any, endpoint: Endpoint = BILL, **changes: str | None) -> bytes:
    """The answer's bytes for the first day of 2026."""
    fields = {**sample(m, endpoint), "bill_date": "20260101", **changes}
    signed = {name: value for name, value in fields.items() if value is not None}
    with contextlib.suppress(ET.ParseError):  # a bill is no XML
        await m.post(endpoint.path, signed)
    return bytes(m.reply.body)


async def pay_and_refund(m: Any, **changes: str) -> None:
    await m.pay(T)
    fields = {"out_trade_no": T, "out_refund_no": R, "total_fee": "199", "refund_fee": "100", **changes}
    await m.post("/secapi/pay/refund", m.query(**fields))


async def tomorrow(m: Any) -> None:
    """Ten in the morning of the next day, when the bill is ready."""
    await m.box.timers.advance(m.tenant, DAY + 2 * HOUR)


async def test_the_bill_is_bytes_of_the_known_format(merchant: Any) -> None:
    """BOM, CRLF, back-quoted cells, newest row first, totals under their names, the last line ended."""
    await pay_and_refund(merchant)
    await tomorrow(merchant)

    body = await download(merchant)

    assert merchant.reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body.startswith(b"\xef\xbb\xbf")
    header, refunded, paid, names, totals, end = body.decode("utf-8-sig").split("\r\n")
    assert end == ""
    assert len(header.split(",")) == len(paid.split(",")) == len(refunded.split(",")) == 27
    assert paid.startswith(f"`2026-01-01 08:00:00,`{merchant.appid},`{merchant.mch_id},`0,`,`4200000")
    assert paid.endswith("`JSAPI,`SUCCESS,`OTHERS,`CNY,`1.99,`0.00,`0,`0,`0.00,`0.00,`,`,`茶叶一罐,`,`0.01000,`0.60%,"
                         "`1.99,`0.00,`")  # fmt: skip
    assert f",`{R},`1.00,`0.00,`ORIGINAL,`SUCCESS,`茶叶一罐,`,`-0.01000,`0.60%,`0.00,`1.00,`" in refunded
    assert names == "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    assert totals == "`2,`1.99,`1.00,`0.00,`0.00000,`1.99,`1.00"


@pytest.mark.parametrize(
    ("kind", "columns", "rows"), [("ALL", 27, 2), ("SUCCESS", 20, 1), ("REFUND", 29, 1), ("RECHARGE_REFUND", 30, 1)]
)
async def test_each_kind_has_its_columns_and_rows(merchant: Any, kind: str, columns: int, rows: int) -> None:
    """RECHARGE_REFUND has the refunds of topped-up money, and the fee that came back."""
    await pay_and_refund(merchant, refund_account="REFUND_SOURCE_RECHARGE_FUNDS")
    await tomorrow(merchant)

    table = (await download(merchant, bill_type=kind)).decode("utf-8-sig").split("\r\n")

    assert len(table) == rows + 4
    assert {len(line.split(",")) for line in table[: rows + 1]} == {columns}
    if kind == "RECHARGE_REFUND":
        assert (table[0].split(",")[-1], table[1].split(",")[-1]) == ("返还手续费", "`0.01000")


async def test_unsettled_money_is_no_recharge(merchant: Any) -> None:
    """A refund out of unsettled money is not on that bill."""
    await pay_and_refund(merchant)
    await tomorrow(merchant)

    body = await download(merchant, bill_type="RECHARGE_REFUND")

    assert b"No Bill Exist" in body


@pytest.mark.parametrize("endpoint", [BILL, FLOW], ids=lambda one: one.name)
async def test_gzip_is_packed_and_an_error_is_not(merchant: Any, endpoint: Endpoint) -> None:
    """The packed bytes are the body; what is wrong is told as XML all the same."""
    await pay_and_refund(merchant)
    await tomorrow(merchant)
    plain = await download(merchant, endpoint)

    packed = await download(merchant, endpoint, tar_type="GZIP")
    headers = dict(merchant.reply.headers)
    missing = await download(merchant, endpoint, tar_type="GZIP", bill_date="20260102")

    assert gzip.decompress(packed) == plain
    assert headers["Content-Type"] == "application/x-gzip"
    assert "Content-Encoding" not in headers
    assert missing.startswith(b"<xml><return_code>")


async def test_the_error_is_bytes_of_the_known_format(merchant: Any) -> None:
    """Three elements, unsigned, and a newline at the end as nowhere else."""
    body = await download(merchant)

    assert body.decode() == (
        "<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[No Bill Exist]]></return_msg>\n"
        "<error_code><![CDATA[20002]]></error_code>\n</xml>\n"
    )


async def test_a_row_keeps_the_state_of_the_day_it_was_billed(merchant: Any) -> None:
    """A refund that was PROCESSING at ten is so for ever on that bill."""
    merchant.tenant.change_settings({"refund.delay": 30 * 60 * 60})
    await pay_and_refund(merchant)
    await tomorrow(merchant)
    first = await download(merchant, bill_type="REFUND")
    await merchant.box.timers.advance(merchant.tenant, DAY)

    later = await download(merchant, bill_type="REFUND")

    assert "`PROCESSING," in first.decode()
    assert later == first


async def test_a_provider_asks_for_one_sub_merchant_or_all(merchant: Any) -> None:
    """sub_mch_id may be left out here."""
    provider = next(one for one in merchant.tenant.merchants.values() if one.kind == "provider")
    sub = next(one for one in merchant.tenant.merchants.values() if one.provider == provider.mchid)
    app = next(iter(provider.appids or {merchant.appid}))
    for more in ({}, {"sub_mch_id": sub.mchid}):
        fields = {**sample(merchant, BILL), "mch_id": provider.mchid, "appid": app, **more}
        reply = await merchant.post(BILL.path, fields, key=provider.api_keys[0].text)

        assert reply["return_msg"] == "No Bill Exist"


async def test_the_fund_flow_tells_every_movement(merchant: Any) -> None:
    """Payment, fee, refund and fee given back, with the balance after each."""
    await pay_and_refund(merchant)
    await tomorrow(merchant)

    lines = (await download(merchant, FLOW)).decode("utf-8-sig").split("\r\n")

    assert lines[0] == (
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
        "资金变更提交申请人,备注,业务凭证号"
    )
    with merchant.tenant.transaction() as tx:
        held = funds.balance(merchant.tenant, tx, merchant.mch_id)
    assert f"`{held // 100}.{held % 100:02}" in lines[1]
    assert lines[-3:] == ["资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额", "`4,`2,`2.00,`2,`1.01", ""]


async def at_the_till(m: Any, number: str, total: int) -> None:
    code = await Phone(m).do("user.payment_code")
    fields = {**sample(m, V2["v2.micropay"]), "out_trade_no": number, "total_fee": str(total)}
    await m.post("/pay/micropay", {**fields, "auth_code": code["auth_code"]})


async def a_day_of_trade(m: Any, chance: random.Random) -> tuple[int, int, int]:
    """What was sold and what went back, in fen, and how many rows that is."""
    sold = back = rows = 0
    for nth in range(chance.randint(1, 5)):
        number, total = f"T{nth}", chance.randint(2, 50_000)
        by_code = chance.random() < 0.5
        if by_code:
            await at_the_till(m, number, total)
        else:
            await m.post("/pay/unifiedorder", m.order(number, total_fee=str(total)))
            await Phone(m).do("user.pay", out_trade_no=number)
        sold, left, rows = sold + total, total, rows + 1
        for part in range(chance.randint(0, 2)):
            refund = chance.randint(1, total // 2)
            fields = {"out_refund_no": f"{number}R{part}", "total_fee": str(total), "refund_fee": str(refund)}
            reply = await m.post("/secapi/pay/refund", m.query(out_trade_no=number, **fields))
            accepted = reply["result_code"] == "SUCCESS"
            left, rows = left - refund * accepted, rows + accepted
        if by_code and chance.random() < 0.5:
            await m.post("/secapi/pay/reverse", m.query(out_trade_no=number))
            left, rows = 0, rows + bool(left)
        back += total - left
    return sold, back, rows


@pytest.mark.parametrize("style", ["new", "old"])
@pytest.mark.parametrize("seed", range(6))
async def test_the_sums_equal_the_order_book(merchant: Any, seed: int, style: str) -> None:
    """Whatever was sold, refunded and called off on a day, the totals line is its sum, in either format."""
    merchant.tenant.change_settings({"bill.format": style})
    sold, back, rows = await a_day_of_trade(merchant, random.Random(seed))
    await tomorrow(merchant)

    lines = (await download(merchant)).decode("utf-8-sig").replace("`", "").split("\r\n")

    totals = lines[-2].split(",")
    assert (totals[0], round(float(totals[1]) * 100), round(float(totals[2]) * 100)) == (str(rows), sold, back)
    table = [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:-3]]
    first = "总金额" if style == "old" else "应结订单金额"
    assert sum(round(float(row[first]) * 100) for row in table) == sold
    assert sum(round(float(row["退款金额"]) * 100) for row in table) == back


async def test_a_reversed_payment_is_a_row(merchant: Any) -> None:
    """The payment stays on the bill, and what went back is REVOKED; what was never paid is on no bill."""
    await at_the_till(merchant, T, 199)
    await at_the_till(merchant, "T2", 100_001)  # waits for the password
    for number in (T, "T2"):
        await merchant.post("/secapi/pay/reverse", merchant.query(out_trade_no=number))
    await tomorrow(merchant)

    found = {}
    for kind in ("ALL", "SUCCESS", "REFUND"):
        rows = (await download(merchant, bill_type=kind)).decode("utf-8-sig").replace("`", "").split("\r\n")[1:-3]
        found[kind] = [(row.split(",")[6], row.split(",")[9]) for row in rows]
    topped_up = await download(merchant, bill_type="RECHARGE_REFUND")

    assert found == {
        "ALL": [(T, "REVOKED"), (T, "SUCCESS")], "SUCCESS": [(T, "SUCCESS")], "REFUND": [(T, "REVOKED")],
    }  # fmt: skip
    assert b"No Bill Exist" in topped_up


async def test_comments_are_lines_behind_an_offset(merchant: Any) -> None:
    """The offset of the last one first; the next page begins behind it."""
    for nth in range(3):
        await merchant.pay(f"T{nth}")
        await Phone(merchant).do("user.comment", out_trade_no=f"T{nth}", stars=nth + 3, text="赞，茶很香")

    first = (await download(merchant, COMMENTS, bill_date=None, limit="2")).decode().split("\n")
    rest = (await download(merchant, COMMENTS, bill_date=None, offset=first[0])).decode().split("\n")

    assert first[0] == "2"
    assert first[1].startswith("`2026-01-01 08:00:00,`4200000")
    assert first[1].endswith(",`3,`赞，茶很香")
    assert [line.split(",")[2] for line in rest[1:-1]] == ["`5"]


def test_what_needs_a_certificate() -> None:
    """The trade bill does not, the others do."""
    assert [one.needs_certificate for one in (BILL, FLOW, COMMENTS)] == [False, True, True]


def asking(endpoint: Endpoint, *, after: int = 0, **changes: str) -> Trigger:
    """A day with trade, asked for `after` ms later."""

    async def trigger(m: Any) -> dict[str, str]:
        await m.pay(T)
        await m.box.timers.advance(m.tenant, after)
        return dict(await send(m, endpoint, {**sample(m, endpoint), "bill_date": "20260101", **changes}))

    return trigger


def commented(**changes: str) -> Trigger:
    async def trigger(m: Any) -> dict[str, str]:
        return await send(m, COMMENTS, sample(m, COMMENTS), **changes)

    return trigger


NATURAL: list[tuple[Endpoint, Row, Trigger, str]] = [
    *((one, bill.BILL_NOT_THERE, asking(one), "today") for one in (BILL, FLOW)),
    *((one, bill.BILL_NOT_THERE, asking(one, bill_date="20260301"), "future") for one in (BILL, FLOW)),
    *((one, bill.BILL_NOT_THERE, asking(one, after=3 * DAY, bill_date="20260102"), "idle") for one in (BILL, FLOW)),
    *((one, bill.BILL_CREATING, asking(one, after=DAY), "before ten") for one in (BILL, FLOW)),
    *((one, bill.BILL_DATE_TOO_OLD, asking(one, after=120 * DAY), "old") for one in (BILL, FLOW)),
    *((one, bill.BILL_DATE_INVALID, asking(one, bill_date="20260231"), "no day") for one in (BILL, FLOW)),
    *((one, bill.BILL_DATE_INVALID, asking(one, bill_date="2026-1-1"), "hyphens") for one in (BILL, FLOW)),
    (BILL, bill.BILL_TYPE_INVALID, asking(BILL, bill_type="all"), "lower case"),
    (FLOW, bill.BILL_NOT_THERE, asking(FLOW, account_type="Fees", after=DAY + 2 * HOUR), "other account"),
    (COMMENTS, bill.NO_COMMENT, commented(), "none"),
    (COMMENTS, bill.COMMENTS_TOO_OLD, commented(begin_time="20250101000000"), "old"),
    (COMMENTS, bill.BILL_DATE_INVALID, commented(end_time="20260101"), "no time"),
]


@pytest.mark.parametrize(
    ("endpoint", "row", "trigger"),
    [pytest.param(one, row, trigger, id=f"{one.name}-{row.name}-{why}") for one, row, trigger, why in NATURAL],
)
async def test_by_nature(merchant: Any, endpoint: Endpoint, row: Row, trigger: Trigger) -> None:
    """Which day, and how it is written, brings exactly this row."""
    reply = await trigger(merchant)

    assert last_problem(merchant) == row.name
    spelling = row.spelling("v2", endpoint=endpoint.name)
    assert spelling is not None
    ensure_said(reply, spelling)


@pytest.mark.parametrize("endpoint", [BILL, FLOW, COMMENTS], ids=lambda one: one.name)
async def test_rows_that_all_share(merchant: Any, endpoint: Endpoint) -> None:
    """The shared refusals, field by field, and everything that a rule can make it say."""
    await shared_rows(merchant, endpoint, lambda _: {})
    await rows_by_rule(merchant, endpoint, lambda _: {})


def test_no_row_is_left_out() -> None:
    """Each row has a natural trigger or is documented only, and every code of the published tables is there."""
    by_rule = {bill.BILL_COMPRESSION_FAILED.name, bill.BILL_SYSTEM_ERROR.name}
    for endpoint in (BILL, FLOW, COMMENTS):
        assert {row.name for row in endpoint.raises} <= {
            r.name for one, r, _, _ in NATURAL if one is endpoint
        } | by_rule
    assert not documents("v2.downloadbill", "20001 20002 20003 20007 20100")
    assert not documents("v2.downloadfundflow", "PARAM_ERROR NO_BILL_EXIST BILL_CREATING SYSTEMERROR")
