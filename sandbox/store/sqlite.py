"""SQLite behind the transaction type: in memory or in a file that survives `kill -9`."""

import sqlite3
import threading
from pathlib import Path

from sandbox.store.schema import MIGRATIONS
from sandbox.store.transaction import Transaction

APPLICATION_ID = 0x77787061  # "wxpa", in the file's header: tells a store of ours from anybody's SQLite database


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
    db = None
    try:
        db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=0.5)
        if path is not None:
            # One process owns the file; a second `serve` on it must be told so and not be let in.
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            _ensure_ours(db, path)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db, path)
    except (sqlite3.Error, StoreError) as error:
        if db is not None:
            db.close()
        if isinstance(error, StoreError):
            raise
        raise StoreError(_reason(path, error)) from None
    return db


def _reason(path: Path | None, error: sqlite3.Error) -> str:
    if not isinstance(error, sqlite3.OperationalError):
        return f"{path} is not a sandbox store ({error}): give --store another file"
    if "locked" in str(error):
        return f"{path} is in use by another sandbox: stop it, or give this one a --store of its own"
    return f"{path} cannot be opened ({error}): --store takes a file in an existing directory that can be written"


def _ensure_ours(db: sqlite3.Connection, path: Path) -> None:
    """Nobody else's database is touched. Raises StoreError."""
    ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not ours and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError(f"{path} is another program's SQLite database: give --store another file")


def _migrate(db: sqlite3.Connection, path: Path | None) -> None:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer version (schema {version}, this one knows {len(MIGRATIONS)}): "
            "update this program, or give --store another file"
        )
    for number in range(version, len(MIGRATIONS)):
        db.executescript(
            f"BEGIN; {MIGRATIONS[number]} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {number + 1}; COMMIT;"
        )
