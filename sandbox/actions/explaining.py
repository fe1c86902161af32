"""Why a signature is wrong, for each kind of message: what the verb `explain` answers."""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import unquote

import msgspec

from sandbox.actions.verb import Desk, VerbError
from sandbox.doctor import verdict
from sandbox.doctor.masking import masked
from sandbox.doctor.mistake import told
from sandbox.doctor.statement import Statement
from sandbox.doctor.verdict import Chart
from sandbox.domain.merchant import Merchant
from sandbox.errors import Refusal, Row, protocol, v3
from sandbox.phone import app, jsapi
from sandbox.phone.cashier import Cashier
from sandbox.phone.explanation import explain as explain_launch
from sandbox.platform import charts, suspects
from sandbox.platform.journal import Diagnosis
from sandbox.platform.tenants import Tenant
from sandbox.protocol import v2sign, v3auth

SIGNED_RAW = "long_url"
"""The one field that may be sent URL-encoded and is signed raw (of /tools/shorturl)."""

LaunchKind = Literal["JSAPI launch", "App launch"]
Kind = Literal["v2 message", "v3 request", "JSAPI launch", "App launch", "v3 answer or notification"]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the signature is right; if not, why. Keys in `string_to_sign` are masked."""

    kind: Kind
    right: bool
    string_to_sign: str = ""
    expected: str = ""  # the signature that would be right
    diagnosis: Diagnosis | None = None


async def of_v2(tenant: Tenant, given: Mapping[str, str], mchid: str = "") -> Explanation:
    """A request by its fields; what the platform sends is signed in the same way. Raises VerbError."""
    fields = dict(given)
    merchant = _merchant(tenant, fields.get("mch_id") or fields.get("mchid") or mchid)
    now, came = tenant.clock.now(), fields.get("sign", "")
    key, sign_type = merchant.api_key(now), charts.v2_sign_type(fields)
    lenient = tenant.settings.v2.accept_lowercase_sign
    right = v2sign.verify(fields, key, sign_type, any_case=lenient)
    if not right and SIGNED_RAW in fields:
        fields[SIGNED_RAW] = unquote(fields[SIGNED_RAW])
        right = v2sign.verify(fields, key, sign_type, any_case=lenient)
    expected = v2sign.sign(fields, key, sign_type)
    chart = charts.v2_chart(tenant, merchant, fields, "", now)
    diagnosis: Diagnosis | None = None
    if not came:
        diagnosis = Diagnosis(
            code=protocol.FIELD_MISSING.name, summary="there is no sign", summary_zh="没有sign", field="sign",
            expected=expected,
            fix="Send the signature of the string below as sign.", fix_zh="把下面待签名串的签名放在sign里发送。",
        )  # fmt: skip
    elif not right:
        diagnosis = await diagnosed(_plain(protocol.SIGN_WRONG, "sign", masked(came, chart.keys), expected), chart)
    return Explanation(
        kind="v2 message", right=right, string_to_sign=verdict.shown(chart), expected=expected, diagnosis=diagnosis
    )


async def of_v3(desk: Desk, given: Statement) -> Explanation:
    """A request with its Authorization header. Raises VerbError."""
    tenant = desk.tenant
    try:
        header = v3auth.parse_authorization(given.headers.get("authorization", ""))
    except v3auth.AuthorizationError as error:
        row = v3.AUTHORIZATION_MALFORMED
        malformed = Diagnosis(
            code=row.name, summary=f"Authorization: {error.reason}", summary_zh=row.cause_zh, field="Authorization",
            expected=v3auth.SCHEME, fix=row.fix, fix_zh=row.fix_zh,
        )  # fmt: skip
        return Explanation(kind="v3 request", right=False, diagnosis=malformed)
    merchant = _merchant(tenant, header.mchid)
    request = charts.V3Request(given.method, given.target, given.body, desk.base_url)
    chart = charts.v3_chart(tenant, merchant, request, header, "")
    credentials = tenant.credentials(merchant)
    message = v3auth.request_message(given.method, given.target, header.timestamp, header.nonce_str, given.body)
    right = v3auth.verify(credentials.api.pair.public, message, header.signature)
    expected = v3auth.sign(credentials.api.pair.private, message)
    diagnosis: Diagnosis | None = None
    if not right:
        wanted = f"a signature by the API certificate of {merchant.mchid}"
        diagnosis = await diagnosed(_plain(v3.REQUEST_SIGNATURE_WRONG, "signature", header.signature, wanted), chart)
    elif header.serial_no.upper() != credentials.serial_no:
        owner = suspects.serial_owner(tenant, merchant, header.serial_no) or ("unknown here", "这里不存在的")
        found = told("V3_OTHER_SERIAL", f"the signature is right, but serial_no is {owner[0]}",
                     f"签名正确，但serial_no是{owner[1]}")  # fmt: skip
        plain = Diagnosis(code="", summary="", field="serial_no", came=header.serial_no, expected=credentials.serial_no)
        diagnosis = plain.refined(verdict.of_finding(found))
    return Explanation(
        kind="v3 request", right=diagnosis is None, string_to_sign=verdict.shown(chart), expected=expected,
        diagnosis=diagnosis,
    )  # fmt: skip


def of_launch(tenant: Tenant, kind: LaunchKind, params: Mapping[str, Any]) -> Explanation:
    """The parameters of wx.requestPayment, or a PayReq. Raises VerbError."""
    check = jsapi.check_signature if kind == "JSAPI launch" else app.check_signature
    with tenant.transaction() as tx:
        payer = next(iter(tx.users()), None)
        if payer is None:
            raise VerbError("the tenant has no payer, so nobody can open the launch", status=409, code="no-payer")
        try:
            check(Cashier(tenant, tx, payer), params)
        except Refusal as refusal:
            diagnosis = explain_launch(refusal)
            return Explanation(kind=kind, right=False, string_to_sign=diagnosis.string_to_sign, diagnosis=diagnosis)
    return Explanation(kind=kind, right=True)


async def diagnosed(plain: Diagnosis, chart: Chart) -> Diagnosis:
    """The doctor's whole verdict, found in a thread, over what is plain anyway."""
    return plain.refined(await asyncio.to_thread(verdict.whole, chart))


def _plain(row: Row, field: str, came: str, expected: str) -> Diagnosis:
    return Diagnosis(
        code=row.name, summary=row.cause, summary_zh=row.cause_zh, field=field, came=came, expected=expected,
        fix=row.fix, fix_zh=row.fix_zh,
    )  # fmt: skip


def _merchant(tenant: Tenant, mchid: str) -> Merchant:
    merchant = tenant.merchants.get(mchid)
    if merchant is None:
        names = ", ".join(tenant.merchants)
        raise VerbError(f"mch_id {mchid!r} is no merchant of tenant {tenant.id!r}; there are {names}", status=404)
    return merchant
