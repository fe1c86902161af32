"""API v2: flat XML, MD5 or HMAC-SHA256 signatures.

The order of checks: method, empty body, XML, fields in the order of the endpoint's table, mch_id known, appid known,
appid bound, service-provider relation, signature. The first complaint is the only one.
"""

import html
from typing import Any, cast
from urllib.parse import unquote

from sandbox.domain.merchant import Merchant
from sandbox.errors import Layer, Refusal, Row, pay, protocol, rehearsal
from sandbox.gateway import client_certificate
from sandbox.gateway.dialects import v2layout
from sandbox.gateway.dialects.v2form import Manner, V2Message
from sandbox.gateway.spec import Reply, Value
from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import BAD_REQUEST, NOT_FOUND, Wire, WireReply, page, query_of, shown
from sandbox.platform import rehearsals
from sandbox.platform.tenants import Tenants
from sandbox.protocol import v2sign, xml
from sandbox.protocol.v2sign import SignType

COMMON = tuple(value for value in vars(protocol).values() if isinstance(value, Row))
SIGN_TYPES: dict[str, SignType] = {one.value: one for one in SignType}
BARE = frozenset({pay.NO_PERMISSION.name, pay.MERCHANT_RESTRICTED.name})


class V2:
    """The XML gateway of api.mch.weixin.qq.com."""

    name = "v2"
    common = (*COMMON, *client_certificate.ROWS)

    def owns(self, path: str) -> bool:
        """Everything that no other dialect owns."""
        return True

    def wrong_method(self) -> WireReply | None:
        """Any method is heard: a wrong one has a refusal of its own."""
        return None

    def unknown(self, visit: Visit, tenants: Tenants) -> tuple[WireReply, Refusal | None]:
        """nginx's page."""
        return page(404, NOT_FOUND), None

    def masked(self, wire: Wire, reply: WireReply) -> tuple[str, bytes, bytes]:
        """As it is: a signature gives no key away."""
        return wire.target, wire.body, reply.body

    def decode(self, visit: Visit) -> None:
        """Method, emptiness, XML, or the query string; unless a missing client certificate will be all that is said."""
        try:
            self._open(visit)
        except Refusal:
            client_certificate.ensure_presented(visit)
            raise

    def _open(self, visit: Visit) -> None:
        if visit.endpoint.method == "GET":
            visit.fields = query_of(visit.wire.target)
            return
        if visit.wire.method != "POST":
            raise Refusal(protocol.METHOD_NOT_POST, came=visit.wire.method, expected="POST")
        if not visit.wire.body:
            raise Refusal(protocol.EMPTY_BODY, came="an empty body", expected="an XML body")
        try:
            visit.fields = xml.parse(visit.wire.body)
        except xml.MalformedXml as error:
            row = protocol.BODY_NOT_UTF8 if isinstance(error, xml.NotUtf8) else protocol.BODY_NOT_XML
            raise Refusal(row, came=error.reason, expected="<xml>…</xml> in UTF-8") from None

    def identify(self, visit: Visit, tenants: Tenants) -> None:
        """By the port it came to, by mch_id, else by appid."""
        fields, tags = visit.fields, visit.tags
        manner = _manner(visit)
        mchid, appid = fields.get(manner.mchid, ""), fields.get(manner.appid, "")
        tenant = tenants.by_port(visit.wire.port) or tenants.by_mchid(mchid) or tenants.by_appid(appid)
        tags["mchid"], tags["appid"] = mchid, appid
        tags["out_trade_no"] = fields.get("out_trade_no", "")
        if tenant is not None:
            visit.tenant = tenant
            visit.merchant = tenant.merchants.get(mchid)
            visit.now = tenant.clock.now()

    def admit(self, visit: Visit) -> None:
        """The client certificate, then fields, identities, the signature."""
        client_certificate.ensure_presented(visit)
        legacy, manner = self._legacy(visit), _manner(visit)
        visit.form = visit.endpoint.form.read(visit.fields, legacy=legacy)
        merchant = _known(visit)
        client_certificate.ensure_own(visit)
        tenant = visit.tenant
        assert tenant is not None
        key, lenient = _key(visit, merchant), tenant.settings.v2.accept_lowercase_sign
        if v2sign.verify(visit.fields, key, _sign_type(visit), any_case=lenient):
            return
        if manner.encoded:
            visit.fields[manner.encoded] = unquote(visit.fields[manner.encoded])
            if v2sign.verify(visit.fields, key, _sign_type(visit), any_case=lenient):
                return
        raise Refusal(rehearsal.REHEARSAL_SIGN_WRONG if manner.rehearsal else protocol.SIGN_WRONG)

    def encode(self, visit: Visit, reply: Reply) -> WireReply:
        """Lay out, sign, render; a file or a page goes as it is."""
        if reply.html:
            return shown(reply.html)
        if reply.file is not None:
            return WireReply(headers={"Content-Type": reply.content_type}, body=reply.file)
        assert visit.merchant is not None
        legacy = self._legacy(visit)
        fields = _manner(visit).layout.success(_head(visit, reply), reply, _nonce(visit), legacy=legacy)
        return self._signed(visit, visit.merchant, fields)

    def refuse(self, visit: Visit, refusal: Refusal) -> WireReply:
        """A FAIL text for protocol errors, a signed business failure for the rest."""
        legacy = self._legacy(visit)
        generation = "legacy" if legacy else "modern"
        row, name = refusal.row, visit.endpoint.name
        if row in client_certificate.ROWS:
            return self._uncertified(visit, row)
        spelling = row.spelling("v2", endpoint=name, generation=generation, by_rule=refusal.by_rule)
        # A row that nature never speaks is spoken when a rule names it.
        spelling = spelling or row.spelling("v2", endpoint=name, generation=generation, by_rule=True)
        if spelling is None:
            raise LookupError(f"{row.name} has no spelling for v2 {generation} at {name}: add one")
        text = visit.said = spelling.text.format_map(_Facts(refusal.facts))
        if visit.merchant is None and visit.fields and _manner(visit).nobody:
            return self._wire(visit, _manner(visit).nobody)
        if _manner(visit).page:
            return shown(
                f'<!DOCTYPE html><html lang="zh-CN"><title>微信支付</title><h1>{html.escape(text)}</h1></html>'
            )
        if spelling.layer is Layer.ERROR_CODE:
            visit.said = f"FAIL {spelling.code} {text}"
            failed = (("return_code", "FAIL"), ("return_msg", text), ("error_code", spelling.code))
            return self._wire(visit, xml.render(failed) + b"\n")
        if spelling.layer is Layer.RETURN_MSG or visit.merchant is None:
            visit.said = f"FAIL {text}"
            return self._wire(visit, xml.render([("return_code", "FAIL"), ("return_msg", text)]))
        visit.said = f"{spelling.code} {text}"
        said = v2layout.Complaint(spelling.code, text, row.name in BARE, spelling.aside)
        fields = _manner(visit).layout.failure(_head(visit, Reply()), said, _nonce(visit), legacy=legacy)
        return self._signed(visit, visit.merchant, fields)

    def _uncertified(self, visit: Visit, row: Row) -> WireReply:
        """nginx's page; the transfer family's XML, unsigned; a bare FAIL for another merchant's certificate."""
        transfers = visit.endpoint.path.startswith(client_certificate.CA_ERROR_FAMILY)
        spelling = row.spelling("v2", layer=Layer.ERR_CODE if transfers else None)
        assert spelling is not None
        if spelling.layer is Layer.PAGE:
            visit.said = f"{spelling.status} {spelling.text}"
            return page(spelling.status, BAD_REQUEST, spelling.text)
        if spelling.layer is Layer.RETURN_MSG:
            visit.said = f"FAIL {spelling.text}"
            return self._wire(visit, xml.render([("return_code", "FAIL"), ("return_msg", spelling.text)]))
        visit.said = f"{spelling.code} {spelling.text}"
        caller = [("mchid", visit.fields["mchid"])] if visit.fields.get("mchid") else []
        fields = [
            ("return_code", "SUCCESS"), ("return_msg", spelling.code), *caller, ("result_code", "FAIL"),
            ("err_code", spelling.code), ("err_code_des", spelling.text),
        ]  # fmt: skip
        return self._wire(visit, xml.render(fields))

    def _signed(self, visit: Visit, merchant: Merchant, fields: list[tuple[str, Value]]) -> WireReply:
        values = {**dict(fields), **visit.overrides()}
        if v2layout.SLOT in values:
            values[v2layout.SLOT] = v2sign.sign(values, _key(visit, merchant), _sign_type(visit))
        if visit.occasion is not None:
            values.update(visit.occasion.fields)
        return self._wire(visit, xml.render(values.items()))

    def _wire(self, visit: Visit, body: bytes) -> WireReply:
        content_type = "text/plain; charset=utf-8" if visit.tenant is None else visit.tenant.settings.v2.content_type
        if _manner(visit).spread:
            body = body.replace(b"<xml><return_code><!", b"<xml>\n<return_code><!", 1)
        return WireReply(headers={"Content-Type": content_type}, body=body)

    def _legacy(self, visit: Visit) -> bool:
        return visit.tenant is not None and visit.tenant.settings.v2.format == "legacy"


