"""Every field of every v3 endpoint: absent, null, too short, too long, out of pattern, of another type, out of range.

The texts are written here from what the gateway was seen to say. A new endpoint is held to them without a line here:
requests are made from the forms' own samples.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from v3_merchant import V3Merchant

from sandbox.app import Sandbox, catalogue
from sandbox.gateway.forms import Field, Form
from sandbox.gateway.spec import Endpoint
from sandbox.platform.tenants import Tenant

V3 = [pytest.param(endpoint, id=endpoint.name) for endpoint in catalogue() if endpoint.dialect == "v3"]
Chain = tuple[Field, ...]
ABSENT = object()
CANDIDATES = ("x" * 6, "1" * 10, "20260101", "2026-01-01")
ODD = ("?", "??", "?" * 6, "\t" * 8, "?" * 16)


@pytest.fixture
def executor() -> None:
    """No handler is reached: worker threads would add nothing."""


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


def fits(field: Field, text: str) -> bool:
    size = len(text.encode())
    return (field.least or 1) <= size <= (field.limit or size) and bool(re.fullmatch(field.pattern or ".*", text))


def value_of(field: Field) -> Any:
    """A value that fits."""
    match field.kind:
        case "text":
            return field.sample or next(text for text in CANDIDATES if fits(field, text))
        case "integer":
            return int(field.sample)
        case "flag":
            return True
    assert field.shape is not None
    made = body_of(field.shape)
    return made if field.kind == "part" else [made] * (field.least or 1)


def body_of(form: type[Form], where: str = "body") -> dict[str, Any]:
    """What is required, and nothing else."""
    return {field.name: value_of(field) for field in form.fields if field.required and field.where == where}


def chains(form: type[Form], above: Chain = ()) -> Iterator[Chain]:
    """Every field, those within others too, each with the fields it stands in."""
    for field in form.fields:
        yield (*above, field)
        if field.shape is not None:
            yield from chains(field.shape, (*above, field))


def request(endpoint: Endpoint, chain: Chain, value: Any) -> tuple[str, dict[str, Any] | None]:
    """The target and the body of a request that is good but for one field."""
    parts = {where: body_of(endpoint.form, where) for where in ("body", "query", "uri_template")}
    here = parts[chain[0].where]
    for field in chain[:-1]:
        inner = here.setdefault(field.name, value_of(field))
        here = inner[0] if isinstance(inner, list) else inner
    if value is ABSENT:
        del here[chain[-1].name]
    else:
        here[chain[-1].name] = value
    path = endpoint.path
    for name, text in parts["uri_template"].items():
        path = path.replace(f"{{{name}}}", quote(str(text), safe=""))
    query = urlencode({name: value_in_query(text) for name, text in parts["query"].items()})
    return f"{path}?{query}" if query else path, parts["body"] if endpoint.method == "POST" else None


def value_in_query(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def pointer(chain: Chain) -> str:
    """Where a complaint points."""
    if chain[-1].pointer:
        return chain[-1].pointer
    steps = [f"{field.name}/0" if field.kind == "parts" else field.name for field in chain[:-1]]
    return "/".join(["", chain[0].where, *steps, chain[-1].name])


class Inspection:
    """Asks, and gathers what was not answered as it should be."""

    def __init__(self, m: V3Merchant, endpoint: Endpoint) -> None:
        self.m, self.endpoint = m, endpoint
        self.wrong: list[str] = []

    async def expect(self, chain: Chain, value: Any, rule: str, shown: Any) -> None:
        """The complaint with this text and this value in its detail."""
        at = pointer(chain)
        message = rule.format(pointer=at, title=chain[-1].title)
        detail = {"location": at.split("/")[1], "value": shown}
        answer = await self.answer(chain, value)
        if answer != (400, {"code": "PARAM_ERROR", "detail": detail, "message": message}):
            self.wrong.append(f"{at} = {str(value)[:40]!r}: {answer}, expected {message} {detail}")

    async def answer(self, chain: Chain, value: Any) -> tuple[int, Any]:
        target, body = request(self.endpoint, chain, value)
        return await self.m.call(self.endpoint.method, target, body)


MISSING = "输入源“{pointer}”映射到字段“{title}”必填性规则校验失败，此字段为必填项"
TYPE = "无法将 JSON 输入源“{{pointer}}”映射到目标字段“{{title}}”中，此字段需要一个合法的{}"
TEXT = "输入源“{{pointer}}”映射到值字段“{{title}}”字符串规则校验失败，{}"
NUMBER = "输入源“{{pointer}}”映射到数值字段“{{title}}”规则校验失败，值{}"
INTEGER = TYPE.format(" 64 位有符号整数")


@pytest.mark.parametrize("endpoint", V3)
async def test_a_required_field_is_there(v3: V3Merchant, endpoint: Endpoint) -> None:
    """Absent, null and empty are one: named with its place and its title, value ""."""
    inspection = Inspection(v3, endpoint)
    for chain in chains(endpoint.form):
        field = chain[-1]
        if not field.required or field.where == "uri_template":
            continue
        nothings = [ABSENT, ""] if field.where == "query" else [ABSENT, "", None]
        for nothing in nothings:
            if nothing == "" and field.characters and field.least:
                continue  # an empty one is too short instead
            await inspection.expect(chain, nothing, MISSING, "")

    assert inspection.wrong == []


@pytest.mark.parametrize("endpoint", V3)
async def test_null_is_no_way_to_leave_a_field_out(v3: V3Merchant, endpoint: Endpoint) -> None:
    """An optional field that is null is not understood (doc 4012081709)."""
    inspection = Inspection(v3, endpoint)
    optional = [one for one in chains(endpoint.form) if not one[-1].required and one[0].where == "body"]

    answers = {pointer(chain): await inspection.answer(chain, None) for chain in optional}

    assert {at: answer for at, answer in answers.items() if answer != NOT_UNDERSTOOD} == {}


async def test_a_null_is_explained(v3: V3Merchant) -> None:
    """Which field it is, wherever it stands, and that it is to be left out; the platform itself does not say."""
    await v3.call("POST", "/v3/pay/transactions/jsapi", {**v3.order(), "goods_tag": None})
    first = list(v3.tenant.journal)[-1].diagnosis
    await v3.call(
        "POST",
        "/v3/pay/transactions/jsapi",
        {**v3.order(), "scene_info": {"payer_client_ip": "127.0.0.1", "device_id": None}},
    )
    second = list(v3.tenant.journal)[-1].diagnosis

    assert first is not None
    assert second is not None
    assert (first.field, first.came) == ("goods_tag", "null")
    assert first.summary.startswith("/body/goods_tag is null")
    assert first.fix.startswith("Leave goods_tag out")
    assert "goods_tag" in first.fix_zh
    assert second.summary.startswith("/body/scene_info/device_id is null")


NOT_UNDERSTOOD = (400, {"code": "PARAM_ERROR", "message": "参数错误"})


@pytest.mark.parametrize("endpoint", V3)
async def test_lengths_and_patterns(v3: V3Merchant, endpoint: Endpoint) -> None:
    """One byte too few, one too many, and a form that is not allowed; the value of a length is the length."""
    inspection = Inspection(v3, endpoint)
    for chain in chains(endpoint.form):
        field = chain[-1]
        if field.kind != "text":
            continue
        unit = "字符数" if field.characters else "字节数"
        if field.least is not None and field.least > 1:
            said = TEXT.format(f"{unit} {field.least - 1}，小于最小值 {field.least}")
            await inspection.expect(chain, "1" * (field.least - 1), said, field.least - 1)
        if field.limit is not None:
            over = field.limit + 1
            await inspection.expect(chain, "9" * over, TEXT.format(f"{unit} {over}，大于最大值 {field.limit}"), over)
            _, body = await inspection.answer(chain, "9" * field.limit)
            if "大于最大值" in str(body):
                inspection.wrong.append(f"{pointer(chain)}: {field.limit} do not fit")
        if field.pattern:
            odd = next(one for one in ODD if fits_in_length(field, one) and not re.fullmatch(field.pattern, one))
            pattern = field.pattern.replace("{", "{{").replace("}", "}}")
            await inspection.expect(chain, odd, TEXT.format("") + f"字符串必须匹配正则表达式“^{pattern}$”", odd)

    assert inspection.wrong == []


def fits_in_length(field: Field, text: str) -> bool:
    return (field.least or 1) <= len(text) <= (field.limit or len(text))


WRONG_TYPES: dict[str, tuple[str, list[Any]]] = {
    "text": (TYPE.format("字符串"), [1, True, 0.5]),
    "flag": (TYPE.format("布尔值"), ["true", 1, 0]),
    "part": (TYPE.format("对象"), ["{}", 1]),
    "parts": (TYPE.format("数组"), ["[]", 1]),
    "integer": (INTEGER, [0.01, 1.0, 1e2, "1", "x", True]),
}


@pytest.mark.parametrize("endpoint", V3)
async def test_json_types(v3: V3Merchant, endpoint: Endpoint) -> None:
    """A number is no text, a text no number; an amount in yuan is no whole number."""
    inspection = Inspection(v3, endpoint)
    for chain in chains(endpoint.form):
        field = chain[-1]
        if field.where != "body" or chain[0].where != "body":
            continue
        rule, values = WRONG_TYPES[field.kind]
        for value in values:
            await inspection.expect(chain, value, rule, value)
        if field.kind == "integer":
            await inspection.expect(chain, 10**30, rule, str(10**30))
        elif field.kind != "parts":
            await inspection.expect(chain, [], rule, "[]")

    assert inspection.wrong == []


@pytest.mark.parametrize("endpoint", V3)
async def test_ranges(v3: V3Merchant, endpoint: Endpoint) -> None:
    """Below the least and above the most, of numbers and of how many parts there are."""
    inspection = Inspection(v3, endpoint)
    for chain in chains(endpoint.form):
        field = chain[-1]
        if field.kind == "integer" and field.minimum is not None:
            low = field.minimum - 1
            await inspection.expect(chain, low, NUMBER.format(f"低于最小值 {field.minimum}"), low)
        if field.kind == "integer" and field.maximum is not None:
            high = field.maximum + 1
            await inspection.expect(chain, high, NUMBER.format(f"高于最大值 {field.maximum}"), high)
        if field.kind == "parts":
            least, most = field.least or 0, field.limit or 0
            if least > 0:
                few = [{}] * (least - 1)
                await inspection.expect(chain, few, NUMBER.format(f"低于最小值 {least}"), least - 1)
            await inspection.expect(chain, [{}] * (most + 1), NUMBER.format(f"高于最大值 {most}"), most + 1)

    assert inspection.wrong == []


@pytest.mark.parametrize("endpoint", [one for one in V3 if one.values[0].method == "POST"])
async def test_unknown_fields(v3: V3Merchant, endpoint: Endpoint) -> None:
    """At the top and in every object: all of them are pointed at, the location is null, before any other complaint."""
    inspection = Inspection(v3, endpoint)
    wrong = {}
    tops = [chain for chain in chains(endpoint.form) if chain[-1].shape is not None]
    for chain in [(), *tops]:
        target, body = request(endpoint, chain or (endpoint.form.fields[0],), value_of(chain[-1]) if chain else "1")
        body = body or {}
        here, at = body, "/body"
        for field in chain:
            here, at = here[field.name], f"{at}/{field.name}"
            if isinstance(here, list):
                here, at = here[0], f"{at}/0"
        here["trade_type"] = "JSAPI"
        answer = await inspection.m.call("POST", target, body)
        detail = {"location": None, "value": [f"{at}/trade_type"]}
        expected = {"code": "PARAM_ERROR", "detail": detail, "message": "请求中含有未在API文档中定义的参数"}
        if answer != (400, expected):
            wrong[at] = answer

    assert wrong == {}


async def test_all_unknown_fields_are_named_at_once(v3: V3Merchant) -> None:
    """v2's names, a payer where there is none, and a typing error: a list of pointers."""
    body = {**v3.order(), "trade_type": "NATIVE", "amount": {"total": 0, "fee": 1}}

    _, answer = await v3.call("POST", "/v3/pay/transactions/native", body)

    assert answer["detail"] == {"location": None, "value": ["/body/amount/fee", "/body/payer", "/body/trade_type"]}


