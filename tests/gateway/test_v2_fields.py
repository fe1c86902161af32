"""Every field of ordering through v2: absent, empty, too long by one byte, out of pattern, no number, out of range.

The texts are written here from what the gateway was seen to say, not taken from the catalogue.
"""

from typing import Any

import pytest

from sandbox.app import Sandbox, catalogue
from sandbox.gateway.forms import Field
from sandbox.gateway.spec import Endpoint
from sandbox.platform.tenants import Tenant

ORDERING = ("v2.unifiedorder", "v2.orderquery", "v2.closeorder")
V2 = [endpoint for endpoint in catalogue() if endpoint.name in ORDERING]
FIELDS = [
    pytest.param(endpoint, field, id=f"{endpoint.name}-{field.name}")
    for endpoint in V2
    for field in endpoint.form.fields
    if field.name != "sign"
]


def required(field: Field) -> str:
    return f"输入源“/body/xml/{field.name}”映射到字段“{field.title}”必填性规则校验失败，此字段为必填项"


def good(merchant: Any, endpoint: Endpoint) -> dict[str, str]:
    if endpoint.name == "v2.unifiedorder":
        return dict(merchant.order())
    return dict(merchant.query(out_trade_no="T2026000001"))


def ordered(endpoint: Endpoint, fields: dict[str, str]) -> dict[str, str]:
    """In the order of the table, so that a complaint about an earlier field cannot hide a later one."""
    return {f.name: fields[f.name] for f in endpoint.form.fields if f.name in fields}


@pytest.fixture(params=["modern", "legacy"])
def generation(request: pytest.FixtureRequest, tenant: Tenant) -> str:
    """The two formats of the gateway."""
    tenant.change_settings({"v2.format": request.param})
    return str(request.param)


@pytest.mark.parametrize(("endpoint", "field"), [p for p in FIELDS if p.values[1].required])
async def test_absent(merchant: Any, endpoint: Endpoint, field: Field, generation: str) -> None:
    """A required field left out is named with its title; the older gateway only says that something lacks."""
    fields = good(merchant, endpoint)
    del fields[field.name]

    reply = await merchant.post(endpoint.path, fields)

    legacy = "mch_id参数格式错误" if field.name == "mch_id" else "缺少参数"
    # Without an mch_id the tenant is found by its appid, and with it the format.
    assert reply == {"return_code": "FAIL", "return_msg": required(field) if generation == "modern" else legacy}


@pytest.mark.parametrize(("endpoint", "field"), [p for p in FIELDS if p.values[1].required])
async def test_empty(merchant: Any, endpoint: Endpoint, field: Field, generation: str) -> None:
    """An empty required field is as good as none; the older gateway speaks of its length."""
    reply = await merchant.post(endpoint.path, {**good(merchant, endpoint), field.name: ""})

    legacy = "mch_id参数格式错误" if field.name == "mch_id" else f"{field.name}参数长度有误"
    assert reply == {"return_code": "FAIL", "return_msg": required(field) if generation == "modern" else legacy}


@pytest.mark.parametrize(("endpoint", "field"), [p for p in FIELDS if p.values[1].limit is not None])
async def test_too_long_by_one_byte(merchant: Any, endpoint: Endpoint, field: Field, generation: str) -> None:
    """Lengths are bytes of UTF-8, and the limit itself still fits."""
    limit = field.legacy_limit if generation == "legacy" and field.legacy_limit else field.limit
    assert limit is not None
    fields = good(merchant, endpoint)

    over = await merchant.post(endpoint.path, {**fields, field.name: "9" * (limit + 1)})
    at = await merchant.post(endpoint.path, {**fields, field.name: "9" * limit})

    modern = (
        f"输入源“/body/xml/{field.name}”映射到值字段“{field.title}”字符串规则校验失败，"
        f"字节数 {limit + 1}，大于最大值 {limit}"
    )
    legacy = f"{field.name}参数长度有误"
    assert over == {"return_code": "FAIL", "return_msg": modern if generation == "modern" else legacy}
    assert "长度有误" not in at.get("return_msg", "")
    assert "字节数" not in at.get("return_msg", "")


