"""Who holds the phone: a payer by id, nickname or openid."""

import msgspec

from sandbox.domain.user import User
from sandbox.platform.identities import DEFAULT, DEFAULT_IDENTITY_SEED, PAYERS
from sandbox.platform.ids import Ids
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction


class Unknown(LookupError):
    """There is no such payer or app; the message lists those there are."""


def find(tx: Transaction, name: str = "") -> User:
    """The payer called `name` (id, nickname or openid), or the first one. Raises Unknown."""
    users = tx.users()
    if not users:
        raise Unknown("the tenant has no payer: POST /_sandbox/users makes one")
    if not name:
        return first(users)
    for user in users:
        if name in (user.id, user.nickname) or name in user.openids.values():
            return user
    known = ", ".join(f"{user.id} ({user.nickname})" if user.nickname else user.id for user in users)
    raise Unknown(f"no payer {name!r}: expected an id, a nickname or an openid of {known}")


def first(users: list[User]) -> User:
    """The payer who holds the phone when nobody is named."""
    return next((user for user in users if user.id == PAYERS[0][0]), users[0])


def appid_of(tenant: Tenant, tx: Transaction, asked: str = "", openid: str = "") -> str:
    """The app that runs: the one asked for, else the openid's, else the tenant's first. Raises Unknown."""
    if asked:
        if asked not in tenant.apps:
            raise Unknown(f"no app {asked!r} in tenant {tenant.id!r}: there are {', '.join(tenant.apps)}")
        return asked
    known = tx.openid(openid) if openid else None
    return known[0] if known is not None else next(iter(tenant.apps))


def with_openids(tenant: Tenant, tx: Transaction, user: User) -> User:
    """The payer with an openid under every app; those that were missing are stored."""
    missing = [appid for appid in tenant.apps if appid not in user.openids]
    if not missing:
        return user
    ids = names(tenant)
    user = msgspec.structs.replace(
        user, openids={**user.openids, **{appid: ids.openid(appid, user.id) for appid in missing}}
    )
    tx.put_user(user)
    return user


def names(tenant: Tenant) -> Ids:
    """What payers' names are drawn from: the default tenant's are the same on every machine."""
    return Ids(DEFAULT_IDENTITY_SEED) if tenant.id == DEFAULT else tenant.ids
