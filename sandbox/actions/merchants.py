"""The merchant's console: look at a merchant, change what the platform allows it, reset its API v2 key."""

from typing import Annotated

import msgspec

from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.actions.views import MerchantView, merchant_view
from sandbox.domain.ledger import Business
from sandbox.domain.merchant import KeyMode, Merchant, Product
from sandbox.platform import funds
from sandbox.platform.identities import ALNUM
from sandbox.protocol import wiretime


class MerchantName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By mchid."""

    mchid: str


class ChangeMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes; the rest stays. `appids` are those bound, `products` those permitted.

    `balance` is fen: what it takes to get there is topped up or withdrawn. `fee_rate` is ten-thousandths of payments
    to come. `refund_notify_url` is told, in v2 XML, of refunds that name no notify_url of their own;
    `sharing_notify_url` of shares that arrived; `native_callback_url` is asked for a prepay_id when somebody scans a
    static code; `plan_notify_urls` (plan_id to URL) are told when a contract of that template ends.
    """

    mchid: str
    name: str | msgspec.UnsetType = msgspec.UNSET
    appids: frozenset[str] | msgspec.UnsetType = msgspec.UNSET
    products: frozenset[Product] | msgspec.UnsetType = msgspec.UNSET
    restricted: bool | msgspec.UnsetType = msgspec.UNSET
    key_mode: KeyMode | msgspec.UnsetType = msgspec.UNSET
    directories: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    h5_domains: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    balance: Annotated[int, msgspec.Meta(ge=0)] | msgspec.UnsetType = msgspec.UNSET
    fee_rate: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | msgspec.UnsetType = msgspec.UNSET
    refund_notify_url: str | msgspec.UnsetType = msgspec.UNSET
    native_callback_url: str | msgspec.UnsetType = msgspec.UNSET
    sharing_notify_url: str | msgspec.UnsetType = msgspec.UNSET
    plan_notify_urls: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class ResetKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`api_key` is the new one, 32 letters and digits; without, one is drawn."""

    mchid: str
    api_key: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]{32}$")] | None = None


class KeyReset(msgspec.Struct, frozen=True, kw_only=True):
    """The new key and when (ms, tenant's clock; and in Beijing) it starts to count: until then the old one signs."""

    mchid: str
    api_key: str
    effective_at: int
    beijing: str


class MerchantList(msgspec.Struct, frozen=True, kw_only=True):
    """The first one is who signs when nobody else is named."""

    merchants: list[MerchantView]


@verb(
    "merchants.list",
    "GET /merchants",
    NoArguments,
    MerchantList,
    summary="The merchants of the tenant, without their keys",
    summary_zh="租户的商户（不含密钥）",
)
async def list_merchants(desk: Desk, args: NoArguments) -> MerchantList:
    """All of them, as they stand now."""
    return MerchantList(merchants=[_view(desk, merchant) for merchant in desk.tenant.merchants.values()])


@verb(
    "merchants.get",
    "GET /merchants/{mchid}",
    MerchantName,
    MerchantView,
    summary="One merchant: what it may do, and whether a new key is pending",
    summary_zh="查看商户的权限、绑定与密钥状态",
)
async def get(desk: Desk, args: MerchantName) -> MerchantView:
    """A merchant as it stands."""
    return _view(desk, find_merchant(desk, args.mchid))


@verb(
    "console.merchant",
    "PATCH /merchants/{mchid}",
    ChangeMerchant,
    MerchantView,
    summary="Change a merchant: products, restriction, bound appids, directories, domains, balance, fee, refund URL",
    summary_zh="修改商户：产品权限、限制、绑定的appid、支付目录、H5域名、余额、费率、退款通知地址",
)
async def change(desk: Desk, args: ChangeMerchant) -> MerchantView:
    """In force at once."""
    merchant = find_merchant(desk, args.mchid)
    if args.appids is not msgspec.UNSET:
        _ensure_known(desk, args.appids)
    changes = {name: value for name, value in msgspec.structs.asdict(args).items() if value is not msgspec.UNSET}
    if isinstance(balance := changes.pop("balance", None), int):
        _set_balance(desk, args.mchid, balance)
    changed = msgspec.structs.replace(merchant, **changes)
    desk.tenant.change_merchant(changed)
    return _view(desk, changed)


@verb(
    "console.reset_key",
    "POST /merchants/{mchid}/keys",
    ResetKey,
    KeyReset,
    summary="Reset the API v2 key; it counts after keys.v2_delay, until then the old one signs",
    summary_zh="重置APIv2密钥，经过keys.v2_delay后生效，此前仍用旧密钥",
)
async def reset_key(desk: Desk, args: ResetKey) -> KeyReset:
    """As in the console: asked for now, in force later."""
    tenant = desk.tenant
    merchant = find_merchant(desk, args.mchid)
    now, delay = tenant.clock.now(), round(tenant.settings.keys.v2_delay * 1000)
    api_key = args.api_key or drawn_key(desk, merchant, "api_key")
    tenant.change_merchant(merchant.with_key(api_key, now=now, delay=delay))
    at = now + delay
    return KeyReset(mchid=merchant.mchid, api_key=api_key, effective_at=at, beijing=wiretime.dashed(at))


def drawn_key(desk: Desk, merchant: Merchant, kind: str) -> str:
    """32 letters and digits; `kind` is api_key or apiv3_key."""
    with desk.tenant.transaction() as tx:
        nth = tx.count(f"{kind} {merchant.mchid}")
    return "".join(ALNUM[byte % 62] for byte in desk.tenant.ids.entropy(f"{kind} reset", merchant.mchid, nth))


def _view(desk: Desk, merchant: Merchant) -> MerchantView:
    with desk.tenant.transaction() as tx:
        return merchant_view(merchant, funds.balance(desk.tenant, tx, merchant.mchid), desk.tenant.clock.now())


def _set_balance(desk: Desk, mchid: str, wanted: int) -> None:
    tenant = desk.tenant
    with tenant.transaction() as tx:
        missing = wanted - funds.balance(tenant, tx, mchid)
        if missing:
            business = Business.TOP_UP if missing > 0 else Business.WITHDRAWAL
            number = f"{mchid}{tx.count(f'console {mchid}'):010}"
            funds.post(
                tenant, tx, mchid=mchid, business=business, amount=missing, business_no=number, voucher=number,
                applicant=mchid,
            )  # fmt: skip


def find_merchant(desk: Desk, mchid: str) -> Merchant:
    """The tenant's merchant of this number. Raises VerbError."""
    found = desk.tenant.merchants.get(mchid)
    if found is None:
        names = ", ".join(desk.tenant.merchants)
        raise VerbError(
            f"no merchant {mchid!r} in tenant {desk.tenant.id!r}; there are {names}", status=404, code="not-found"
        )
    return found


def _ensure_known(desk: Desk, appids: frozenset[str]) -> None:
    for appid in sorted(appids - desk.tenant.apps.keys()):
        names = ", ".join(desk.tenant.apps)
        raise VerbError(f"appids: no app {appid!r} in tenant {desk.tenant.id!r}; there are {names}")
