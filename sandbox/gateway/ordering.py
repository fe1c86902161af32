"""Placing an order: the one find-or-open behind every 下单 endpoint."""

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from sandbox.domain.merchant import Merchant
from sandbox.domain.order import Order, Prepay, Terms, TradeType
from sandbox.errors import Refusal, pay, protocol
from sandbox.gateway.spec import Call
from sandbox.protocol import identifiers

MWEB = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb"
NOT_PART_OF_THE_ORDER = frozenset({"nonce_str", "sign", "sign_type", "time_start", "spbill_create_ip"})


def fingerprint(dialect: str, fields: Mapping[str, str], ignored: tuple[str, ...]) -> bytes:
    """What makes a repeated order a changed one: every parameter but a few (time_expire documented, rest inferred)."""
    skip = NOT_PART_OF_THE_ORDER.union(ignored) if ignored else NOT_PART_OF_THE_ORDER
    text = "&".join([f"{name}={fields[name]}" for name in sorted(fields.keys() - skip) if fields[name]])
    return digest(f"{dialect}\n{text}".encode("utf-8", "surrogatepass"))


def digest(parameters: bytes) -> bytes:
    """What the store keeps of an order's parameters: enough to tell whether they changed."""
    return hashlib.blake2b(parameters, digest_size=16).digest()


def ensure_may_collect(merchant: Merchant, trade_type: TradeType) -> None:
    """The product is enabled and the merchant may receive money. Raises Refusal."""
    if trade_type.value not in merchant.products:
        enabled = ", ".join(sorted(merchant.products)) or "no product"
        raise Refusal(
            pay.NO_PERMISSION,
            field="trade_type",
            came=trade_type.value,
            expected=f"{merchant.mchid} has {enabled} enabled",
        )
    if merchant.restricted:
        raise Refusal(pay.MERCHANT_RESTRICTED, expected=f"{merchant.mchid} may collect money; it is restricted")


def ensure_openid(call: Call, openid: str, appid: str) -> None:
    """The openid is one that this tenant handed out under this appid. Raises Refusal."""
    known = call.tenant.openid(call.tx, openid)
    if known is None:
        raise Refusal(
            pay.OPENID_INVALID, field="openid", came=openid, expected="an openid that jscode2session gave out here"
        )
    if known[0] != appid:
        raise Refusal(
            protocol.OPENID_OF_OTHER_APPID, field="openid", came=f"an openid of {known[0]}", expected=f"one of {appid}"
        )


def place(call: Call, terms: Terms, ensure_new: Callable[[], None]) -> Prepay:
    """Open the order, or give the same unpaid one another prepay_id.

    `ensure_new` holds what only a new number is asked. Raises Refusal (`Order.ensure_repeats`, or of `ensure_new`).
    """
    prepay = minted(call, terms, 1)
    if call.tx.add_order(Order(terms=terms, created=call.now, prepay_id=prepay.prepay_id), prepay):
        ensure_new()  # a refusal takes the order back
        return prepay
    order = call.tx.order(terms.mchid, terms.out_trade_no)
    assert order is not None
    order.ensure_repeats(terms, call.now, call.tenant.auto_close())
    current = given_again(call, order)
    if current is not None:
        return current
    prepay = minted(call, terms, order.posts + 1)
    call.tx.put_order(order.reposted(prepay.prepay_id))
    call.tx.add_prepay(prepay)
    return prepay


def minted(call: Call, terms: Terms, post: int, *, combined: bool = False) -> Prepay:
    """The handle of an order's `post`-th time."""
    number = f"combined {terms.out_trade_no}" if combined else terms.out_trade_no  # numbers of two kinds may be alike
    prepay = Prepay(
        prepay_id=call.ids.prepay_id(call.now, terms.mchid, number, post),
        mchid=terms.mchid,
        out_trade_no=terms.out_trade_no,
        created=call.now,
        combined=combined,
    )
    if terms.trade_type is TradeType.NATIVE:
        return msgspec.structs.replace(prepay, code_url=call.ids.code_url(prepay.prepay_id))
    return prepay


def given_again(call: Call, order: Order) -> Prepay | None:
    """The prepay_id that an order posted again keeps; None: it gets a new one."""
    if call.settings.order.repost_prepay_id != "same" or order.terms.trade_type is TradeType.NATIVE:
        return None
    current = call.tx.prepay(order.prepay_id)
    return current if current is not None and not current.expired(call.now) else None


def mweb_url(call: Call, prepay: Prepay) -> str:
    """The page that an H5 order is paid on; `package` tells a whole link from one that was cut off."""
    package = identifiers.mweb_package(call.ids.entropy("mweb", prepay.prepay_id))
    return f"{MWEB}?prepay_id={prepay.prepay_id}&package={package}"


def clipped(time_expire: int | None, call: Call, shortest: int) -> int | None:
    """time_expire raised to `shortest` ms ahead and cut to the cap."""
    if time_expire is None:
        return None
    cap = round(call.settings.order.time_expire_cap * 1000)
    return min(max(time_expire, call.now + shortest), call.now + cap)
