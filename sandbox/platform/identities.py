"""The names and keys of a tenant's world: the well-known ones of the default tenant, and everybody else's."""

import msgspec

from sandbox.domain.merchant import ApiKey, App, Merchant
from sandbox.domain.user import User
from sandbox.platform.ids import Ids
from sandbox.protocol import identifiers

DEFAULT = "default"
DEFAULT_APPIDS = ("wx5a4d8bf0c0de0001", "wx5a4d8bf0c0de0002")
DEFAULT_SECRET = "5a4d8bf0c0de00015a4d8bf0c0de0001"
DEFAULT_API_KEY = "sandboxAPIv2key0sandboxAPIv2key0"
DEFAULT_APIV3_KEY = "sandboxAPIv3key0sandboxAPIv3key0"
DEFAULT_IDENTITY_SEED = "wechatpay-sandbox"

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PAYERS = (("xiaoming", "小明", "13800000001"), ("xiaohong", "小红", "13800000002"))


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names a tenant is asked to have; an empty one is made up."""

    appid: str = ""
    app_secret: str = ""
    mch_id: str = ""
    api_key: str = ""
    apiv3_key: str = ""


class Identities(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody in a tenant's world when it begins."""

    merchants: tuple[Merchant, ...]
    apps: tuple[App, ...]
    users: tuple[User, ...]


def identities(tenant: str, number: int, ids: Ids, asked: Credentials) -> Identities:
    """The five merchants, two apps and two payers of the `number`-th tenant (0 is the default one).

    Merchants: 1 bound to the first appid; 2 bound to none; 3 public key only; 4 a service provider; 5 its sub-merchant.
    """
    names = Ids(DEFAULT_IDENTITY_SEED) if tenant == DEFAULT else ids
    appids = _appids(tenant, number)
    first = asked.appid or appids[0]
    apps = tuple(
        App(tenant=tenant, appid=appid, secret=_secret(tenant, names, appid, asked if appid == first else None))
        for appid in (first, appids[1])
    )
    users = tuple(
        User(
            tenant=tenant,
            id=id,
            nickname=nickname,
            phone=phone,
            unionid=unionid(names, id),
            openids={app.appid: names.openid(app.appid, id) for app in apps},
        )
        for id, nickname, phone in PAYERS
    )
    return Identities(merchants=_merchants(tenant, number, names, asked, first), apps=apps, users=users)


def unionid(ids: Ids, user: str) -> str:
    """A payer's unionid."""
    return identifiers.unionid(ids.entropy("unionid", user))


def _merchants(tenant: str, number: int, ids: Ids, asked: Credentials, appid: str) -> tuple[Merchant, ...]:
    mchids = [f"19{number:07d}{place}" for place in range(1, 6)]
    mchids[0] = asked.mch_id or mchids[0]

    def made(place: int, name: str, **more: object) -> Merchant:
        mchid = mchids[place]
        api_key = (asked.api_key if place == 0 else "") or _key(tenant, ids, "api_key", mchid, place)
        apiv3_key = (asked.apiv3_key if place == 0 else "") or _key(tenant, ids, "apiv3_key", mchid, place)
        return msgspec.structs.replace(
            Merchant(
                tenant=tenant,
                mchid=mchid,
                name=name,
                api_keys=(ApiKey(api_key, 0),),
                apiv3_key=apiv3_key,
                appids=frozenset({appid}),
            ),
            **more,
        )

    return (
        made(0, "沙箱商户"),
        made(1, "沙箱商户（未绑定appid）", appids=frozenset()),
        made(2, "沙箱商户（仅平台公钥）", key_mode="pubkey"),
        made(3, "沙箱服务商", kind="provider"),
        made(4, "沙箱特约商户", kind="sub", provider=mchids[3]),
    )


def _appids(tenant: str, number: int) -> tuple[str, str]:
    if tenant == DEFAULT:
        return DEFAULT_APPIDS
    return f"wx5a4d8bf1{number:06x}01", f"wx5a4d8bf1{number:06x}02"


def _secret(tenant: str, ids: Ids, appid: str, asked: Credentials | None) -> str:
    if asked is not None and asked.app_secret:
        return asked.app_secret
    if tenant == DEFAULT:
        return appid.removeprefix("wx") * 2
    return ids.entropy("app_secret", appid).hex()[:32]


def _key(tenant: str, ids: Ids, kind: str, mchid: str, place: int) -> str:
    if tenant == DEFAULT and place == 0:
        return DEFAULT_API_KEY if kind == "api_key" else DEFAULT_APIV3_KEY
    return "".join(ALNUM[byte % 62] for byte in ids.entropy(kind, mchid))