@pytest.mark.parametrize(("endpoint", "field"), [p for p in FIELDS if p.values[1].pattern])
async def test_out_of_pattern(merchant: Any, endpoint: Endpoint, field: Field, generation: str) -> None:
    """A value of another form is refused with the pattern; blanks around a value belong to it."""
    bad = "??" if field.limit is None or field.limit > 1 else "?"

    reply = await merchant.post(endpoint.path, {**good(merchant, endpoint), field.name: bad})

    modern = (
        f"输入源“/body/xml/{field.name}”映射到值字段“{field.title}”字符串规则校验失败，"
        f"字符串必须匹配正则表达式“^{field.pattern}$”"
    )
    assert reply == {
        "return_code": "FAIL",
        "return_msg": modern if generation == "modern" else f"{field.name}参数格式错误",
    }


@pytest.mark.parametrize(
    "value", ["1.0", "199.00", "0x10", " 199", "１９９", "1e3", "99999999999999999999", "abc", "+1"]
)
async def test_total_fee_is_a_whole_number(merchant: Any, value: str) -> None:
    """A float, a blank, a full-width digit or a number beyond 64 bits is no amount (observed 2021 to 2024)."""
    reply = await merchant.post("/pay/unifiedorder", merchant.order(total_fee=value))

    text = "无法将输入源“/body/xml/total_fee”映射到目标字段“标价金额”中，此字段需要一个合法的 64 位有符号整数"
    assert reply == {"return_code": "FAIL", "return_msg": text}


@pytest.mark.parametrize("value", ["0", "-1"])
async def test_total_fee_is_at_least_one_fen(merchant: Any, value: str) -> None:
    """Nothing can be ordered for nothing."""
    reply = await merchant.post("/pay/unifiedorder", merchant.order(total_fee=value))

    text = "输入源“/body/xml/total_fee”映射到数值字段“标价金额”规则校验失败，值低于最小值 1"
    assert reply == {"return_code": "FAIL", "return_msg": text}


@pytest.mark.parametrize(("characters", "fits"), [(42, True), (43, False)])
async def test_forty_two_chinese_characters_fit_in_body(merchant: Any, characters: int, fits: bool) -> None:
    """127 bytes hold 42 Chinese characters and not 43."""
    reply = await merchant.post("/pay/unifiedorder", merchant.order(body="茶" * characters))

    assert (reply.get("result_code") == "SUCCESS") is fits


async def test_only_the_first_complaint_is_made_in_the_order_of_the_table(merchant: Any) -> None:
    """With two faults the one that comes first in the table is told, mch_id before all, however they were sent."""
    fields = merchant.order(total_fee="1.0", body="茶" * 50)
    first = await merchant.post("/pay/unifiedorder", fields)
    backwards = await merchant.post("/pay/unifiedorder", dict(reversed(fields.items())))
    empty = await merchant.post("/pay/unifiedorder", {**fields, "body": ""})
    both = await merchant.post("/pay/unifiedorder", {**fields, "mch_id": "x"})

    assert "商品描述" in first["return_msg"]
    assert "商品描述" in backwards["return_msg"]
    assert "商品描述" in empty["return_msg"]
    assert "商户号" in both["return_msg"]


async def test_a_complaint_names_the_wrongly_spelt_field(merchant: Any, box: Sandbox) -> None:
    """A field in another case is unknown; the diagnosis says which one was meant."""
    fields = merchant.order()
    fields["Out_trade_no"] = fields.pop("out_trade_no")

    await merchant.post("/pay/unifiedorder", fields)

    diagnosis = merchant.reply.headers["Sandbox-Diagnosis"]
    assert "Out_trade_no was sent" in diagnosis
    assert diagnosis.isascii()
    assert len(diagnosis) <= 512
