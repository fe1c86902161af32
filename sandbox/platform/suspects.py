"""What a merchant might have signed with by mistake: other keys, whose they are, and what the journal still has."""

import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from sandbox.doctor.v2keys import Candidate
from sandbox.doctor.v3draft import Signer
from sandbox.domain.merchant import Merchant
from sandbox.platform.journal import Exchange
from sandbox.platform.tenants import Tenant

NEIGHBOURS = 20  # other merchants whose keys are tried
NONCES = 5  # exchanges whose nonces are tried
LOOKED_BACK = 50  # exchanges that are looked through
_SIGN = re.compile(rb"<sign>\s*(?:<!\[CDATA\[)?([0-9A-Fa-f]{32,64})")
_NONCE = re.compile(rb"<nonce_str>\s*(?:<!\[CDATA\[)?(\w{1,32})\b")
_PREPAY_ID = re.compile(rb"<prepay_id>\s*(?:<!\[CDATA\[)?(\w{1,64})\b")


def right_key(merchant: Merchant, now: int) -> Candidate:
    """The key that should have been used."""
    key = merchant.api_key(now)
    return Candidate(f"the API key of {merchant.mchid} in force", f"商户{merchant.mchid}当前生效的API密钥", key)


def wrong_keys(tenant: Tenant, merchant: Merchant, now: int) -> list[Candidate]:
    """The likeliest first: the merchant's own other keys, other merchants' keys, app secrets."""
    return [
        *_earlier_and_later(merchant, now),
        Candidate(f"the APIv3 key of {merchant.mchid}", f"商户{merchant.mchid}的APIv3密钥", merchant.apiv3_key),
        *(
            Candidate(
                f"the API key of another merchant, {other.mchid}", f"另一商户{other.mchid}的API密钥", other.api_key(now)
            )
            for other in _neighbours(tenant, merchant)
        ),
        *(Candidate(f"the AppSecret of {a.appid}", f"{a.appid}的AppSecret", a.secret) for a in tenant.apps.values()),
    ]


