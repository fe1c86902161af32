"""A transaction: every query of the sandbox, on one tenant's records."""

import sqlite3
import threading
from types import TracebackType
from typing import Self

from sandbox.store.agenda import Agenda, RuleRow, Timer
from sandbox.store.bills import Bills
from sandbox.store.codes import ShownCodes
from sandbox.store.comments import Comments
from sandbox.store.contracts import Contracts
from sandbox.store.echoes import Echoes
from sandbox.store.identities import Identities
from sandbox.store.ledger import Ledger
from sandbox.store.orders import Orders
from sandbox.store.people import People
from sandbox.store.red_packets import RedPackets
from sandbox.store.refunds import Refunds
from sandbox.store.rehearsals import Rehearsals
from sandbox.store.sharings import Sharings
from sandbox.store.transfers import Transfers

__all__ = ["RuleRow", "Timer", "Transaction"]


class Transaction(
    Identities,
    People,
    Orders,
    Refunds,
    Sharings,
    Transfers,
    Ledger,
    Bills,
    Echoes,
    ShownCodes,
    Comments,
    RedPackets,
    Contracts,
    Rehearsals,
    Agenda,
):
    """Begin on enter, commit on leave, roll back when the block raises. One at a time; they do not nest."""

    __slots__ = ("_lock",)

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock, tenant: str) -> None:
        super().__init__(db, tenant)
        self._lock = lock

    def __enter__(self) -> Self:
        self._lock.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:  # the block raised, or the disk is full
                self._db.execute("ROLLBACK")
            self._lock.release()
