"""The second signature of an APIv3 order: RSA by the merchant's own key; and which mistake gives the one that came."""

from collections.abc import Iterator
from typing import Any

from sandbox.doctor import verdict
from sandbox.doctor.v3draft import Draft
from sandbox.doctor.v3launch import APPID, NONCE, TIMESTAMP, launch_draft, launch_mistakes
from sandbox.doctor.v3request import V3Case
from sandbox.doctor.verdict import Chart
from sandbox.domain.order import Order
from sandbox.errors import Refusal, phone
from sandbox.phone.cashier import Cashier
from sandbox.platform import suspects
from sandbox.protocol import v3auth

RSA = "RSA"


def ensure_jsapi(
    cashier: Cashier, order: Order, appid: str, time_stamp: str, nonce_str: str, package: str, sign_type: str, came: str
) -> None:
    """signType is RSA and paySign the merchant's over appId, timeStamp, nonceStr and package. Raises Refusal."""
    right = launch_draft(appid, time_stamp, nonce_str, package)
    if sign_type == RSA and _verifies(cashier, order, right, came):
        return
    if sign_type != RSA:
        raise _wrong(
            order,
            came,
            likely=f"signType says {sign_type or 'nothing'}; an order placed through APIv3 is launched with signType"
            " RSA and an RSA signature by the merchant's private key, not with the API v2 key",
            likely_zh=f"signType为{sign_type or '空'}；APIv3下的单必须用signType=RSA"
            "，并用商户私钥签名，不能用APIv2密钥",
        )
    raise _explained(cashier, order, right, came)


def ensure_app(
    cashier: Cashier, order: Order, appid: str, timestamp: str, noncestr: str, prepay_id: str, came: str
) -> None:
    """The App's sign is the merchant's over appid, timestamp, noncestr and the bare prepay_id. Raises Refusal."""
    right = launch_draft(appid, timestamp, noncestr, prepay_id)
    if not _verifies(cashier, order, right, came):
        raise _explained(cashier, order, right, came)


def _explained(cashier: Cashier, order: Order, right: Draft, came: str) -> Refusal:
    """With the doctor's verdict. One tap, so pairs are tried at once."""
    tenant = cashier.tenant
    holders = suspects.key_holders(tenant, tenant.merchants[order.terms.mchid])
    case = V3Case(
        right,
        came,
        holders,
        lambda draft: launch_mistakes(draft, _other_values(cashier, order, draft)),
        TIMESTAMP,
    )
    return _wrong(order, came, verdict=verdict.whole(Chart(case, suspects.secrets(tenant), {})))


def _other_values(cashier: Cashier, order: Order, right: Draft) -> Iterator[tuple[int, str]]:
    for appid in cashier.tenant.apps:
        if appid.encode() != right.lines[APPID]:
            yield APPID, appid
    yield NONCE, order.terms.nonce_str


def _verifies(cashier: Cashier, order: Order, right: Draft, came: str) -> bool:
    tenant, message = cashier.tenant, right.message()
    mchids = [mchid for mchid in (order.terms.mchid, order.terms.sub_mchid) if mchid]
    keys = (tenant.credentials(tenant.merchants[mchid]).api.pair.public for mchid in mchids)
    return any(v3auth.verify(key, message, came) for key in keys)


def _wrong(order: Order, came: str, **more: Any) -> Refusal:
    return Refusal(
        phone.PAY_SIGN_WRONG,
        field="paySign",
        came=f"{came[:24]}…" if len(came) > 24 else came or "nothing",
        expected=f"an RSA-SHA256 signature by the API certificate of {order.terms.mchid}",
        **more,
    )