async def test_the_first_complaint_in_the_tables_order_is_the_only_one(v3: V3Merchant) -> None:
    """However the JSON is written."""
    body = v3.order(out_trade_no="1", description=None, amount={"total": 0})

    _, answer = await v3.call("POST", "/v3/pay/transactions/jsapi", dict(reversed(body.items())))

    assert answer["message"] == MISSING.format(pointer="/body/description", title="商品描述")


@pytest.mark.parametrize(
    ("text", "fits"),
    [("张" * 42, True), ("张" * 43, False), ("a" * 127, True), ("a" * 128, False), ("é" * 63, True), ("é" * 64, False)],
)
async def test_lengths_are_bytes(v3: V3Merchant, text: str, fits: bool) -> None:
    """A Chinese character counts three: 42 of them fit into a description."""
    status, body = await v3.call("POST", "/v3/pay/transactions/jsapi", v3.order(description=text))

    assert (status == 200) is fits
    if not fits:
        assert body["message"].endswith(f"字节数 {len(text.encode())}，大于最大值 127")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("http://localhost:8080/x", True),
        ("https://shop.example/a/b", True),
        ("http://127.0.0.1", True),
        ("https://shop.example/a?b=c", False),
        ("https://shop.example/a#b", False),
        (" https://shop.example/a", False),
        ("ftp://shop.example/a", False),
        ("shop.example/a", False),
    ],
)
async def test_notify_url_is_what_the_gateways_pattern_takes(v3: V3Merchant, url: str, fits: bool) -> None:
    """Localhost and any port; no query string, no fragment, no blank (observed)."""
    status, body = await v3.call("POST", "/v3/pay/transactions/jsapi", v3.order(notify_url=url))

    assert (status == 200) is fits
    if not fits:
        assert body["detail"] == {"location": "body", "value": url}
        pattern = r"^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$"
        assert body["message"].endswith(f"字符串必须匹配正则表达式“{pattern}”")


