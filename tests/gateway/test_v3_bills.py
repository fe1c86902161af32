"""Bills through APIv3: asked for, downloaded, and adding up to the order book."""

import gzip
import hashlib
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from v3_merchant import V3Merchant

from sandbox.actions.pay import Pay, pay
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.domain.ledger import fee
from sandbox.gateway.wire import Wire
from sandbox.platform import funds
from sandbox.platform.tenants import NewTenant, Tenant

REFUNDS = "/v3/refund/domestic/refunds"
T, R = "T2026000001", "R2026000001"
HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
START = 1_767_225_600_000  # 2026-01-01T08:00+08:00
FIRST_DAY = START - 8 * HOUR


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


async def paid(m: V3Merchant, number: str = T, total: int = 199) -> None:
    await m.call("POST", "/v3/pay/transactions/jsapi", m.order(number, amount={"total": total}))
    await pay.run(m.box.desk(m.tenant), Pay(out_trade_no=number))


async def refunded(m: V3Merchant, number: str = R, refund: int = 199, total: int = 199, order: str = T) -> int:
    amount = {"refund": refund, "total": total, "currency": "CNY"}
    status, _ = await m.call("POST", REFUNDS, {"out_trade_no": order, "out_refund_no": number, "amount": amount})
    return status


async def tomorrow(m: V3Merchant) -> None:
    """Ten in the morning of the next day, when the bill is ready."""
    await m.box.timers.advance(m.tenant, DAY + 2 * HOUR)


async def fetched(m: V3Merchant, target: str) -> bytes:
    """The file behind the link that `target` answers; its hash is right and the answer unsigned."""
    status, link = await m.call("GET", target)
    assert status == 200, link
    wire = await download(m, link["download_url"])
    assert wire.status == 200
    assert not any(name.startswith("Wechatpay-") for name in wire.headers)
    assert "Content-Encoding" not in wire.headers
    content = gzip.decompress(wire.body) if "tartype=gzip" in link["download_url"] else wire.body
    assert (link["hash_type"], link["hash_value"]) == ("SHA1", hashlib.sha1(content).hexdigest())
    return content


async def download(m: V3Merchant, url: str) -> Any:
    assert url.startswith("http://127.0.0.1/v3/billdownload/file?token=")
    target = url.removeprefix("http://127.0.0.1")
    headers = {"User-Agent": "test", "Accept": "*/*", "Authorization": m.authorization("GET", target, b"")}
    wire = Wire(method="GET", path="/v3/billdownload/file", target=target, headers=headers, base_url="http://127.0.0.1")
    return await m.box.pipeline.serve(wire)


class Table(NamedTuple):
    """A bill as a merchant reads it."""

    rows: list[dict[str, str]]
    totals: dict[str, str]


def read(content: bytes) -> Table:
    header, *rows, names, totals, end = content.decode("utf-8-sig").split("\r\n")
    assert end == ""
    columns = header.split(",")
    cells = [[cell.removeprefix("`") for cell in row.split(",")] for row in rows]
    assert all(len(row) == len(columns) for row in cells)
    summary = dict(zip(names.split(","), [cell.removeprefix("`") for cell in totals.split(",")], strict=True))
    return Table([dict(zip(columns, row, strict=True)) for row in cells], summary)


def fen(yuan: str) -> int:
    whole, _, decimals = yuan.lstrip("-").partition(".")
    return (-1 if yuan.startswith("-") else 1) * (int(whole) * 100 + int(decimals[:2]))


async def test_a_days_trade_is_billed(v3: V3Merchant) -> None:
    """Newest first: the refund, which names its order again, and the payment."""
    await paid(v3)
    await v3.box.timers.advance(v3.tenant, HOUR)
    await refunded(v3)
    await tomorrow(v3)

    refund, payment = (await _read(v3, "/v3/bill/tradebill?bill_date=2026-01-01")).rows

    assert (payment["交易状态"], payment["应结订单金额"], payment["手续费"], payment["费率"]) == (
        "SUCCESS", "1.99", "0.01000", "0.60%",
    )  # fmt: skip
    assert (payment["交易时间"], payment["商户订单号"], payment["商户退款单号"]) == ("2026-01-01 08:00:00", T, "0")
    assert (refund["交易时间"], refund["商户订单号"], refund["商户退款单号"]) == ("2026-01-01 09:00:00", T, R)
    assert (refund["交易状态"], refund["退款金额"], refund["退款状态"], refund["手续费"]) == (
        "REFUND", "1.99", "SUCCESS", "-0.01000",
    )  # fmt: skip


