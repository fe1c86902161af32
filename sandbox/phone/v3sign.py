"""The second signature of an APIv3 order: RSA by the merchant's own key; and which mistake gives the one that came."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sandbox.domain.order import Order
from sandbox.errors import Refusal, phone
from sandbox.phone.cashier import Cashier
from sandbox.protocol import v3auth

RSA = "RSA"


class Mistake(NamedTuple):
    """A message that might have been signed instead, and what to say when it was."""

    message: bytes
    text: str
    text_zh: str


def ensure_jsapi(
    cashier: Cashier, order: Order, appid: str, time_stamp: str, nonce_str: str, package: str, sign_type: str, came: str
) -> None:
    """signType is RSA and paySign the merchant's over appId, timeStamp, nonceStr and package. Raises Refusal."""
    right = v3auth.jsapi_message(appid, time_stamp, nonce_str, package)
    if sign_type == RSA and _verifies(cashier, order, right, came):
        return
    if sign_type != RSA:
        raise _wrong(
            order,
            came,
            f"signType says {sign_type or 'nothing'}; an order placed through APIv3 is launched with signType RSA and"
            " an RSA signature by the merchant's private key, not with the API v2 key",
            f"signType为{sign_type or '空'}；APIv3下的单必须用signType=RSA，并用商户私钥签名，不能用APIv2密钥",
        )
    bare = package.removeprefix("prepay_id=")
    guesses = [
        Mistake(
            v3auth.jsapi_message(appid, time_stamp, nonce_str, bare),
            "the bare prepay_id was signed: sign package whole, with prepay_id= before it",
            "签名时用了裸prepay_id，应签名完整的package（含prepay_id=前缀）",
        ),
        *_other_apps(cashier, appid, lambda other: v3auth.jsapi_message(other, time_stamp, nonce_str, package)),
        Mistake(right.removesuffix(b"\n"), "the last newline was not signed", "待签名串缺少最后的换行符"),
    ]
    raise _explained(cashier, order, came, guesses)


def ensure_app(
    cashier: Cashier, order: Order, appid: str, timestamp: str, noncestr: str, prepay_id: str, came: str
) -> None:
    """The App's sign is the merchant's over appid, timestamp, noncestr and the bare prepay_id. Raises Refusal."""
    right = v3auth.app_message(appid, timestamp, noncestr, prepay_id)
    if _verifies(cashier, order, right, came):
        return
    guesses = [
        Mistake(
            v3auth.app_message(appid, timestamp, noncestr, f"prepay_id={prepay_id}"),
            "prepay_id= was signed before the prepay_id: an App signs the bare prepay_id",
            "签名时多了prepay_id=前缀，App支付应签名裸prepay_id",
        ),
        *_other_apps(cashier, appid, lambda other: v3auth.app_message(other, timestamp, noncestr, prepay_id)),
        Mistake(right.removesuffix(b"\n"), "the last newline was not signed", "待签名串缺少最后的换行符"),
    ]
    raise _explained(cashier, order, came, guesses)


def _other_apps(cashier: Cashier, appid: str, message: Callable[[str], bytes]) -> Iterator[Mistake]:
    for other in cashier.tenant.apps:
        if other != appid:
            yield Mistake(
                message(other),
                f"signed with appid {other}, launched in {appid}",
                f"签名用的appid是{other}，调起的是{appid}",
            )


def _explained(cashier: Cashier, order: Order, came: str, guesses: list[Mistake]) -> Refusal:
    for guess in guesses:
        if _verifies(cashier, order, guess.message, came):
            return _wrong(order, came, guess.text, guess.text_zh)
    if len(came) in (32, 64):
        return _wrong(
            order,
            came,
            "this is an MD5 or HMAC-SHA256 signature; an order placed through APIv3 needs RSA by the private key",
            "这是MD5或HMAC-SHA256签名；APIv3下的单要用商户私钥做RSA签名",
        )
    return _wrong(order, came, "", "")


def _verifies(cashier: Cashier, order: Order, message: bytes, came: str) -> bool:
    tenant = cashier.tenant
    mchids = [mchid for mchid in (order.terms.mchid, order.terms.sub_mchid) if mchid]
    keys = (tenant.credentials(tenant.merchants[mchid]).api.pair.public for mchid in mchids)
    return any(v3auth.verify(key, message, came) for key in keys)


def _wrong(order: Order, came: str, likely: str, likely_zh: str) -> Refusal:
    return Refusal(
        phone.PAY_SIGN_WRONG,
        field="paySign",
        came=f"{came[:24]}…" if len(came) > 24 else came or "nothing",
        expected=f"an RSA-SHA256 signature by the API certificate of {order.terms.mchid}",
        likely=likely,
        likely_zh=likely_zh,
    )
