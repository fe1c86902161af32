"""Look into the journal."""

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.actions.views import ExchangeView, exchange_view
from sandbox.platform.journal import Exchange


class ListExchanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; `refused` keeps only what was refused, `unclaimed` adds what belongs to no tenant.

    `text` stands somewhere in the request or its answer, whatever its case. `brief` leaves headers and bodies out.
    """

    endpoint: str = ""
    mchid: str = ""
    out_trade_no: str = ""
    problem: str = ""
    refused: bool = False
    unclaimed: bool = True
    text: str = ""
    after: int = 0  # exchanges newer than this id
    before: int | None = None  # exchanges older than this id
    brief: bool = False
    limit: int = 100


class ExchangeList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest last."""

    exchanges: list[ExchangeView]


class GetExchange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By its number."""

    id: int


@verb(
    "exchanges.list",
    "GET /exchanges",
    ListExchanges,
    ExchangeList,
    summary="What was asked and answered",
    summary_zh="请求与应答日志",
)
async def list_exchanges(desk: Desk, args: ListExchanges) -> ExchangeList:
    """The journal, filtered, newest last."""
    wanted = args.text.lower()
    pool = [*desk.tenant.journal, *(desk.tenants.unclaimed if args.unclaimed else ())]
    kept = [
        one
        for one in sorted(pool, key=lambda one: one.id)
        if one.id > args.after
        and (not args.endpoint or one.endpoint == args.endpoint)
        and (not args.mchid or one.tags.get("mchid") == args.mchid)
        and (not args.out_trade_no or one.tags.get("out_trade_no") == args.out_trade_no)
        and (not args.problem or one.problem == args.problem)
        and (not args.refused or one.problem)
        and (args.before is None or one.id < args.before)
        and (not wanted or _holds(one, wanted))
    ]
    newest = kept[-args.limit :] if args.limit > 0 else []
    return ExchangeList(exchanges=[exchange_view(one, brief=args.brief) for one in newest])


def _holds(exchange: Exchange, wanted: str) -> bool:
    """Whether a text, in lower case, stands in an exchange."""
    words = (exchange.target, exchange.endpoint, exchange.problem, exchange.said, *exchange.tags.values())
    if any(wanted in word.lower() for word in words):
        return True
    return any(wanted in body.decode("utf-8", "replace").lower() for body in (exchange.request, exchange.response))


@verb(
    "exchanges.get",
    "GET /exchanges/{id}",
    GetExchange,
    ExchangeView,
    summary="One exchange",
    summary_zh="一次请求与应答",
)
async def get_exchange(desk: Desk, args: GetExchange) -> ExchangeView:
    """By number, of this tenant or of nobody."""
    found = desk.tenant.journal.find(args.id) or desk.tenants.unclaimed.find(args.id)
    if found is None:
        for other in desk.tenants:
            found = found or other.journal.find(args.id)
    if found is None:
        raise VerbError(
            f"no exchange {args.id}: it never was, or newer ones took its place", status=404, code="not-found"
        )
    return exchange_view(found)