async def _read(m: V3Merchant, target: str) -> Table:
    return read(await fetched(m, target))


async def test_each_kind_has_its_rows(v3: V3Merchant) -> None:
    """SUCCESS the payments, REFUND the refunds with their times, ALL both; packed as plain."""
    await paid(v3)
    await refunded(v3)
    await tomorrow(v3)
    target = "/v3/bill/tradebill?bill_date=2026-01-01&bill_type="

    success = await _read(v3, target + "SUCCESS")
    refund = await _read(v3, target + "REFUND")
    everything = await fetched(v3, target + "ALL")

    assert [row["交易状态"] for row in success.rows] == ["SUCCESS"]
    assert [row["退款成功时间"] for row in refund.rows] == ["2026-01-01 08:00:01"]
    assert await fetched(v3, target + "ALL&tar_type=GZIP") == everything
    assert await fetched(v3, target + "&tar_type=") == everything


async def test_the_link_says_what_it_leads_to(v3: V3Merchant) -> None:
    """64 URL-safe characters, tartype only when packed; plain text and gzip have their types."""
    await paid(v3)
    await tomorrow(v3)
    _, plain = await v3.call("GET", "/v3/bill/tradebill?bill_date=2026-01-01")
    _, packed = await v3.call("GET", "/v3/bill/tradebill?bill_date=2026-01-01&tar_type=GZIP")

    token = plain["download_url"].partition("token=")[2]
    assert len(token) == 64
    assert packed["download_url"].endswith("&tartype=gzip")
    assert plain["hash_value"] == packed["hash_value"]
    assert (await download(v3, plain["download_url"])).headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (await download(v3, packed["download_url"])).headers["Content-Type"] == "application/x-gzip"


async def test_the_link_lives_five_minutes(v3: V3Merchant) -> None:
    """Then it is as dead as one that never was."""
    await paid(v3)
    await tomorrow(v3)
    _, link = await v3.call("GET", "/v3/bill/tradebill?bill_date=2026-01-01")
    await v3.box.timers.advance(v3.tenant, 299_999)
    alive = await download(v3, link["download_url"])
    await v3.box.timers.advance(v3.tenant, 1)

    dead = await v3.call("GET", link["download_url"].removeprefix("http://127.0.0.1"))
    unknown = await v3.call("GET", "/v3/billdownload/file?token=nothing")

    assert alive.status == 200
    assert dead == unknown == (400, {"code": "INVALID_REQUEST", "message": "参数错误"})


async def test_a_link_is_its_merchants(v3: V3Merchant) -> None:
    """Another merchant's signature does not open it."""
    await paid(v3)
    await tomorrow(v3)
    _, link = await v3.call("GET", "/v3/bill/tradebill?bill_date=2026-01-01")
    other = V3Merchant(v3.box, v3.tenant, list(v3.tenant.merchants)[1])

    refused = await other.call("GET", link["download_url"].removeprefix("http://127.0.0.1"))

    assert refused == (403, {"code": "NO_AUTH", "message": "权限异常"})


NOT_THERE = (400, {"code": "NO_STATEMENT_EXIST", "message": "请求的账单文件不存在"})
CREATING = (400, {"code": "STATEMENT_CREATING", "message": "账单生成中"})


