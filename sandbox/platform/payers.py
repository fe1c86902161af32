"""The payers of a tenant: who is meant when nobody is named, and the openid each has under every app."""

import msgspec

from sandbox.domain.user import User
from sandbox.platform.identities import DEFAULT, DEFAULT_IDENTITY_SEED, PAYERS
from sandbox.platform.ids import Ids
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction


def first(users: list[User]) -> User:
    """Who is at the phone when nobody is named."""
    return next((user for user in users if user.id == PAYERS[0][0]), users[0])


def with_openid(tenant: Tenant, tx: Transaction, user: User, appid: str) -> User:
    """The payer with an openid under `appid`; a missing one is made and stored."""
    if user.openid(appid):
        return user
    # The default tenant's names are the same on every machine, whatever its seed.
    ids = Ids(DEFAULT_IDENTITY_SEED) if tenant.id == DEFAULT else tenant.ids
    user = msgspec.structs.replace(user, openids={**user.openids, appid: ids.openid(appid, user.id)})
    tx.put_user(user)
    return user
