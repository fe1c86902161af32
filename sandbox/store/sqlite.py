"""SQLite behind the transaction type: in memory or in a file that survives `kill -9`."""

import sqlite3
import threading
from pathlib import Path

from sandbox.store.schema import MIGRATIONS
from sandbox.store.transaction import Transaction


class StoreError(Exception):
    """The store cannot be opened; the message says why and what to do."""


class SqliteStore:
    """One database for all tenants. Usable from any thread: one transaction at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` None keeps everything in memory. Raises StoreError when the file is in use or not ours."""
        self.path = path
        self._lock = threading.RLock()
        self._db = _open(path)

    def transaction(self, tenant: str) -> Transaction:
        """A transaction on `tenant`'s records: `with store.transaction(t) as tx`, committed unless it raises."""
        return Transaction(self._db, self._lock, tenant)

    def close(self) -> None:
        """Close the file; what is committed stays."""
        with self._lock:
            self._db.close()


def _open(path: Path | None) -> sqlite3.Connection:
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=0.5)
    try:
        if path is not None:
            # One process owns the file; a second `serve` on it must be told so and not be let in.
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db)
    except sqlite3.OperationalError as error:
        db.close()
        if "locked" in str(error):
            raise StoreError(
                f"{path} is in use by another sandbox: stop it, or give this one a --store of its own"
            ) from None
        raise StoreError(f"{path} cannot be opened: {error}") from None
    except sqlite3.DatabaseError as error:
        db.close()
        raise StoreError(f"{path} is not a sandbox store ({error}): give --store another file") from None
    return db


def _migrate(db: sqlite3.Connection) -> None:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the store was written by a newer version (schema {version}, this one knows {len(MIGRATIONS)})"
        )
    for number in range(version, len(MIGRATIONS)):
        db.executescript(f"BEGIN; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")
