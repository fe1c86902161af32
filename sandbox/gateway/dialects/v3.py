"""APIv3: JSON, RSA signatures both ways.

The order of checks: User-Agent and Accept (not on orders), the Authorization header's form, timestamp, mchid, serial,
signature, JSON, unknown fields, fields in the order of the table, mchid in the request = mchid in the header. Known
callers get signed answers, refusals included; a 401 is unsigned (observed 2026-09;
pay.weixin.qq.com/doc/v3/merchant/4012081709).
"""

from typing import Any

import msgspec

from sandbox.domain.merchant import Merchant
from sandbox.errors import Refusal, Row, pay, v3
from sandbox.gateway import jsonform
from sandbox.gateway.dialects import v3reply
from sandbox.gateway.dialects.v3body import parse_object
from sandbox.gateway.dialects.v3sensitive import open_fields
from sandbox.gateway.spec import Reply
from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import Wire, WireReply, query_of
from sandbox.platform.tenants import Tenant, Tenants
from sandbox.protocol import v3auth

ORDERS = "/v3/pay/transactions/"
TOLERANCE = 300  # seconds
CALLER_FIELDS = ("mchid", "sp_mchid", "combine_mchid")
ANYWHERE = (value for value in vars(v3).values() if isinstance(value, Row) and value is not v3.NO_PLATFORM_CERTIFICATE)
COMMON = (*ANYWHERE, pay.SYSTEM_ERROR)


