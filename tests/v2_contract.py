"""What every v2 endpoint owes: the shared refusals by nature, and every declared row when a rule names it."""

from collections.abc import Awaitable, Callable
from typing import Any

from wire_merchant import v2_sign

from sandbox.app import catalogue
from sandbox.errors import Layer, Row, Spelling, protocol, rehearsal
from sandbox.gateway.dialects.v2 import COMMON
from sandbox.gateway.dialects.v2form import V2Message
from sandbox.gateway.spec import Endpoint
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec

Good = Callable[[Any], dict[str, str]]
Trigger = Callable[[Any], Awaitable[dict[str, str]]]
V2 = {endpoint.name: endpoint for endpoint in catalogue() if endpoint.dialect == "v2"}


def manner_of(endpoint: Endpoint) -> Any:
    assert issubclass(endpoint.form, V2Message)
    return endpoint.form.manner


async def send(m: Any, endpoint: Endpoint, fields: dict[str, str], **changes: Any) -> dict[str, str]:
    """The request with some fields changed (None: left out), signed and posted."""
    kept = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    return dict(await m.post(endpoint.path, kept))


def sample(m: Any, endpoint: Endpoint) -> dict[str, str]:
    """A request of the form's own samples, made by the test's merchant, in the order of the table."""
    manner = manner_of(endpoint)
    own = {manner.mchid: m.mch_id, manner.appid: m.appid}
    return {
        field.name: own.get(field.name, field.sample)
        for field in endpoint.form.fields
        if field.required and field.name != "sign"
    }


def last_problem(m: Any) -> str:
    """What the newest exchange was refused with, whoever it belonged to."""
    exchanges = [*list(m.tenant.journal)[-1:], *list(m.box.tenants.unclaimed)[-1:]]
    return str(max(exchanges, key=lambda one: one.id).problem)


def ensure_said(reply: dict[str, str], spelling: Spelling, text: str | None = None) -> None:
    """The reply is this spelling's, in its layer."""
    if spelling.layer is Layer.ERROR_CODE:
        assert list(reply.items()) == [
            ("return_code", "FAIL"), ("return_msg", spelling.text), ("error_code", spelling.code),
        ]  # fmt: skip
    elif spelling.layer is Layer.ERR_CODE:
        assert (reply["result_code"], reply["err_code"]) == ("FAIL", spelling.code)
        assert reply["err_code_des"] == (spelling.text if text is None else text)
    else:
        assert reply["return_code"] == "FAIL"
        assert reply["return_msg"] == (spelling.text if text is None else text)


async def shared_rows(m: Any, endpoint: Endpoint, good: Good) -> None:
    """Every row of the shared table that a caller can bring about here, one request after the other."""
    fields, manner = {**sample(m, endpoint), **good(m)}, manner_of(endpoint)
    for row, answer in [(row, await one) for row, one in _shared(m, endpoint, fields, manner)]:
        spelling = row.spelling("v2", endpoint=endpoint.name)
        assert spelling is not None
        assert "FAIL" in (answer["return_code"], answer.get("result_code")), row.name
        if spelling.layer is Layer.ERR_CODE and answer["return_code"] == "SUCCESS":
            assert answer["err_code"] == spelling.code, row.name


