"""What goes into one attempt: headers and bytes, and what they are written from."""

from typing import NamedTuple

import msgspec

from sandbox.domain.delivery import Delivery
from sandbox.domain.merchant import Merchant
from sandbox.platform.moments import Occasion
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction


class Letter(NamedTuple):
    """A notification as it stands on the wire, but for the headers that all of them share."""

    headers: dict[str, str]
    body: bytes
    verifiable: bool = True  # whether a merchant who verifies takes it


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """What a composer may use. `merchant` is the one told; `now` is ms, tenant's clock."""

    tenant: Tenant
    tx: Transaction
    merchant: Merchant
    delivery: Delivery
    occasion: Occasion
    now: int
