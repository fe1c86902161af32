"""The shop's SQLite database: one file, or memory."""

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    no TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    openid TEXT NOT NULL,
    title TEXT NOT NULL,
    total INTEGER NOT NULL,
    time_expire TEXT NOT NULL,
    trade_type TEXT NOT NULL DEFAULT 'JSAPI',
    status TEXT NOT NULL DEFAULT 'unpaid',
    shipped INTEGER NOT NULL DEFAULT 0,
    learned_by TEXT,
    transaction_id TEXT,
    notifications INTEGER NOT NULL DEFAULT 0,
    paid_on TEXT,
    created REAL NOT NULL,
    looked REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_open ON orders (looked) WHERE status = 'unpaid';
CREATE TABLE IF NOT EXISTS refunds (
    no TEXT PRIMARY KEY,
    order_no TEXT NOT NULL,
    amount INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'processing',
    created REAL NOT NULL,
    looked REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_of ON refunds (order_no);
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY,
    openid TEXT NOT NULL,
    expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS api_keys (
    n INTEGER PRIMARY KEY,
    api_key TEXT NOT NULL
);
"""


def open_database(store: str) -> sqlite3.Connection:
    """Open the file, or a database in memory for the word `memory`. A commit is on the disk when it returns."""
    db = sqlite3.connect(":memory:" if store == "memory" else store)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(SCHEMA)
    return db