def _shared(m: Any, endpoint: Endpoint, fields: dict[str, str], manner: Any) -> Any:
    async def seen(row: Row, answer: Awaitable[dict[str, str]]) -> dict[str, str]:
        reply = dict(await answer)
        assert last_problem(m) == row.name, (row.name, reply)
        return reply

    def changed(row: Row, **changes: Any) -> tuple[Row, Any]:
        return row, seen(row, send(m, endpoint, fields, **changes))

    path, by_name = endpoint.path, {field.name: field for field in endpoint.form.fields}
    yield protocol.METHOD_NOT_POST, seen(protocol.METHOD_NOT_POST, m.post(path, b"", method="GET"))
    yield protocol.EMPTY_BODY, seen(protocol.EMPTY_BODY, m.post(path, b""))
    yield protocol.BODY_NOT_XML, seen(protocol.BODY_NOT_XML, m.post(path, b'{"mch_id": 1}'))
    gbk = "<xml><body>茶叶</body></xml>".encode("gbk")
    yield protocol.BODY_NOT_UTF8, seen(protocol.BODY_NOT_UTF8, m.post(path, gbk))
    yield changed(protocol.MCHID_UNKNOWN, **{manner.mchid: "1888888888"})
    for field in endpoint.form.fields:
        if field.name == "sign":
            continue
        if field.required:
            yield changed(protocol.FIELD_MISSING, **{field.name: None})
            yield changed(protocol.FIELD_EMPTY, **{field.name: ""})
        if field.limit is not None:
            yield changed(protocol.FIELD_TOO_LONG, **{field.name: "9" * (field.limit + 1)})
        if field.pattern:
            yield changed(protocol.FIELD_PATTERN, **{field.name: "?" if field.limit == 1 else "??"})
        if field.kind == "integer":
            yield changed(protocol.FIELD_NOT_INTEGER, **{field.name: "1.0"})
            if field.minimum is not None:
                yield changed(protocol.FIELD_TOO_SMALL, **{field.name: str(field.minimum - 1)})
            if field.maximum is not None:
                yield changed(protocol.FIELD_TOO_LARGE, **{field.name: str(field.maximum + 1)})
    if manner.appid:
        yield changed(protocol.APPID_UNKNOWN, **{manner.appid: "wx0000000000000000"})
        yield changed(protocol.APPID_NOT_BOUND, **{manner.appid: list(m.tenant.apps)[1]})
    if "sub_mch_id" in by_name:
        yield changed(protocol.SUB_MCHID_UNRELATED, sub_mch_id=m.mch_id)
    if "sub_mch_id" in by_name and not manner.for_all_subs:
        provider = next(one for one in m.tenant.merchants.values() if one.kind == "provider")
        unsaid = {**fields, manner.mchid: provider.mchid}
        unsaid.pop("sub_mch_id", None)
        unsaid["sign"] = v2_sign(unsaid, provider.api_keys[0].text)
        yield protocol.SUB_MCHID_MISSING, seen(protocol.SUB_MCHID_MISSING, m.post(path, unsaid))
    wrong = rehearsal.REHEARSAL_SIGN_WRONG if manner.rehearsal else protocol.SIGN_WRONG
    yield wrong, seen(wrong, m.post(path, fields, key="x" * 32))


async def rows_by_rule(m: Any, endpoint: Endpoint, good: Good) -> None:
    """A rule that names a row, or a documented code of it, makes the endpoint say it."""
    fields = {**sample(m, endpoint), **good(m)}
    for row in (*COMMON, *endpoint.raises):
        here = [s for s in row.spellings if s.dialect == "v2" and s.speaks_at(endpoint.name)]
        assert here, f"{row.name} is not spelled at {endpoint.name}"
        best = row.spelling("v2", endpoint=endpoint.name, by_rule=True)
        for name in sorted({row.name} | {s.code for s in here if s is best and s.only_by_rule}):
            only = {"endpoint": endpoint.name}
            fail: dict[str, Any] = {"fail": {"problem": name}}
            m.tenant.rules.drop()
            m.tenant.rules.add(RuleSpec(when=Moment.REQUEST_VERIFIED, only=only, do=fail))
            reply = await m.post(endpoint.path, fields)
            assert "FAIL" in (reply["return_code"], reply.get("result_code"))
            assert last_problem(m) == row.name, name
            if name != row.name:
                assert name in (reply.get("err_code"), reply.get("error_code"))
    m.tenant.rules.drop()


def documents(endpoint: str, codes: str) -> set[str]:
    """The codes of a published table that no declared row spells here."""
    declared = (*COMMON, *V2[endpoint].raises)
    spelled = {s.code for row in declared for s in row.spellings if s.dialect == "v2" and s.speaks_at(endpoint)}
    return set(codes.split()) - spelled