@pytest.mark.parametrize(
    ("date", "at", "expected"),
    [
        ("2026-04-09", DAY * 99 + 2 * HOUR, NOT_THERE),
        ("2026-04-10", DAY * 99, NOT_THERE),
        ("2026-04-11", DAY * 99, NOT_THERE),
        ("2026-01-09", DAY * 99, (400, {"code": "PARAM_ERROR", "message": "参数错误"})),
        ("2026-01-01", DAY + 2 * HOUR - 1, CREATING),
        ("2026-01-01", 15 * HOUR, NOT_THERE),
    ],
    ids=["no trade", "today", "tomorrow", "older than three months", "a moment too soon", "this evening"],
)
@pytest.mark.parametrize("kind", ["tradebill", "fundflowbill"])
async def test_a_bill_is_not_there(v3: V3Merchant, kind: str, date: str, at: int, expected: Any) -> None:
    """By the tenant's clock: it starts on 1 January at eight in the morning."""
    await paid(v3)
    await v3.box.timers.advance(v3.tenant, at)

    assert await v3.call("GET", f"/v3/bill/{kind}?bill_date={date}") == expected


@pytest.mark.parametrize("date", ["20260101", "2026-02-30", "2026-1-1"])
async def test_a_date_has_one_form(v3: V3Merchant, date: str) -> None:
    """The platform's complaint points at the query."""
    status, body = await v3.call("GET", f"/v3/bill/tradebill?bill_date={date}")

    assert (status, body["code"], body["detail"]) == (400, "PARAM_ERROR", {"location": "query", "value": date})
    assert body["message"].startswith("输入源“/query/bill_date”映射到值字段“账单日期”字符串规则校验失败，")


async def test_other_accounts_have_no_bill(v3: V3Merchant) -> None:
    """All money is on the basic account."""
    await paid(v3)
    await tomorrow(v3)

    assert await v3.call("GET", "/v3/bill/fundflowbill?bill_date=2026-01-01&account_type=FEES") == NOT_THERE
    assert (await v3.call("GET", "/v3/bill/fundflowbill?bill_date=2026-01-01&account_type=BASIC"))[0] == 200


async def test_a_bill_is_never_updated(v3: V3Merchant) -> None:
    """A refund's state is what it was when the bill was made."""
    v3.tenant.change_settings({"refund.delay": 3 * 24 * 3600})
    await paid(v3)
    await refunded(v3)
    await tomorrow(v3)
    first = await fetched(v3, "/v3/bill/tradebill?bill_date=2026-01-01&bill_type=REFUND")
    await v3.box.timers.advance(v3.tenant, 5 * DAY)

    later = await fetched(v3, "/v3/bill/tradebill?bill_date=2026-01-01&bill_type=REFUND")

    (row,) = read(later).rows
    assert later == first
    assert (row["退款状态"], row["退款成功时间"]) == ("PROCESSING", "")


async def test_a_provider_sees_its_sub_merchants(box: Sandbox, tenant: Tenant) -> None:
    """All of them, or the one it names; that one sees the same rows itself."""
    provider = next(one for one in tenant.merchants.values() if one.kind == "provider")
    sub = next(one for one in tenant.merchants.values() if one.provider == provider.mchid)
    m = V3Merchant(box, tenant, provider.mchid)
    order = {
        "sp_appid": m.appid, "sp_mchid": m.mchid, "sub_mchid": sub.mchid, "description": "茶叶", "out_trade_no": T,
        "notify_url": "http://127.0.0.1:9/n", "amount": {"total": 199}, "payer": {"sp_openid": m.openids[0]},
    }  # fmt: skip
    await m.call("POST", "/v3/pay/partner/transactions/jsapi", order)
    await pay.run(box.desk(tenant), Pay(out_trade_no=T))
    await tomorrow(m)
    target = "/v3/bill/tradebill?bill_date=2026-01-01"

    everything = await fetched(m, target)
    named = await fetched(m, f"{target}&sub_mchid={sub.mchid}")
    own = await fetched(V3Merchant(box, tenant, sub.mchid), target)
    strangers = await V3Merchant(box, tenant).call("GET", f"{target}&sub_mchid={sub.mchid}")

    (row,) = read(everything).rows
    assert (row["商户号"], row["特约商户号"]) == (provider.mchid, sub.mchid)
    assert everything == named == own
    assert strangers == (400, {"code": "PARAM_ERROR", "message": "受理关系不存在"})


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "refund", "refund", "fail", "wait"]),
        st.integers(1, 100_000),
        st.integers(0, 10),
        st.integers(1, 40 * HOUR),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=25)
