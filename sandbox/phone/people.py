"""Who holds the phone: a payer by id, nickname or openid."""

from sandbox.domain.user import User
from sandbox.platform import payers
from sandbox.platform.identities import unionid
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction


class Unknown(LookupError):
    """There is no such payer or app; the message lists those there are."""


def find(tx: Transaction, name: str = "") -> User:
    """The payer called `name` (id, nickname or openid), or the first one. Raises Unknown."""
    users = everybody(tx)
    if not users:
        raise Unknown("the tenant has no payer: POST /_sandbox/users makes one")
    if not name:
        return users[0]
    for user in users:
        if name in (user.id, user.nickname) or name in user.openids.values():
            return user
    known = ", ".join(f"{user.id} ({user.nickname})" if user.nickname else user.id for user in users)
    raise Unknown(f"no payer {name!r}: expected an id, a nickname or an openid of {known}")


def everybody(tx: Transaction) -> list[User]:
    """All payers; the one who holds the phone when nobody is named comes first."""
    users = tx.users()
    return sorted(users, key=lambda user: user.id != payers.first(users).id)


def newcomer(tenant: Tenant, tx: Transaction, id: str = "") -> User:
    """A payer who was not there before, not stored yet; a missing `id` is made up."""
    while not id or tx.user(id) is not None:
        id = f"payer{tx.count('payer')}"
    return User(tenant=tenant.id, id=id, unionid=unionid(tenant.ids, id), openids={})


def appid_of(tenant: Tenant, tx: Transaction, asked: str = "", openid: str = "") -> str:
    """The app that runs: the one asked for, else the openid's, else the tenant's first. Raises Unknown."""
    if asked:
        if asked not in tenant.apps:
            raise Unknown(f"no app {asked!r} in tenant {tenant.id!r}: there are {', '.join(tenant.apps)}")
        return asked
    known = tx.openid(openid) if openid else None
    return known[0] if known is not None else next(iter(tenant.apps))


def with_openids(tenant: Tenant, tx: Transaction, user: User) -> User:
    """The payer with an openid under every app of the tenant."""
    for appid in tenant.apps:
        user = payers.with_openid(tenant, tx, user, appid)
    return user
