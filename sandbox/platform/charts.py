"""What the doctor needs to explain a signature: the message, the keys of the tenant, what came before."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sandbox.doctor import v3mistakes
from sandbox.doctor.nearest import request_fields
from sandbox.doctor.v2request import V2Case
from sandbox.doctor.v3request import V3Case
from sandbox.doctor.verdict import Chart
from sandbox.domain.merchant import Merchant
from sandbox.platform import suspects
from sandbox.platform.tenants import Tenant
from sandbox.protocol import xml
from sandbox.protocol.v2sign import SignType
from sandbox.protocol.v3auth import Authorization


def v2_sign_type(fields: Mapping[str, str]) -> SignType:
    """What a v2 request is taken to be signed with."""
    return SignType.HMAC_SHA256 if fields.get("sign_type") == SignType.HMAC_SHA256 else SignType.MD5


def v2_chart(tenant: Tenant, merchant: Merchant, fields: Mapping[str, str], endpoint: str, now: int) -> Chart:
    """A v2 request as the doctor wants it; `endpoint` is empty where only the fields are known."""
    sign_type = v2_sign_type(fields)
    case = V2Case(
        fields,
        suspects.right_key(merchant, now),
        suspects.wrong_keys(tenant, merchant, now),
        sign_type,
        seen=suspects.signs_seen(tenant),
        known=_known(tenant, fields),
        launches=_launches(tenant, fields, sign_type),
        any_case=tenant.settings.v2.accept_lowercase_sign,
    )
    good = suspects.last_good(tenant, merchant.mchid, "v2", endpoint)
    return Chart(case, suspects.secrets(tenant), fields, {} if good is None else _fields(good.request))


class V3Request(NamedTuple):
    """What of an APIv3 request is signed, and where it came: `target` is path and query as sent."""

    method: str
    target: str
    body: bytes
    base_url: str


def v3_chart(tenant: Tenant, merchant: Merchant, request: V3Request, given: Authorization, endpoint: str) -> Chart:
    """A v3 request as the doctor wants it."""
    method, target, body, base_url = request
    base_urls = (base_url,) if base_url else ()
    case = V3Case(
        v3mistakes.request_draft(method, target, str(given.timestamp), given.nonce_str, body),
        given.signature,
        suspects.key_holders(tenant, merchant),
        lambda right: v3mistakes.request_mistakes(right, base_urls),
        v3mistakes.TIMESTAMP,
    )
    good = suspects.last_good(tenant, merchant.mchid, "v3", endpoint)
    before = {} if good is None else request_fields(good.method, good.target, good.request)
    return Chart(case, suspects.secrets(tenant), request_fields(method, target, body), before)


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        return xml.parse(body)
    except xml.MalformedXml:
        return {}


def _known(tenant: Tenant, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Other values that were at hand: another appid, the nonces of the latest requests."""
    for appid in tenant.apps:
        for name in ("appid", "sub_appid"):
            if name in fields and fields[name] != appid:
                yield name, appid
    for nonce in suspects.nonces_seen(tenant):
        if nonce != fields.get("nonce_str"):
            yield "nonce_str", nonce


def _launches(tenant: Tenant, fields: Mapping[str, str], sign_type: SignType) -> Iterator[Mapping[str, str]]:
    """What a launch of this order may have signed, had it been made with the values of this request."""
    seconds = tenant.message_time()
    for prepay_id in suspects.prepay_ids(tenant, fields.get("out_trade_no", "")):
        for drift in (0, -1, 1, -2, 2, -3, 3):
            yield {
                "appId": fields.get("appid", ""),
                "timeStamp": str(seconds + drift),
                "nonceStr": fields.get("nonce_str", ""),
                "package": f"prepay_id={prepay_id}",
                "signType": str(sign_type),
            }
