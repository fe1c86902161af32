"""Write a notification of any content, rightly signed or tampered with, and hand it over instead of sending it."""

from typing import Annotated

import msgspec

from sandbox.actions.verb import Desk, VerbError, find_order, verb
from sandbox.domain.order import Order
from sandbox.notifier import composition
from sandbox.notifier.composition import Api, Draft, SigningKey, Told
from sandbox.notifier.deliveries import HEADERS
from sandbox.store import Transaction

MOST_BLANKS = 16 * 1024 * 1024


class Compose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """About which order, and what to say. A number that nobody ordered is told of all the same, as 100 fen.

    `set` is laid over the fields before they are signed, `tamper` after (`sign` is the signature; dotted names reach
    inside APIv3's plain text and envelope). `body` (APIv3) is signed in place of the message. `age` is by how many
    seconds the signature is dated back, `pad` how many blanks stand behind a `body`. Without `api` it is the one that
    the order was placed in.
    """

    out_trade_no: str
    mchid: str = ""
    event: Told = "payment"
    api: Api | None = None
    set: dict[str, str] = {}
    tamper: dict[str, str] = {}
    body: str | None = None
    age: int = 0
    key: SigningKey | None = None
    pad: Annotated[int, msgspec.Meta(ge=0, le=MOST_BLANKS)] = 0


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A POST that nobody has made. `url` is the order's notify_url; empty when nobody ordered it."""

    url: str
    headers: dict[str, str]
    body: str
    api: str


@verb(
    "notify.compose",
    "POST /notifications/compose",
    Compose,
    Composed,
    summary="Write a notification of any content, signed as the platform signs, without sending it",
    summary_zh="按平台的方式签名，生成任意内容的通知，但不发送",
)
async def compose(desk: Desk, args: Compose) -> Composed:
    """The order need not be paid, nor refunded, nor exist."""
    tenant = desk.tenant
    if args.mchid and args.mchid not in tenant.merchants:
        raise VerbError(f"no merchant {args.mchid} in tenant {tenant.id!r}; there are {', '.join(tenant.merchants)}")
    known = _known(desk, args)
    with tenant.transaction() as tx:
        order = known or _imagined(desk, tx, args)
        api: Api = args.api or ("v2" if order.terms.dialect == "v2" else "v3")
        if args.body is not None and api == "v2":
            raise VerbError("body: API v2 signs fields, not bytes: use set and tamper")
        body = None if args.body is None else args.body + " " * args.pad
        draft = Draft(
            event=args.event, api=api, set=args.set, tamper=args.tamper, body=body, age=args.age, key=args.key
        )
        letter = composition.compose(tenant, tx, order, draft)
    return Composed(
        url=order.terms.notify_url, headers={**letter.headers, **HEADERS}, body=letter.body.decode(), api=api
    )


def _known(desk: Desk, args: Compose) -> Order | None:
    try:
        return find_order(desk, args.out_trade_no, args.mchid)
    except VerbError as error:
        if error.code != "not-found":
            raise
        return None


def _imagined(desk: Desk, tx: Transaction, args: Compose) -> Order:
    merchants = desk.tenant.merchants
    merchant = merchants[args.mchid or next(iter(merchants))]
    return composition.imagined(desk.tenant, tx, merchant, args.out_trade_no, args.api or "v3")