def _earlier_and_later(merchant: Merchant, now: int) -> list[Candidate]:
    in_force, mchid = merchant.api_key(now), merchant.mchid
    found = []
    for key in merchant.api_keys:
        if key.since > now:
            minutes = -(-(key.since - now) // 60_000)
            owner = f"the new API key of {mchid}, which takes effect in {minutes} min (the old one still signs)"
            owner_zh = f"商户{mchid}的新API密钥（{minutes}分钟后生效，在此之前仍用旧密钥）"
            found.append(Candidate(owner, owner_zh, key.text))
        elif key.text != in_force:
            found.append(Candidate(f"the previous API key of {mchid}", f"商户{mchid}的旧API密钥", key.text))
    return found


def key_holders(tenant: Tenant, merchant: Merchant) -> list[Signer]:
    """Whose private key may have signed an APIv3 message: the merchant's in force first."""
    mchid, now = merchant.mchid, tenant.credentials(merchant)
    found = [Signer(f"the private key of {mchid}'s API certificate", f"商户{mchid}的API证书私钥", now.api.pair.public)]
    for ordinal in range(merchant.api_certificate):
        old = tenant.credentials(msgspec.structs.replace(merchant, api_certificate=ordinal))
        found.append(
            Signer(
                f"the key of an earlier API certificate of {mchid}", f"商户{mchid}的旧API证书私钥", old.api.pair.public
            )
        )
    for other in _neighbours(tenant, merchant):
        owner, owner_zh = f"the private key of another merchant, {other.mchid}", f"另一商户{other.mchid}的私钥"
        found.append(Signer(owner, owner_zh, tenant.credentials(other).api.pair.public))
    found.append(Signer("the platform's own key", "平台证书的私钥", now.platform.pair.public))
    return found


def platform_signers(tenant: Tenant) -> dict[str, Signer]:
    """Who signs what the platform says, by serial number: for each merchant its certificates and its public key."""
    found = {}
    for merchant in islice(tenant.merchants.values(), NEIGHBOURS):
        mchid, keys = merchant.mchid, tenant.credentials(merchant)
        owner, owner_zh = f"the platform's public key for {mchid}", f"商户{mchid}的微信支付公钥"
        found[keys.pub_key_id] = Signer(owner, owner_zh, keys.public_key.public)
        for ordinal in range(max(merchant.platform_certificates) + 1):
            pair = tenant.credentials(merchant, ordinal).platform
            owner, owner_zh = f"the platform certificate for {mchid}", f"商户{mchid}的微信支付平台证书"
            found[pair.serial_no] = Signer(owner, owner_zh, pair.pair.public)
    return found


def serial_owner(tenant: Tenant, merchant: Merchant, serial_no: str) -> tuple[str, str] | None:
    """What a serial number is the number of, in both languages, where it is not the merchant's own in force."""
    own, mchid = tenant.credentials(merchant), merchant.mchid
    numbers = {own.pub_key_id: ("the platform's public key ID", "微信支付公钥ID")}
    for ordinal in merchant.platform_certificates:
        renewal = tenant.credentials(merchant, ordinal)
        numbers[renewal.platform_serial] = ("the platform certificate's serial number", "微信支付平台证书的序列号")
    for ordinal in range(merchant.api_certificate):
        old = tenant.credentials(msgspec.structs.replace(merchant, api_certificate=ordinal))
        numbers[old.serial_no] = (
            f"the serial number of an earlier API certificate of {mchid}",
            f"商户{mchid}的旧API证书序列号",
        )
    for other in _neighbours(tenant, merchant):
        owner, owner_zh = f"the serial number of another merchant, {other.mchid}", f"另一商户{other.mchid}的证书序列号"
        numbers[tenant.credentials(other).serial_no] = (owner, owner_zh)
    return numbers.get(serial_no.upper())


def secrets(tenant: Tenant) -> tuple[str, ...]:
    """Every key of the tenant, to be masked wherever it turns up."""
    merchants = tenant.merchants.values()
    api_keys = (key.text for merchant in merchants for key in merchant.api_keys)
    return (*api_keys, *(m.apiv3_key for m in merchants), *(app.secret for app in tenant.apps.values()))


def last_good(tenant: Tenant, mchid: str, dialect: str, endpoint: str) -> Exchange | None:
    """The merchant's last request whose signature was right, to this endpoint, or to any where that is not known."""
    for one in reversed(list(tenant.journal)):
        tags = one.tags
        same = tags.get("endpoint") == endpoint or (not endpoint and tags.get("dialect") == dialect)
        if same and tags.get("mchid") == mchid and not one.problem:
            return one
    return None


def signs_seen(tenant: Tenant) -> dict[str, str]:
    """The v2 signatures of the latest messages, by where they stood."""
    found = {}
    for one in _latest(tenant):
        for what, body in (("request", one.request), ("reply", one.response)):
            if not (what == "request" and one.problem) and (match := _SIGN.search(body)):
                found[f"the {what} of exchange {one.id} ({one.endpoint})"] = match[1].decode()
    return found


def nonces_seen(tenant: Tenant) -> list[str]:
    """The nonces of the latest v2 messages, each once."""
    bodies = (body for one in islice(_latest(tenant), NONCES) for body in (one.request, one.response))
    return list(dict.fromkeys(match[1].decode() for body in bodies if (match := _NONCE.search(body))))


def prepay_ids(tenant: Tenant, out_trade_no: str) -> list[str]:
    """The prepay_ids that an order got, as far as the journal still has them."""
    replies = (one.response for one in _latest(tenant) if one.tags.get("out_trade_no") == out_trade_no)
    return [match[1].decode() for reply in replies if (match := _PREPAY_ID.search(reply))]


def _latest(tenant: Tenant) -> Iterator[Exchange]:
    return islice(reversed(list(tenant.journal)), LOOKED_BACK)


def _neighbours(tenant: Tenant, merchant: Merchant) -> Iterator[Merchant]:
    return islice((one for one in tenant.merchants.values() if one.mchid != merchant.mchid), NEIGHBOURS)