class V3:
    """The JSON gateway of api.mch.weixin.qq.com."""

    name = "v3"
    common = COMMON

    def owns(self, path: str) -> bool:
        """Everything under /v3/."""
        return path.startswith("/v3/")

    def unknown(self, visit: Visit, tenants: Tenants) -> tuple[WireReply, Refusal | None]:
        """404 and nothing else (observed)."""
        return WireReply(status=404), None

    def wrong_method(self) -> WireReply | None:
        """405 and nothing else (observed)."""
        return WireReply(status=405)

    def masked(self, wire: Wire, reply: WireReply) -> tuple[str, bytes, bytes]:
        """As it is: signatures give no key away, sensitive fields are encrypted."""
        return wire.target, wire.body, reply.body

    def decode(self, visit: Visit) -> None:
        """The Authorization header and the query; the body comes after the signature."""
        wire = visit.wire
        visit.fields = query_of(wire.target)
        try:
            visit.authorization = v3auth.parse_authorization(wire.headers.get("Authorization", ""))
        except v3auth.AuthorizationError:
            visit.authorization = None  # admit says so, after the headers that are looked at first

    def identify(self, visit: Visit, tenants: Tenants) -> None:
        """By the port it came to, else by the mchid that signs."""
        visit.tags["out_trade_no"] = visit.path.get("out_trade_no", "")
        visit.now = tenants.wall.now()
        if visit.authorization is None:
            return
        mchid = visit.tags["mchid"] = visit.authorization.mchid
        tenant = tenants.by_port(visit.wire.port) or tenants.by_mchid(mchid)
        if tenant is not None:
            visit.tenant = tenant
            visit.merchant = tenant.merchants.get(mchid)
            visit.now = tenant.clock.now()

    def admit(self, visit: Visit) -> None:
        """Who calls, then what it says."""
        tenant, merchant = self._authenticated(visit)
        visit.authenticated = True
        body = visit.body = parse_object(visit.wire.body) if visit.wire.body else {}
        _tag(visit, body)
        form = visit.form = jsonform.read(visit.endpoint.form, body, visit.fields, visit.path)
        named = next((value for name in CALLER_FIELDS if (value := form.__dict__.get(name))), None)
        if named is not None and named != merchant.mchid:
            raise Refusal(v3.MCHID_NOT_CALLERS, field="mchid", came=named, expected=f"{merchant.mchid}, which signed")
        open_fields(form, tenant, merchant, visit.wire.headers.get("Wechatpay-Serial", ""))

    def encode(self, visit: Visit, reply: Reply) -> WireReply:
        """JSON and its signature; a file as it is; 204 without a body, signed too."""
        if reply.file is not None:
            return v3reply.file(visit, reply)
        return v3reply.signed(visit, 204 if not reply.body else 200, dict(reply.body) if reply.body else None)

    def refuse(self, visit: Visit, refusal: Refusal) -> WireReply:
        """Status, code and message, and the detail where the platform gives one."""
        row, name = refusal.row, visit.endpoint.name
        spelling = row.spelling("v3", endpoint=name, by_rule=refusal.by_rule) or row.spelling(
            "v3", endpoint=name, by_rule=True
        )
        if spelling is None:
            raise LookupError(f"{row.name} has no spelling for v3 at {name}: add one")
        message = spelling.text.format_map(v3reply.Facts(refusal.facts))
        visit.said = f"{spelling.code} {message}"
        body: dict[str, Any] = {"code": spelling.code, "message": message}
        detail = refusal.facts.get("detail")
        if detail is not None:
            body["detail"] = detail
        known = visit.tenant is not None and visit.merchant is not None
        if known and (visit.authenticated or _signs_401(visit)):
            return v3reply.signed(visit, spelling.status, body, row.number)
        return v3reply.unsigned(visit, spelling.status, body, row.number)

    def _authenticated(self, visit: Visit) -> tuple[Tenant, Merchant]:
        headers, orders = visit.wire.headers, visit.wire.path.startswith(ORDERS)
        if not orders and not (headers.get("User-Agent") and headers.get("Accept")):
            raise Refusal(v3.HEADER_MISSING, field="User-Agent, Accept", came="not both", expected="both headers")
        given = visit.authorization
        if given is None:
            row = v3.AUTHORIZATION_ABSENT_ON_PAY if orders else v3.AUTHORIZATION_MALFORMED
            raise Refusal(row, field="Authorization", came=_why_malformed(visit.wire), expected=v3auth.SCHEME)
        tenant, merchant = visit.tenant, visit.merchant
        now = tenant.message_time() if tenant is not None else visit.now // 1000
        if abs(now - given.timestamp) > TOLERANCE:
            hint = "milliseconds? " if given.timestamp > now * 100 else ""
            expected = f"{hint}within {TOLERANCE} s of {now}"
            raise Refusal(v3.TIMESTAMP_STALE, field="timestamp", came=given.timestamp, expected=expected)
        if tenant is None or merchant is None:
            raise Refusal(v3.CALLER_UNKNOWN, field="mchid", came=given.mchid, expected="a merchant of this sandbox")
        keys = tenant.credentials(merchant)
        if given.serial_no.upper() != keys.serial_no:
            raise Refusal(v3.SERIAL_NO_WRONG, field="serial_no", came=given.serial_no, expected=keys.serial_no)
        message = v3auth.request_message(
            visit.wire.method, visit.wire.target, given.timestamp, given.nonce_str, visit.wire.body
        )
        if not v3auth.verify(keys.api.pair.public, message, given.signature):
            raise _signature_wrong(visit.wire, message, orders)
        return tenant, merchant


def _tag(visit: Visit, body: dict[str, Any]) -> None:
    for tag, name in (("out_trade_no", "out_trade_no"), ("out_refund_no", "out_refund_no"), ("appid", "appid")):
        value = body.get(name)
        if isinstance(value, str):
            visit.tags[tag] = value


def _signs_401(visit: Visit) -> bool:
    return visit.tenant is not None and visit.tenant.settings.v3.sign_401


def _why_malformed(wire: Wire) -> str:
    header = wire.headers.get("Authorization", "")
    if not header:
        return "no header"
    try:
        v3auth.parse_authorization(header)
    except v3auth.AuthorizationError as error:
        return error.reason
    return "a header"


def _signature_wrong(wire: Wire, message: bytes, orders: bool) -> Refusal:
    detail = {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": wire.method,
            "sign_message_length": len(message),
            "truncated_sign_message": v3auth.truncated(message, wire.body),
            "url": wire.target,
        },
    }
    row = v3.REQUEST_SIGNATURE_WRONG_ON_PAY if orders else v3.REQUEST_SIGNATURE_WRONG
    shown = msgspec.json.encode(message.decode("utf-8", "replace")[:200]).decode()
    expected = f"the signature of {len(message)} bytes {shown}"
    return Refusal(row, field="signature", came="one that does not verify", expected=expected, detail=detail)
