"""Who writes which notification: one composer an event and dialect."""

from collections.abc import Callable

from sandbox.notifier.combined import combined_v3
from sandbox.notifier.contracts import contract_v2, deduction_v2
from sandbox.notifier.echoes import echo_v3
from sandbox.notifier.letter import Letter, Writing
from sandbox.notifier.payments import payment_v2, payment_v3
from sandbox.notifier.refunds import refund_v2, refund_v3
from sandbox.notifier.rehearsals import rehearsal_v2
from sandbox.notifier.sharings import sharing_v3
from sandbox.notifier.transfers import transfer_v3
from sandbox.platform import outbox

Composer = Callable[[Writing], Letter | None]

COMPOSERS: dict[tuple[str, str], Composer] = {
    (outbox.PAYMENT, "v2"): payment_v2,
    (outbox.PAYMENT, "v3"): payment_v3,
    (outbox.REFUND, "v2"): refund_v2,
    (outbox.REFUND, "v3"): refund_v3,
    (outbox.COMBINED, "v3"): combined_v3,
    (outbox.ECHO, "v3"): echo_v3,
    (outbox.PROFIT_SHARING, "v3"): sharing_v3,
    (outbox.TRANSFER, "v3"): transfer_v3,
    (outbox.REHEARSAL, "v2"): rehearsal_v2,
    (outbox.CONTRACT, "v2"): contract_v2,
    (outbox.DEDUCTION, "v2"): deduction_v2,
}
"""A composer answers None when what it should tell of is gone."""
