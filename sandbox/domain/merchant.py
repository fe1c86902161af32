"""A merchant as the platform keeps it: keys, products, bound appids."""

from typing import Literal

import msgspec

KeyMode = Literal["both", "cert", "pubkey"]
Product = Literal["JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY", "PROFITSHARING", "TRANSFER"]
PRODUCTS: tuple[Product, ...] = ("JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY", "PROFITSHARING", "TRANSFER")

YUAN = 100


class ApiKey(msgspec.Struct, frozen=True):
    """An API v2 key and the instant (ms, tenant's clock) from which it is in force."""

    text: str
    since: int


class Merchant(msgspec.Struct, frozen=True, kw_only=True):
    """One mchid. `api_keys` is newest last; exactly one is in force at any instant."""

    tenant: str
    mchid: str
    name: str
    api_keys: tuple[ApiKey, ...]
    apiv3_key: str
    appids: frozenset[str] = frozenset()
    products: frozenset[Product] = frozenset(PRODUCTS)
    restricted: bool = False
    kind: Literal["direct", "provider", "sub"] = "direct"
    provider: str = ""  # a sub-merchant's service provider
    directories: tuple[str, ...] = ()  # JSAPI payment directories; empty: unchecked
    h5_domains: tuple[str, ...] = ()
    key_mode: KeyMode = "both"  # what of the platform's it has: certificate and public key, or one of them
    api_certificate: int = 0  # which renewal of its own certificate is in force
    platform_certificates: tuple[int, ...] = (0,)  # renewals of the platform's that are valid; the first one signs
    opening_balance: int = 1_000_000 * YUAN  # before the first movement in the ledger
    fee_rate: int = 60  # ten-thousandths of what is collected
    refund_notify_url: str = ""  # told in v2 XML of refunds that name no notify_url of their own
    plan_notify_urls: dict[str, str] = {}  # plan_id of a contract template -> URL told when a contract of it ends
    native_callback_url: str = ""  # asked for a prepay_id when somebody scans a static code (Native mode 1)
    sharing_notify_url: str = ""  # told of shares that arrived

    def api_key(self, now: int) -> str:
        """The API v2 key in force at `now`: the newest whose time has come."""
        keys = self.api_keys
        if len(keys) == 1:
            return keys[0].text
        return next(key.text for key in reversed(keys) if key.since <= now)

    def with_key(self, text: str, *, now: int, delay: int) -> "Merchant":
        """The merchant after a key reset that counts `delay` ms from now; keys long out of force are forgotten."""
        current = self.api_key(now)
        kept = tuple(key for key in self.api_keys if key.text == current or key.since > now)
        previous = tuple(key for key in self.api_keys if key not in kept)[-1:]
        return msgspec.structs.replace(self, api_keys=(*previous, *kept, ApiKey(text, now + delay)))

    def with_next_certificate(self) -> "Merchant":
        """The merchant while the platform's certificate is renewed: the next one is valid too, the old one signs."""
        valid = self.platform_certificates
        return msgspec.structs.replace(self, platform_certificates=(*valid, max(valid) + 1))

    def with_last_certificate(self) -> "Merchant":
        """The merchant after a renewal: only the newest certificate of the platform is valid."""
        return msgspec.structs.replace(self, platform_certificates=self.platform_certificates[-1:])


class App(msgspec.Struct, frozen=True, kw_only=True):
    """A mini program, official account or mobile app: an appid and its secret."""

    tenant: str
    appid: str
    secret: str
    kind: Literal["miniprogram", "official", "app"] = "miniprogram"
    name: str = ""
    can_pay: bool = True  # False: wx.requestPayment says jsapi has no permission
    open_platform: bool = True  # bound to an Open Platform account: unionid is returned
    secret_frozen: bool = False
    ip_whitelist: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()  # web-authorisation domains; empty: unchecked
    templates: tuple[str, ...] = ()  # subscribe-message templates; empty: every id exists
