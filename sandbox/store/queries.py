"""What every group of queries stands on: the open connection, and whose records are meant."""

import sqlite3
from typing import Any

import msgspec

pack = msgspec.msgpack.Encoder().encode


class Queries:
    """Statements on one tenant's records, inside a transaction. `booked` tells that a timer was set."""

    __slots__ = ("_db", "booked", "tenant")

    def __init__(self, db: sqlite3.Connection, tenant: str) -> None:
        self._db = db
        self.tenant = tenant
        self.booked = False

    def _one(self, sql: str, values: tuple[Any, ...]) -> Any:
        return self._db.execute(sql, values).fetchone()
