"""The store's file: whose it is, what version it has, and what is said when it cannot be had."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.store import SqliteStore, StoreError
from sandbox.store.schema import MIGRATIONS, OWNED
from sandbox.store.sqlite import APPLICATION_ID


def test_a_new_file_gets_every_migration(tmp_path: Path) -> None:
    """The file says whose it is and which migration it saw last; every tenant's table is there."""
    path = tmp_path / "s.sqlite"
    SqliteStore(path).close()

    db = sqlite3.connect(path)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    header = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    db.close()

    assert header == [APPLICATION_ID, len(MIGRATIONS)]
    assert tables >= {"tenants", *OWNED}


def test_an_older_file_is_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has seen fewer migrations gets the missing ones, and only those; what it held stays."""
    path = tmp_path / "s.sqlite"
    store = SqliteStore(path)
    with store.transaction("t") as tx:
        tx.put_tenant(b"kept")
    store.close()
    monkeypatch.setattr("sandbox.store.sqlite.MIGRATIONS", (*MIGRATIONS, "CREATE TABLE moons (id TEXT);"))

    store = SqliteStore(path)
    with store.transaction("t") as tx:
        kept = tx.tenants()
    store.close()

    db = sqlite3.connect(path)
    assert kept == [("t", b"kept")]
    assert db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1
    assert db.execute("SELECT count(*) FROM moons").fetchone()[0] == 0
    db.close()


def test_a_failed_migration_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a migration is none: the next start finds the old version whole."""
    path = tmp_path / "s.sqlite"
    SqliteStore(path).close()
    monkeypatch.setattr(
        "sandbox.store.sqlite.MIGRATIONS", (*MIGRATIONS, "CREATE TABLE a (x); CREATE TABLE orders (x);")
    )

    with pytest.raises(StoreError, match="table orders already exists"):
        SqliteStore(path)

    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'a'").fetchone()[0] == 0
    db.close()


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """A file of a later version is left alone, and the message says to update."""
    path = tmp_path / "s.sqlite"
    SqliteStore(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(StoreError, match=r"written by a newer version \(schema 99, .*: update this program"):
        SqliteStore(path)


def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    """A second sandbox on the same file is told so, with what to do."""
    path = tmp_path / "s.sqlite"
    first = SqliteStore(path)

    code = f"from pathlib import Path; from sandbox.store import SqliteStore; SqliteStore(Path({str(path)!r}))"
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    first.close()

    assert second.returncode != 0
    assert f"{path} is in use by another sandbox: stop it, or give this one a --store of its own" in second.stderr


def test_a_file_in_use_is_refused_after_a_restart_too(tmp_path: Path) -> None:
    """The lock is taken by opening, even when there is nothing to migrate and nothing was written yet."""
    path = tmp_path / "s.sqlite"
    SqliteStore(path).close()
    first = SqliteStore(path)

    with pytest.raises(StoreError, match="in use by another sandbox"):
        SqliteStore(path)
    first.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Any other file is named as such and stays as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("shopping list\n" * 100)

    with pytest.raises(StoreError, match=r"is not a sandbox store .*: give --store another file"):
        SqliteStore(path)

    assert path.read_text() == "shopping list\n" * 100


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """The shop's own database given by mistake gets no tables of ours."""
    path = tmp_path / "shop.sqlite"
    shop = sqlite3.connect(path)
    shop.execute("CREATE TABLE carts (id TEXT)")
    shop.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="is another program's SQLite database: give --store another file"):
        SqliteStore(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["no-such-directory/s.sqlite", ""])
def test_a_place_that_cannot_hold_a_file_is_refused(tmp_path: Path, name: str) -> None:
    """A directory that does not exist, or one given as the file, is a StoreError that says what --store takes."""
    with pytest.raises(StoreError, match=r"cannot be opened .*--store takes a file in an existing directory"):
        SqliteStore(tmp_path / name)