@pytest.mark.parametrize(
    "time_expire", ["2026-01-01 08:30:00", "20260101083000", "2026-01-01T08:30:00", "soon", "2026"]
)
async def test_time_expire_is_a_time_with_an_offset(v3: V3Merchant, time_expire: str) -> None:
    """RFC 3339; v2's form is refused."""
    status, body = await v3.call("POST", "/v3/pay/transactions/jsapi", v3.order(time_expire=time_expire))

    assert (status, body["code"], body["detail"]["value"]) == (400, "PARAM_ERROR", time_expire)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "2001:db8::1"])
async def test_any_address_is_a_payers(v3: V3Merchant, address: str) -> None:
    """Loopback and private ones too."""
    body = v3.order(scene_info={"payer_client_ip": address})

    assert (await v3.call("POST", "/v3/pay/transactions/jsapi", body))[0] == 200


@pytest.mark.parametrize("address", ["unknown", "1.2.3", "1.2.3.4:80", "1.2.3.4, 5.6.7.8"])
async def test_what_is_no_address_is_refused(v3: V3Merchant, address: str) -> None:
    """A proxy's list, a port."""
    _, body = await v3.call("POST", "/v3/pay/transactions/jsapi", v3.order(scene_info={"payer_client_ip": address}))

    assert (body["code"], body["detail"]) == ("PARAM_ERROR", {"location": "body", "value": address})
