"""What a tenant may choose where the platform has more than one face.

Each field's default is what a merchant meets today; the other values are named beside it. Names are typed by
users as `v2.format`, `order.auto_close` and so on.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

Switch = bool
Seconds = float

MAGIC = ("amount", "attach", "openid")
"""What a magic value may stand in."""

DAY = 24 * 60 * 60.0


class V2(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The API v2 gateway's formatting."""

    format: Literal["modern", "legacy"] = "modern"
    accept_lowercase_sign: Switch = False
    content_type: str = "text/plain; charset=utf-8"
    notify_query: Literal["accept", "refuse", "strip"] = "accept"
    close_reentrant: Switch = False


class V3(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The APIv3 gateway."""

    sign_401: Switch = False  # whether a 401 carries Wechatpay-* headers
    order_used: Literal["400", "403"] = "400"  # what a changed order meets: INVALID_REQUEST or OUT_TRADE_NO_USED
    callback_pubkey_share: float = 0.0  # of notifications to a switching merchant, signed with the public key
    tie_time: Switch = False  # date signatures by the tenant's clock instead of the real one


class OrderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an unpaid order behaves."""

    repost_prepay_id: Literal["new", "same"] = "new"
    repost_ignores: tuple[str, ...] = ()
    auto_close: Seconds | Literal["off"] = 7 * DAY
    time_expire_short: Literal["refuse", "raise"] = "refuse"
    time_expire_cap: Seconds = 15 * DAY


class RefundSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of a refund."""

    delay: Seconds = 1.0  # from acceptance to its end
    outcome: Literal["SUCCESS", "ABNORMAL", "CLOSED"] = "SUCCESS"


class SharingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Profit sharing."""

    max_ratio: int = 3000  # ten-thousandths of an order that may be shared
    delay: Seconds = 1.0  # until a share, or what is given back, arrives


class TransferSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Transfers to payers."""

    review: Seconds = 0.0  # in ACCEPTED and PROCESSING, before the payee may take the money
    delay: Seconds = 1.0  # until money that was taken, or called off, has arrived
    most: int | None = None  # fen that one transfer may be
    batches: Switch = False  # whether the API of before 2025, /v3/transfer/batches, is open


class Bills(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bill files."""

    ready_at: Seconds = 10 * 60 * 60.0  # after midnight in Beijing, of the day before
    newline: Literal["CRLF", "LF"] = "CRLF"
    format: Literal["new", "old"] = "new"  # old: the columns of merchants without coupons of their own
    success_totals: Literal[4, 7] = 4  # how many totals stand below the bill SUCCESS
    base_url: str = ""  # that download_url begins with; empty: how the request reached us


class ContractSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Contracts of deduction."""

    life: Seconds = 10 * 365 * DAY  # from the signing until it ends by itself


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How soon a changed key counts."""

    v2_delay: Seconds = 15 * 60.0


class Notify(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How notifications leave."""

    timeout: Seconds = 5.0  # of real time, for the merchant's answer
    ladder: tuple[Seconds, ...] | None = None  # delays between attempts; None: each event's own
    include_sign_type: Switch = False
    v2_content_type: str = "text/xml"
    strict: Switch = False
    allow_public: Switch = False
    verify_tls: Switch = True
    map: dict[str, str] = {}  # URL prefix -> local URL prefix


class Login(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """jscode2session and its neighbours."""

    codes: Literal["strict", "any"] = "strict"
    rotate_session_key: Switch = False
    reuse_code: Literal["40163", "40029"] = "40163"


class Phone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the WeChat client does."""

    legacy_errors: Switch = False
    signtype_optional: Switch = False
    passwordless_per_day: int | None = 5  # payments by payment code before the password is asked for; None: any number


class H5(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The H5 page; its rules on addresses are off because on a laptop every address is loopback."""

    check_ip: Switch = False


class SandboxNew(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The platform's own acceptance rehearsal, /sandboxnew and /xdc."""

    key_ttl: Seconds = 3 * DAY  # of the key that getsignkey hands out


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values of a request that ask for what goes wrong; without any, no value means anything."""

    magic: dict[str, str] = {}  # "amount=1001", "attach=…" or "openid=…" -> an error's name, or a rule's

    def __post_init__(self) -> None:
        for key in self.magic:
            field, sign, value = key.partition("=")
            if field not in MAGIC or not sign or not value:
                expected = " or ".join(f"{name}=VALUE" for name in MAGIC)
                raise ValueError(f"rules.magic: expected {expected}, came {key!r}")

    def called(self, tags: Mapping[str, str]) -> list[str]:
        """What a request or an order with these tags asks for."""
        split = ((key.partition("="), name) for key, name in self.magic.items())
        return [name for (field, _, value), name in split if tags.get(field) == value]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Quotas; `None` is off."""

    login_per_minute: int | None = None
    api_per_day: int | None = None
    close_wait: Seconds = 0.0  # a closeorder sooner after the order than this is refused
    refund_wait: Seconds = 0.0  # a refund sooner after another one of the same order is refused
    reverse_wait: Seconds = 0.0  # a reversal sooner after the order than this is refused
    sharing_wait: Seconds = 0.0  # profit sharing sooner after the payment than this is refused


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Client certificates."""

    plain_http_client_cert: Literal["waive", "demand"] = "waive"  # where none can be sent


class TenantSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a tenant's choices."""

    v2: V2 = V2()
    v3: V3 = V3()
    order: OrderSettings = OrderSettings()
    refund: RefundSettings = RefundSettings()
    bill: Bills = Bills()
    sharing: SharingSettings = SharingSettings()
    transfer: TransferSettings = TransferSettings()
    contract: ContractSettings = ContractSettings()
    keys: Keys = Keys()
    notify: Notify = Notify()
    login: Login = Login()
    phone: Phone = Phone()
    h5: H5 = H5()
    tls: Tls = Tls()
    sandboxnew: SandboxNew = SandboxNew()
    limits: Limits = Limits()
    rules: Rules = Rules()


LITERAL = ("map", "magic")
"""Settings that are mappings themselves: a dot in one of their keys is only a dot."""


def merged(settings: TenantSettings, changes: dict[str, object]) -> TenantSettings:
    """`settings` with `changes` laid over; both `{"v2": {"format": …}}` and `{"v2.format": …}` are understood.

    Raises msgspec.ValidationError naming the setting that does not exist or fit.
    """
    tree: dict[str, object] = msgspec.to_builtins(settings)
    for name, value in changes.items():
        _lay(tree, name.split("."), value)
    return msgspec.convert(tree, TenantSettings, strict=False)


def _lay(tree: dict[str, object], path: list[str], value: object) -> None:
    head, *rest = path
    here = tree.get(head)
    if not rest and not (isinstance(here, dict) and isinstance(value, dict) and head not in LITERAL):
        tree[head] = value
        return
    if not isinstance(here, dict):
        here = tree[head] = {}
    if rest:
        _lay(here, rest, value)
        return
    assert isinstance(value, dict)
    for name, inner in value.items():
        _lay(here, [name] if head in LITERAL else name.split("."), inner)
