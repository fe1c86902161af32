"""Keys that a merchant might have signed with by mistake, and whose they are."""

from typing import NamedTuple

from sandbox.domain.merchant import Merchant
from sandbox.platform.tenants import Tenant


class Suspect(NamedTuple):
    """A key, and whose it is in both languages."""

    owner: str
    owner_zh: str
    key: str


def right_key(merchant: Merchant, now: int) -> Suspect:
    """The key that should have been used."""
    key = merchant.api_key(now)
    return Suspect(f"the API key of {merchant.mchid} in force", f"商户{merchant.mchid}当前生效的API密钥", key)


def wrong_keys(tenant: Tenant, merchant: Merchant, now: int) -> list[Suspect]:
    """The likeliest first: the merchant's own other keys, other merchants' keys, app secrets."""
    return [
        *_earlier_and_later(merchant, now),
        Suspect(f"the APIv3 key of {merchant.mchid}", f"商户{merchant.mchid}的APIv3密钥", merchant.apiv3_key),
        *(
            Suspect(
                f"the API key of another merchant, {other.mchid}", f"另一商户{other.mchid}的API密钥", other.api_key(now)
            )
            for other in tenant.merchants.values()
            if other.mchid != merchant.mchid
        ),
        *(Suspect(f"the AppSecret of {a.appid}", f"{a.appid}的AppSecret", a.secret) for a in tenant.apps.values()),
    ]


def _earlier_and_later(merchant: Merchant, now: int) -> list[Suspect]:
    in_force, mchid = merchant.api_key(now), merchant.mchid
    found = []
    for key in merchant.api_keys:
        if key.since > now:
            minutes = -(-(key.since - now) // 60_000)
            owner = f"the new API key of {mchid}, which takes effect in {minutes} min (the old one still signs)"
            owner_zh = f"商户{mchid}的新API密钥（{minutes}分钟后生效，在此之前仍用旧密钥）"
            found.append(Suspect(owner, owner_zh, key.text))
        elif key.text != in_force:
            found.append(Suspect(f"the previous API key of {mchid}", f"商户{mchid}的旧API密钥", key.text))
    return found
