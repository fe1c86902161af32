"""How state is kept: a schema with numbered migrations and one transaction type with the queries."""

from sandbox.store.sqlite import SqliteStore, StoreError
from sandbox.store.transaction import Transaction

__all__ = ["SqliteStore", "StoreError", "Transaction"]
