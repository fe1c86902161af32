"""Every row that a transfer endpoint or the payee's page may answer is produced, by nature where that is possible.

The suite walks the endpoints' own tables; a row without a trigger here, or one that does not come, fails.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from v3_merchant import V3Merchant
from v3_rows import ensure_by_rule, ensure_row

from sandbox.actions.confirm_transfer import ConfirmTransfer, confirm_transfer
from sandbox.actions.merchants import ChangeMerchant
from sandbox.actions.merchants import change as change_merchant
from sandbox.app import Sandbox, catalogue
from sandbox.errors import Layer, Row, protocol, transfer
from sandbox.errors import pay as pay_rows
from sandbox.gateway.dialects.v3 import COMMON
from sandbox.gateway.spec import Endpoint
from sandbox.platform.tenants import Tenant

DAY = 24 * 3_600_000
PREFIX = "v3.transfer."
ENDPOINTS = {one.name: one for one in catalogue() if one.name.startswith(PREFIX)}
REPORT = [{"info_type": name, "info_content": "新会员有礼"} for name in ("活动名称", "奖励说明")]
Trigger = Callable[["Case"], Awaitable[tuple[int, Any]]]


class Case:
    """A merchant, and the endpoint it calls with a good request, changed."""

    def __init__(self, m: V3Merchant, endpoint: Endpoint) -> None:
        self.m, self.endpoint = m, endpoint
        self.word = endpoint.name.removeprefix(PREFIX)
        self.numbers = {
            "out_bill_no": "B001", "transfer_bill_no": "1330000071100999", "out_batch_no": "PL001",
            "batch_id": "1030000071100999", "out_detail_no": "D1", "detail_id": "1040000071100999",
        }  # fmt: skip
        self.sends = self.word in ("send", "send_batch")
        if "batch" in self.word or "detail" in self.word:
            m.tenant.change_settings({"transfer.batches": True})

    async def prepare(self) -> None:
        """What the good request needs: a transfer, a batch."""
        if self.sends:
            return
        _, made = await self.ask("send")
        self.numbers["transfer_bill_no"] = made["transfer_bill_no"]
        if self.m.tenant.settings.transfer.batches:
            _, batch = await self.ask("send_batch")
            self.numbers["batch_id"] = batch["batch_id"]

    async def call(self, **changes: Any) -> tuple[int, Any]:
        return await self.ask(self.word, **changes)

    async def ask(self, word: str, **changes: Any) -> tuple[int, Any]:
        """A good request to one of the endpoints, changed; None leaves a field out."""
        m, endpoint = self.m, ENDPOINTS[f"{PREFIX}{word}"]
        target = endpoint.path.format(**self.numbers)
        if endpoint.method == "GET":
            query = "?need_query_detail=true" if "batch" in word else ""
            return await m.call("GET", f"{target}{query}")
        good = {"send": self.transfer, "send_batch": self.batch}.get(word, dict)()
        body = {name: value for name, value in (good | changes).items() if value is not None}
        serial = m.tenant.credentials(m.tenant.merchants[m.mchid]).platform_serial
        return await m.call("POST", target, body or None, headers={"Wechatpay-Serial": serial})

    def transfer(self) -> dict[str, Any]:
        return {
            "appid": self.m.appid, "out_bill_no": "B001", "transfer_scene_id": "1000", "openid": self.m.openids[0],
            "transfer_amount": 500, "transfer_remark": "有礼", "transfer_scene_report_infos": REPORT,
        }  # fmt: skip

    def batch(self) -> dict[str, Any]:
        return {
            "appid": self.m.appid, "out_batch_no": "PL001", "batch_name": "佣金", "batch_remark": "佣金",
            "total_amount": 500, "total_num": 1, "transfer_detail_list": [self.detail()],
        }  # fmt: skip

    def detail(self, amount: int = 500, **changes: Any) -> dict[str, Any]:
        return {
            "out_detail_no": "D1", "transfer_amount": amount, "transfer_remark": "佣金", "openid": self.m.openids[0],
            **changes,
        }  # fmt: skip

    async def send(self, amount: int, name: str | None = None) -> tuple[int, Any]:
        """The good request with another amount, to a payee of this name."""
        named = {} if name is None else {"user_name": self.m.sealed(name)}
        if self.word == "send":
            return await self.call(transfer_amount=amount, **named)
        return await self.call(total_amount=amount, transfer_detail_list=[self.detail(amount, **named)])

    def merchant_is(self, **state: Any) -> None:
        merchant = self.m.tenant.merchants[self.m.mchid]
        self.m.tenant.change_merchant(msgspec.structs.replace(merchant, **state))


def change(**changes: Any) -> Trigger:
    """The good request with some fields changed."""

    async def trigger(case: Case) -> tuple[int, Any]:
        return await case.call(**changes)

    return trigger


def amount(fen: int, name: str | None = None) -> Trigger:
    """Another amount."""

    async def trigger(case: Case) -> tuple[int, Any]:
        return await case.send(fen, name)

    return trigger


async def not_permitted(case: Case) -> tuple[int, Any]:
    await case.prepare()
    case.merchant_is(products=frozenset({"JSAPI"}))
    return await case.call()


async def restricted(case: Case) -> tuple[int, Any]:
    case.merchant_is(restricted=True)
    return await case.call()


async def changed(case: Case) -> tuple[int, Any]:
    await case.call()
    return await case.call(**({"transfer_remark": "x"} if case.word == "send" else {"batch_remark": "x"}))


async def limited(case: Case) -> tuple[int, Any]:
    case.m.tenant.change_settings({"transfer.most": 499})
    return await case.call()


async def short(case: Case) -> tuple[int, Any]:
    desk = case.m.box.desk(case.m.tenant)
    await change_merchant.run(desk, ChangeMerchant(mchid=case.m.mchid, balance=499))
    return await case.call()


async def wrong_name(case: Case) -> tuple[int, Any]:
    return await case.send(500, "不是本人")


async def late(case: Case) -> tuple[int, Any]:
    await case.call()
    await case.m.box.timers.advance(case.m.tenant, 3 * DAY)
    return await case.call()


async def taken(case: Case) -> tuple[int, Any]:
    await case.prepare()
    await confirm_transfer.run(case.m.box.desk(case.m.tenant), ConfirmTransfer(out_bill_no="B001"))
    return await case.call()


async def upgraded(case: Case) -> tuple[int, Any]:
    case.m.tenant.change_settings({"transfer.batches": False})
    return await case.call()


async def twice(case: Case) -> tuple[int, Any]:
    return await case.call(total_amount=1000, total_num=2, transfer_detail_list=[case.detail()] * 2)


async def other_appid(case: Case) -> tuple[int, Any]:
    return await case.call(appid=list(case.m.tenant.apps)[1])


NATURAL: dict[Row, Trigger] = {
    transfer.TRANSFER_NOT_PERMITTED: not_permitted,
    transfer.TRANSFER_MERCHANT_ABNORMAL: restricted,
    protocol.APPID_UNKNOWN: change(appid="wx0000000000000000"),
    protocol.APPID_NOT_BOUND: other_appid,
    transfer.TRANSFER_CHANGED: changed,
    transfer.SMALL_TRANSFER_NAMED: amount(29, "小红"),
    transfer.GREAT_TRANSFER_UNNAMED: amount(200_000),
    transfer.TRANSFER_AMOUNT_LIMITED: limited,
    transfer.TRANSFER_FUNDS_SHORT: short,
    transfer.SCENE_REPORT_MISSING: change(transfer_scene_report_infos=[]),
    transfer.SCENE_REPORT_INCOMPLETE: change(transfer_scene_report_infos=REPORT[1:]),
    transfer.PERCEPTION_UNKNOWN: change(user_recv_perception="报销款"),
    transfer.TRANSFER_NAME_WRONG: wrong_name,
    transfer.TRANSFER_OPENID_WRONG: change(openid="oNobody"),
    transfer.TRANSFER_TOO_OLD: late,
    transfer.TRANSFER_NOT_EXIST: change(),
    transfer.TRANSFER_NOT_CANCELLABLE: taken,
    transfer.BATCHES_UPGRADED: upgraded,
    transfer.BATCH_SUM_WRONG: change(total_amount=501),
    transfer.BATCH_NUMBER_TWICE: twice,
}
ONLY_BY_RULE = {pay_rows.FREQUENCY_LIMITED: "no limit by default, and none that can be switched on here"}


def by_nature() -> list[Any]:
    """(endpoint, row) for each row that a caller can bring about."""
    return [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in ENDPOINTS.values()
        for row in endpoint.raises
        if row.spelling("v3", endpoint=endpoint.name) is not None and row not in ONLY_BY_RULE
    ]


@pytest.fixture
def executor() -> None:
    """On the loop only: the life tests run in worker threads as well."""


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


@pytest.mark.parametrize(("endpoint", "row"), by_nature())
async def test_by_nature(v3: V3Merchant, endpoint: Endpoint, row: Row) -> None:
    """What the caller does, or what state the world is in, brings exactly this row."""
    ensure_row(v3, endpoint, row, *await NATURAL[row](Case(v3, endpoint)))


@pytest.mark.parametrize(
    ("endpoint", "row"),
    [
        pytest.param(endpoint, row, id=f"{endpoint.name}-{row.name}")
        for endpoint in ENDPOINTS.values()
        for row in endpoint.raises
    ],
)
async def test_by_rule(v3: V3Merchant, endpoint: Endpoint, row: Row) -> None:
    """A rule that names the row speaks it, signed."""
    await ensure_by_rule(v3, endpoint, row, Case(v3, endpoint).call)


async def page(m: V3Merchant, **arguments: Any) -> Any:
    _, body = await m.call(
        "POST", "/v3/fund-app/mch-transfer/transfer-bills", Case(m, ENDPOINTS[f"{PREFIX}send"]).transfer()
    )
    arguments.setdefault("package_info", body.get("package_info", ""))
    return await confirm_transfer.run(m.box.desk(m.tenant), ConfirmTransfer(**arguments))


PAGES: dict[Row, dict[str, str]] = {
    transfer.TRANSFER_DECLINED: {"action": "decline"},
    transfer.TRANSFER_PACKAGE_UNKNOWN: {"package_info": "ABBQO+oYAAAB"},
    transfer.TRANSFER_NOT_THEIRS: {"user": "xiaoming"},
    transfer.TRANSFER_NOT_WAITING: {},
}


def test_the_page_has_no_other_rows() -> None:
    """Every row that only the phone speaks is in the table."""
    rows = [row for row in vars(transfer).values() if isinstance(row, Row)]

    assert {row.name for row in rows if row.spelling("phone", layer=Layer.ERR_MSG)} == {row.name for row in PAGES}


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
async def test_on_the_page(v3: V3Merchant, row: Row) -> None:
    """What JavaScript hears, and why, for the developer."""
    if row is transfer.TRANSFER_NOT_WAITING:
        taken_once = await page(v3)
        seen = await page(v3, package_info="", out_bill_no=taken_once.out_bill_no)
    else:
        seen = await page(v3, **PAGES[row])

    spelling = row.spelling("phone", layer=Layer.ERR_MSG)
    assert spelling is not None
    assert (seen.errMsg, seen.explanation.code) == (spelling.text, row.name)


PUBLIC = "PARAM_ERROR INVALID_REQUEST SIGN_ERROR SYSTEM_ERROR NO_AUTH FREQUENCY_LIMIT_EXCEED RATELIMIT_EXCEEDED "
DOCUMENTED = {
    "send": "NOT_ENOUGH FREQUENCY_LIMIT ALREADY_EXISTS",
    "query_by_out_bill_no": "NOT_FOUND FREQUENCY_LIMITED",
    "query_by_transfer_bill_no": "NOT_FOUND FREQUENCY_LIMITED",
}
"""The error tables as the platform documents them, where it does beyond the public codes."""


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_documented_code_is_declared(name: str) -> None:
    """No code of the published table is missing from the endpoint."""
    declared = (*COMMON, *ENDPOINTS[name].raises)
    spoken = {spelling.code for row in declared for spelling in row.spellings if spelling.dialect == "v3"}

    assert {*PUBLIC.split(), *DOCUMENTED.get(name.removeprefix(PREFIX), "").split()} <= spoken
