"""The rows themselves: complete, well-formed, and spelled as the documentation and the wire spell them."""

import importlib
import re
import string

import pytest

from sandbox.errors import Layer, Row, Spelling, catalogue, find
from sandbox.errors.problem import families

ROWS = catalogue()
SPELLINGS = [(row, spelling) for row in ROWS.values() for spelling in row.spellings]

# What a refusal may say about a case; a template that wants anything else could never be filled.
FACTS = {"field", "title", "came", "limit", "pattern", "ip", "argument", "url", "clauses", "pointer", "wanted"}

UNIFIEDORDER = """INVALID_REQUEST NOAUTH NOTENOUGH ORDERPAID ORDERCLOSED SYSTEMERROR APPID_NOT_EXIST MCHID_NOT_EXIST
    APPID_MCHID_NOT_MATCH LACK_PARAMS OUT_TRADE_NO_USED SIGNERROR XML_FORMAT_ERROR REQUIRE_POST_METHOD POST_DATA_EMPTY
    NOT_UTF8 PARAM_ERROR"""
ORDERQUERY = "ORDERNOTEXIST SYSTEMERROR"
CLOSEORDER = """ORDERPAID SYSTEMERROR ORDERNOTEXIST ORDERCLOSED SIGNERROR REQUIRE_POST_METHOD XML_FORMAT_ERROR
    TRADE_STATE_ERROR"""
DOCUMENTED = [
    (f"v2.{endpoint}", code)
    for endpoint, codes in (("unifiedorder", UNIFIEDORDER), ("orderquery", ORDERQUERY), ("closeorder", CLOSEORDER))
    for code in codes.split()
]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_explains_itself_in_both_languages(row: Row) -> None:
    """Cause and remedy are finished sentences in English and in Chinese, without blanks to fill."""
    assert row.spellings
    for english in (row.cause, row.fix):
        assert re.search(r"[.;]$", english)
        assert "{field}" not in english
    for chinese in (row.cause_zh, row.fix_zh):
        assert chinese.endswith("。")
        assert re.search(r"[一-鿿]", chinese)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_called_what_its_constant_is_called(name: str) -> None:
    """`pay.ORDER_PAID` is the row ORDER_PAID, so that rules and code use one name."""
    family = importlib.import_module(f"sandbox.errors.{families()[name]}")
    assert getattr(family, name) is ROWS[name]


@pytest.mark.parametrize(("row", "spelling"), SPELLINGS, ids=[f"{row.name}-{s.layer}" for row, s in SPELLINGS])
def test_a_spelling_fits_its_layer(row: Row, spelling: Spelling) -> None:
    """Layers that carry a code have one, FAIL texts have none, and templates ask for known facts only."""
    if spelling.layer is Layer.ERR_CODE:
        assert re.fullmatch(r"[A-Z0-9_]+|-[0-9]+", spelling.code)
    if spelling.layer is Layer.ERRCODE:
        assert re.fullmatch(r"-?\d+", spelling.code)
        assert "rid" not in spelling.text
    if spelling.layer in (Layer.RETURN_MSG, Layer.DIALOG):
        assert spelling.code == ""
    asked = {name for _, name, _, _ in string.Formatter().parse(spelling.text) if name is not None}
    assert asked <= FACTS, row.name


@pytest.mark.parametrize(("endpoint", "code"), DOCUMENTED)
def test_every_documented_code_can_be_spoken(endpoint: str, code: str) -> None:
    """A rule that names a code of the endpoint's table gets exactly that code there."""
    spelling = find(code, "v2").spelling("v2", endpoint=endpoint, by_rule=True)
    assert spelling is not None
    assert (spelling.layer, spelling.code) == (Layer.ERR_CODE, code)
    assert spelling.text


def test_an_errcode_belongs_to_one_row() -> None:
    """Login codes are numbers with one meaning."""
    codes = [spelling.code for _, spelling in SPELLINGS if spelling.layer is Layer.ERRCODE]
    assert sorted(codes) == sorted(set(codes))


TITLE = {"field": "total_fee", "title": "标价金额"}


@pytest.mark.parametrize(
    ("name", "facts", "modern", "legacy"),
    [
        (
            "FIELD_MISSING",
            {"field": "out_trade_no", "title": "商户订单号"},
            "输入源“/body/xml/out_trade_no”映射到字段“商户订单号”必填性规则校验失败，此字段为必填项",
            "缺少参数",
        ),
        (
            "FIELD_TOO_LONG",
            {"field": "body", "title": "商品描述", "came": 145, "limit": 127},
            "输入源“/body/xml/body”映射到值字段“商品描述”字符串规则校验失败，字节数 145，大于最大值 127",
            "body参数长度有误",
        ),
        (
            "FIELD_PATTERN",
            {"field": "mch_id", "title": "商户号", "pattern": r"^[1-9]\d*$"},
            r"输入源“/body/xml/mch_id”映射到值字段“商户号”字符串规则校验失败，字符串必须匹配正则表达式“^[1-9]\d*$”",
            "mch_id参数格式错误",
        ),
        (
            "FIELD_NOT_INTEGER",
            TITLE,
            "无法将输入源“/body/xml/total_fee”映射到目标字段“标价金额”中，此字段需要一个合法的 64 位有符号整数",
            "total_fee参数格式错误",
        ),
        (
            "FIELD_TOO_SMALL",
            {**TITLE, "limit": 1},
            "输入源“/body/xml/total_fee”映射到数值字段“标价金额”规则校验失败，值低于最小值 1",
            "total_fee参数格式错误",
        ),
        ("SIGN_WRONG", {}, "签名错误，请检查后再试", "签名错误"),
        ("APPID_UNKNOWN", {}, "AppID不存在，请检查后再试", "appid不存在"),
        ("OPENID_OF_OTHER_APPID", {}, "appid与openid不匹配", "appid and openid not match"),
        ("OPENID_MISSING", {}, "JSAPI支付必须传openid", "JSAPI支付必须传openid"),
        ("BODY_NOT_UTF8", {}, "XML格式错误", "XML格式错误"),
        (
            "NO_PERMISSION",
            {},
            "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试。",
            "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试",
        ),
    ],
)
def test_both_generations_say_what_was_observed(
    name: str, facts: dict[str, str | int], modern: str, legacy: str
) -> None:
    """The modern and the legacy gateway's words for one condition, filled in."""
    for generation, text in (("modern", modern), ("legacy", legacy)):
        spelling = ROWS[name].spelling("v2", endpoint="v2.unifiedorder", generation=generation)
        assert spelling is not None
        assert spelling.text.format(**facts) == text


@pytest.mark.parametrize("name", ["NO_PERMISSION", "MERCHANT_RESTRICTED", "OPENID_MISSING"])
def test_the_legacy_gateway_failed_on_the_outer_layer(name: str) -> None:
    """What is a business failure today was return_code=FAIL before."""
    layers = [
        spelling.layer
        for generation in ("modern", "legacy")
        if (spelling := ROWS[name].spelling("v2", endpoint="v2.unifiedorder", generation=generation))
    ]
    assert layers == [Layer.ERR_CODE, Layer.RETURN_MSG]


def test_an_unknown_order_reads_differently_by_endpoint_and_generation() -> None:
    """orderquery spoke English once; closeorder always Chinese."""
    row = ROWS["ORDER_NOT_EXIST"]
    said = [
        spelling.text
        for endpoint in ("v2.orderquery", "v2.closeorder")
        for generation in ("modern", "legacy")
        if (spelling := row.spelling("v2", endpoint=endpoint, generation=generation))
    ]
    assert said == ["订单不存在", "order not exist", "订单不存在", "订单不存在"]
