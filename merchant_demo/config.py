"""What the shop must be told: whose merchant it is, where the platform is, where the shop itself is."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Api = Literal["v2", "v3"]
SignType = Literal["MD5", "HMAC-SHA256"]

NOTIFY_PATH = "/wechatpay/notify"


class NotConfigured(Exception):
    """Something that this shop must be told is missing or wrong; the message names the variable."""


class Settings(msgspec.Struct, frozen=True):
    """The shop's settings; the defaults are the sandbox's published test merchant, which is no secret.

    `cert`, `key`, `platform_cert` and `pub_key` are PEM files. API v2 needs the first two (or `p12`) only for refunds
    over https, and `ca`, a PEM file too, to know the platform by where its certificate is no public one. `serial` is
    that of `cert`, and need not be given beside it. `refresh_seconds` is how long the platform's certificates are not
    asked for again: anybody can send us an unknown serial number, and must not make us ask each time.
    """

    platform: str = "http://127.0.0.1:8686"
    appid: str = "wx5a4d8bf0c0de0001"
    app_secret: str = "5a4d8bf0c0de00015a4d8bf0c0de0001"
    mch_id: str = "1900000001"
    api: Api = "v2"
    api_key: str = "sandboxAPIv2key0sandboxAPIv2key0"
    apiv3_key: str = "sandboxAPIv3key0sandboxAPIv3key0"
    cert: str = ""
    key: str = ""
    p12: str = ""
    ca: str = ""
    serial: str = ""
    platform_cert: str = ""
    pub_key: str = ""
    pub_key_id: str = ""
    sign_type: SignType = "MD5"
    host: str = "127.0.0.1"
    port: int = 8689
    store: str = "memory"
    url: str = ""
    query_seconds: float = 5.0
    till_seconds: float = 45.0
    expire_minutes: float = 30.0
    refresh_seconds: float = 10.0

    @property
    def secure(self) -> bool:
        """Whether the platform is spoken to over TLS, as the real one always is."""
        return self.platform.startswith("https:")

    @property
    def notify_url(self) -> str:
        """Where the platform posts its notifications: absolute and without a query string."""
        base = self.url or f"http://127.0.0.1:{self.port}"
        return base.rstrip("/") + NOTIFY_PATH


# The environment's name for each setting.
VARIABLES = {
    "platform": "WECHATPAY_SANDBOX_URL",
    "appid": "WECHATPAY_SANDBOX_APPID",
    "app_secret": "WECHATPAY_SANDBOX_APP_SECRET",
    "mch_id": "WECHATPAY_SANDBOX_MCH_ID",
    "api": "SHOP_API",
    "api_key": "WECHATPAY_SANDBOX_API_KEY",
    "apiv3_key": "WECHATPAY_SANDBOX_APIV3_KEY",
    "cert": "WECHATPAY_SANDBOX_CERT",
    "key": "WECHATPAY_SANDBOX_KEY",
    "p12": "WECHATPAY_SANDBOX_P12",
    "ca": "WECHATPAY_SANDBOX_CA",
    "serial": "WECHATPAY_SANDBOX_SERIAL",
    "platform_cert": "WECHATPAY_SANDBOX_PLATFORM_CERT",
    "pub_key": "WECHATPAY_SANDBOX_PUB_KEY",
    "pub_key_id": "WECHATPAY_SANDBOX_PUB_KEY_ID",
    "sign_type": "SHOP_SIGN_TYPE",
    "host": "SHOP_HOST",
    "port": "SHOP_PORT",
    "store": "SHOP_STORE",
    "url": "SHOP_URL",
    "query_seconds": "SHOP_QUERY_SECONDS",
    "till_seconds": "SHOP_TILL_SECONDS",
    "expire_minutes": "SHOP_EXPIRE_MINUTES",
    "refresh_seconds": "SHOP_REFRESH_SECONDS",
}


def settings_from(environ: Mapping[str, str], given: Mapping[str, object]) -> Settings:
    """Settings from the environment; what is `given` (the command line) wins. Raises ValueError naming the variable."""
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        variable = VARIABLES[field.name]
        if given.get(field.name) is not None:
            found[field.name] = given[field.name]
        elif environ.get(variable):
            try:
                found[field.name] = msgspec.convert(environ[variable], field.type, strict=False)
            except msgspec.ValidationError as error:
                raise ValueError(f"{variable}={environ[variable]}: {error}") from error
    return msgspec.convert(found, Settings)