@given(deeds=DEEDS)
async def test_bills_add_up_to_the_order_book(deeds: list[tuple[str, int, int, int]]) -> None:
    """Whatever was paid and refunded over whichever days: every row and every total, to the fen."""
    async with Sandbox(Settings(port=0, strict=True, seed="1")) as box:
        m = V3Merchant(box, box.tenants.create(NewTenant(seed="7", start=START), "7"))
        await _live(m, deeds)
        await m.box.timers.advance(m.tenant, 2 * DAY)
        days = range((m.tenant.clock.now() - FIRST_DAY) // DAY - 1)
        with m.tenant.transaction() as tx:
            orders = [order for order in tx.orders(1000) if order.payment is not None]
            refunds = tx.refunds(1000)
            held = funds.balance(m.tenant, tx, m.mchid)
        trade = [table for day in days if (table := await _of_day(m, "tradebill", day))]
        flow = [table for day in days if (table := await _of_day(m, "fundflowbill", day))]

    paid_rows = [row for table in trade for row in table.rows if row["交易状态"] == "SUCCESS"]
    refund_rows = [row for table in trade for row in table.rows if row["交易状态"] == "REFUND"]
    assert {row["商户订单号"]: fen(row["订单金额"]) for row in paid_rows} == {
        order.terms.out_trade_no: order.terms.total for order in orders
    }
    assert {row["商户退款单号"]: fen(row["退款金额"]) for row in refund_rows} == {
        one.terms.out_refund_no: one.terms.refund for one in refunds
    }
    for table in trade:
        assert int(table.totals["总交易单数"]) == len(table.rows)
        for total, column in (("订单总金额", "订单金额"), ("退款总金额", "退款金额"), ("手续费总金额", "手续费")):
            assert fen(table.totals[total]) == sum(fen(row[column]) for row in table.rows)
    moved = 0
    for table in flow:
        for row in reversed(table.rows):
            moved += fen(row["收支金额(元)"]) * (1 if row["收支类型"] == "收入" else -1)
            assert fen(row["账户结余(元)"]) == 100_000_000 + moved
        assert fen(table.totals["收入金额"]) + fen(table.totals["支出金额"]) == sum(
            fen(row["收支金额(元)"]) for row in table.rows
        )
    closed = {one.terms.out_refund_no for one in refunds if one.state == "CLOSED"}
    kept = sum(order.terms.total - order.refunded - order.payment.fee + order.fee_returned for order in orders)  # type: ignore[union-attr]
    assert held == 100_000_000 + moved == 100_000_000 + kept
    assert all(
        order.fee_returned == fee(order.terms.total, 60) for order in orders if order.refunded == order.terms.total
    )
    assert sum(order.refunded for order in orders) == sum(
        one.terms.refund for one in refunds if one.terms.out_refund_no not in closed
    )


async def _live(m: V3Merchant, deeds: list[tuple[str, int, int, int]]) -> None:
    """Pay, refund, fail to refund and wait, as drawn."""
    totals: list[int] = []
    for nth, (deed, amount, which, wait) in enumerate(deeds):
        if deed == "pay":
            totals.append(amount)
            await paid(m, f"T{len(totals):09}", amount)
        elif deed in ("refund", "fail") and totals:
            order = which % len(totals)
            m.tenant.change_settings({"refund.outcome": "SUCCESS" if deed == "refund" else "CLOSED"})
            await refunded(m, f"R{nth}", 1 + amount % totals[order], totals[order], f"T{order + 1:09}")
        elif deed == "wait":
            await m.box.timers.advance(m.tenant, wait)


async def _of_day(m: V3Merchant, kind: str, day: int) -> Table | None:
    date = f"2026-01-{day + 1:02}" if day < 31 else f"2026-02-{day - 30:02}"
    status, link = await m.call("GET", f"/v3/bill/{kind}?bill_date={date}")
    if status != 200:
        assert link["code"] == "NO_STATEMENT_EXIST"
        return None
    return read((await download(m, link["download_url"])).body)