class _Facts(dict[str, Any]):
    """A refusal's facts; what a rule did not say reads as an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


def _manner(visit: Visit) -> Manner:
    return cast("type[V2Message]", visit.endpoint.form).manner


def _key(visit: Visit, merchant: Merchant) -> str:
    if _manner(visit).rehearsal and visit.tenant is not None:
        return rehearsals.key(visit.tenant, merchant)
    return merchant.api_key(visit.now)


def _known(visit: Visit) -> Merchant:
    """The caller, known and entitled to its appid. Raises Refusal."""
    fields, tenant, merchant, manner = visit.fields, visit.tenant, visit.merchant, _manner(visit)
    mchid, appid = fields.get(manner.mchid, ""), fields.get(manner.appid, "")
    if tenant is None or merchant is None:
        raise Refusal(protocol.MCHID_UNKNOWN, field=manner.mchid, came=mchid, expected=_one_of(tenant, "merchants"))
    if manner.appid and appid not in tenant.apps:
        raise Refusal(protocol.APPID_UNKNOWN, field=manner.appid, came=appid, expected=_one_of(tenant, "apps"))
    if manner.appid and appid not in merchant.appids:
        expected = ", ".join(sorted(merchant.appids)) or f"an appid bound to {mchid}: it has none"
        raise Refusal(protocol.APPID_NOT_BOUND, field=manner.appid, came=appid, expected=expected)
    sub_mchid = fields.get("sub_mch_id", "")
    if merchant.kind == "provider" and not sub_mchid and not manner.for_all_subs:
        raise Refusal(
            protocol.SUB_MCHID_MISSING, field="sub_mch_id", came="nothing", expected="the sub-merchant's number"
        )
    if sub_mchid:
        sub = tenant.merchants.get(sub_mchid)
        if sub is None:
            raise Refusal(
                protocol.MCHID_UNKNOWN, field="sub_mch_id", came=sub_mchid, expected=_one_of(tenant, "merchants")
            )
        if sub.provider != mchid:
            raise Refusal(
                protocol.SUB_MCHID_UNRELATED, field="sub_mch_id", came=sub_mchid, expected=f"a sub-merchant of {mchid}"
            )
    return merchant


def _one_of(tenant: object, what: str) -> str:
    names = getattr(tenant, what, None)
    return f"one of {', '.join(sorted(names))}" if names else "a number that this sandbox knows"


def _head(visit: Visit, reply: Reply) -> list[tuple[str, Value]]:
    """mch_id, appid, and the sub fields and device_info that were sent."""
    fields, manner = visit.fields, _manner(visit)
    head: list[tuple[str, Value]] = [(name, fields.get(name, "")) for name in (manner.mchid, manner.appid) if name]
    for name in manner.echoed:
        value = fields.get(name)
        if value and not _echoes(reply, name) and (name != "sub_appid" or fields.get("sub_mch_id")):
            head.append((name, value))
    return head


def _echoes(reply: Reply, name: str) -> bool:
    return any(name == echoed for echoed, _ in (*reply.echo, *reply.body))


def _nonce(visit: Visit) -> str:
    assert visit.tenant is not None
    return visit.tenant.ids.nonce_str(visit.endpoint.path, visit.fields.get("sign", ""))


def _sign_type(visit: Visit) -> SignType:
    return SIGN_TYPES.get(visit.fields.get("sign_type", "")) or _manner(visit).sign_type
