"""Notifications that go astray on the way, because a rule says so: an old one, another merchant's, one held back."""

import msgspec

from sandbox.domain.delivery import Delivery, DeliveryState
from sandbox.domain.merchant import Merchant
from sandbox.notifier.letter import Letter
from sandbox.platform import outbox
from sandbox.platform.moments import Occasion
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction

ANY = "*"


def old_letter(tx: Transaction, delivery: Delivery, event: str) -> Letter | None:
    """The newest other notification of this kind that the merchant was sent, as it stood on the wire."""
    for one in tx.deliveries(limit=1000):
        if one.id == delivery.id or one.mchid != delivery.mchid or event not in (ANY, one.event):
            continue
        for attempt in one.attempts:
            if attempt.request and attempt.request_headers:
                return Letter(dict(attempt.request_headers), attempt.request.encode())
    return None


def other_merchant(tenant: Tenant, occasion: Occasion, delivery: Delivery) -> Merchant | None:
    """Whose the notification becomes; None, and a note, when the tenant has no such merchant."""
    other = tenant.merchants.get(occasion.merchant)
    if other is None:
        occasion.notes.append(
            f"there is no merchant {occasion.merchant!r} here; there are {', '.join(tenant.merchants)}"
        )
        return None
    occasion.signed_fields.setdefault("mch_id" if delivery.dialect == "v2" else "mchid", other.mchid)
    return other


class Held:
    """The notifications that are held back, and the event that each waits for. In memory: a ladder forgets nothing."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, str]] = {}  # tenant -> delivery -> event

    def hold(self, tenant: Tenant, id: str, event: str) -> None:
        """Until `event` has been told, or, when that is ANY, anything else."""
        self._waiting.setdefault(tenant.id, {})[id] = event

    def release(self, tenant: Tenant, told: Delivery) -> bool:
        """Whatever waited for what was told is due now; whether there was anything."""
        waiting = self._waiting.get(tenant.id, {})
        free = [id for id, event in waiting.items() if id != told.id and event in (ANY, told.event)]
        if not free:
            return False
        now = tenant.clock.now()
        with tenant.transaction() as tx:
            for id in free:
                del waiting[id]
                delivery = tx.delivery(id)
                if delivery is not None and delivery.state is DeliveryState.PENDING:
                    tx.cancel_timers(outbox.NOTIFY, id)
                    tx.book(now, outbox.NOTIFY, id)
                    tx.put_delivery(msgspec.structs.replace(delivery, next_due=now))
        return True
