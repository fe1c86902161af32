"""wx.login, the phone-number button, the web authorisation: codes, each accepted once."""

from collections.abc import Callable
from typing import Literal

from sandbox.domain.user import Code, User
from sandbox.platform.tenants import Tenant
from sandbox.protocol import identifiers
from sandbox.store import Transaction

Kind = Literal["login", "phone", "oauth"]
SHAPES: dict[Kind, Callable[[bytes], str]] = {
    "login": identifiers.login_code,
    "phone": identifiers.phone_code,
    "oauth": identifiers.login_code,
}


def mint(tenant: Tenant, tx: Transaction, user: User, appid: str, kind: Kind, scope: str = "") -> Code:
    """A fresh code of this payer under this app; the n-th is the same under the same seed."""
    number = tx.count(f"{kind}-code {appid} {user.id}")
    entropy = tenant.ids.entropy(f"{kind}-code", appid, user.id, number)
    code = Code(
        code=SHAPES[kind](entropy), kind=kind, appid=appid, user=user.id, created=tenant.clock.now(), scope=scope
    )
    tx.put_code(code)
    return code
