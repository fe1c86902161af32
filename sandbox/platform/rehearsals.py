"""The key of the acceptance rehearsal: handed out by getsignkey, the same one until its time is over."""

from typing import Literal

from sandbox.domain.merchant import Merchant
from sandbox.domain.user import Token
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

KIND: Literal["rehearsal"] = "rehearsal"


def hand_out(tenant: Tenant, tx: Transaction, merchant: Merchant) -> str:
    """The key in force, or a new one."""
    found = _current(tenant, tx, merchant)
    if found:
        return found
    now = tenant.clock.now()
    text = tenant.ids.entropy("rehearsal key", merchant.mchid, now).hex()[:32]
    expires = now + round(tenant.settings.sandboxnew.key_ttl * 1000)
    tx.put_token(Token(token=text, kind=KIND, appid=merchant.mchid, created=now, expires=expires))
    return text


def key(tenant: Tenant, merchant: Merchant) -> str:
    """The key in force; none that anybody could have, when getsignkey was not called."""
    with tenant.transaction() as tx:
        return _current(tenant, tx, merchant) or tenant.ids.entropy("no rehearsal key", merchant.mchid).hex()


def _current(tenant: Tenant, tx: Transaction, merchant: Merchant) -> str:
    newest = next(tx.latest_tokens(merchant.mchid, KIND), None)
    return "" if newest is None or tenant.clock.now() >= newest.expires else newest.token
