"""The schema, as numbered migrations: a database remembers the last one it has seen.

A record is one row: the columns that a query looks at, and `data`, the msgpack of the frozen value. `tenant` comes
first in every key. Tables of many and long records have a rowid: a record in the index itself makes that deep and dear.
`data` leaves out what has its default, so to change a default is a migration. A migration is only ever added, never
edited.
"""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE tenants (id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE merchants (mchid TEXT PRIMARY KEY, tenant TEXT NOT NULL, data BLOB NOT NULL);
    CREATE TABLE apps (appid TEXT PRIMARY KEY, tenant TEXT NOT NULL, data BLOB NOT NULL);
    CREATE TABLE users (tenant TEXT, id TEXT, data BLOB NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
    CREATE TABLE openids (tenant TEXT, openid TEXT, appid TEXT NOT NULL, user TEXT NOT NULL,
        PRIMARY KEY (tenant, openid)) WITHOUT ROWID;
    CREATE TABLE session_keys (tenant TEXT, openid TEXT, session_key TEXT NOT NULL,
        PRIMARY KEY (tenant, openid)) WITHOUT ROWID;
    CREATE TABLE codes (tenant TEXT, code TEXT, data BLOB NOT NULL, PRIMARY KEY (tenant, code)) WITHOUT ROWID;
    CREATE TABLE tokens (token TEXT PRIMARY KEY, tenant TEXT NOT NULL, appid TEXT NOT NULL, kind TEXT NOT NULL,
        created INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX tokens_by_app ON tokens (tenant, appid, kind, created);
    CREATE TABLE orders (tenant TEXT, mchid TEXT, out_trade_no TEXT, created INTEGER NOT NULL, transaction_id TEXT,
        data BLOB NOT NULL, PRIMARY KEY (tenant, mchid, out_trade_no));
    CREATE UNIQUE INDEX orders_by_transaction ON orders (tenant, transaction_id) WHERE transaction_id IS NOT NULL;
    CREATE TABLE prepays (prepay_id TEXT PRIMARY KEY, tenant TEXT NOT NULL, mchid TEXT NOT NULL,
        out_trade_no TEXT NOT NULL, created INTEGER NOT NULL, code_url TEXT) WITHOUT ROWID;
    CREATE UNIQUE INDEX prepays_by_code_url ON prepays (tenant, code_url) WHERE code_url IS NOT NULL;
    CREATE TABLE timers (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, due INTEGER NOT NULL, kind TEXT NOT NULL,
        subject TEXT NOT NULL);
    CREATE INDEX timers_by_due ON timers (tenant, due, id);
    CREATE TABLE deliveries (tenant TEXT, id TEXT, created INTEGER NOT NULL, subject TEXT NOT NULL,
        state TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (tenant, id));
    CREATE INDEX deliveries_by_subject ON deliveries (tenant, subject);
    CREATE TABLE rules (tenant TEXT, id INTEGER, seen INTEGER NOT NULL, fired INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, id)) WITHOUT ROWID;
    CREATE TABLE counters (tenant TEXT, name TEXT, value INTEGER NOT NULL, PRIMARY KEY (tenant, name)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE combined (tenant TEXT, mchid TEXT, out_trade_no TEXT, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, out_trade_no)) WITHOUT ROWID;
    ALTER TABLE prepays ADD COLUMN combined INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE echoes (tenant TEXT, id TEXT, data BLOB NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE ledger (tenant TEXT, mchid TEXT, number INTEGER, time INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, number));
    CREATE INDEX ledger_by_time ON ledger (tenant, mchid, time);
    CREATE TABLE refunds (tenant TEXT, mchid TEXT, out_refund_no TEXT, out_trade_no TEXT NOT NULL,
        refund_id TEXT NOT NULL, created INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, out_refund_no));
    CREATE INDEX refunds_by_order ON refunds (tenant, mchid, out_trade_no);
    CREATE UNIQUE INDEX refunds_by_id ON refunds (tenant, refund_id);
    CREATE TABLE bills (token TEXT PRIMARY KEY, tenant TEXT NOT NULL, created INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE INDEX bills_by_age ON bills (tenant, created);
    """,
    """
    CREATE TABLE receivers (tenant TEXT, seller TEXT, type TEXT, account TEXT, data BLOB NOT NULL,
        PRIMARY KEY (tenant, seller, type, account)) WITHOUT ROWID;
    CREATE TABLE sharings (tenant TEXT, mchid TEXT, out_order_no TEXT, transaction_id TEXT NOT NULL,
        order_id TEXT NOT NULL, created INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, out_order_no)) WITHOUT ROWID;
    CREATE INDEX sharings_by_transaction ON sharings (tenant, transaction_id);
    CREATE UNIQUE INDEX sharings_by_id ON sharings (tenant, order_id);
    CREATE TABLE sharing_returns (tenant TEXT, mchid TEXT, out_return_no TEXT, order_id TEXT NOT NULL,
        data BLOB NOT NULL, PRIMARY KEY (tenant, mchid, out_return_no)) WITHOUT ROWID;
    CREATE INDEX sharing_returns_by_order ON sharing_returns (tenant, order_id);
    CREATE TABLE transfers (tenant TEXT, mchid TEXT, out_bill_no TEXT, transfer_bill_no TEXT NOT NULL,
        package_info TEXT NOT NULL, created INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, out_bill_no)) WITHOUT ROWID;
    CREATE UNIQUE INDEX transfers_by_id ON transfers (tenant, transfer_bill_no);
    CREATE UNIQUE INDEX transfers_by_package ON transfers (tenant, package_info);
    CREATE TABLE batches (tenant TEXT, mchid TEXT, out_batch_no TEXT, batch_id TEXT NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, out_batch_no)) WITHOUT ROWID;
    CREATE UNIQUE INDEX batches_by_id ON batches (tenant, batch_id);
    """,
    """
    CREATE TABLE payment_codes (tenant TEXT, code TEXT, created INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, code)) WITHOUT ROWID;
    CREATE INDEX payment_codes_by_age ON payment_codes (tenant, created);
    CREATE TABLE short_urls (tenant TEXT, short TEXT, long TEXT NOT NULL, PRIMARY KEY (tenant, short)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE comments (tenant TEXT, mchid TEXT, number INTEGER, time INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, number)) WITHOUT ROWID;
    CREATE TABLE red_packets (tenant TEXT, mchid TEXT, mch_billno TEXT, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, mch_billno)) WITHOUT ROWID;
    CREATE TABLE contracts (tenant TEXT, mchid TEXT, contract_id TEXT, plan_id TEXT NOT NULL,
        contract_code TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (tenant, mchid, contract_id)) WITHOUT ROWID;
    CREATE UNIQUE INDEX contracts_by_code ON contracts (tenant, mchid, plan_id, contract_code);
    """,
    """
    CREATE TABLE rehearsals (tenant TEXT, mchid TEXT, out_trade_no TEXT, data BLOB NOT NULL,
        PRIMARY KEY (tenant, mchid, out_trade_no)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE entrust_sessions (tenant TEXT, session TEXT, data BLOB NOT NULL,
        PRIMARY KEY (tenant, session)) WITHOUT ROWID;
    """,
    """
    CREATE INDEX deliveries_by_age ON deliveries (tenant, created DESC, id);
    """,
)

OWNED = ("merchants", "apps", "users", "openids", "session_keys", "codes", "tokens", "orders", "prepays", "timers",
         "deliveries", "rules", "counters", "combined", "echoes", "ledger", "refunds",
         "bills", "receivers", "sharings", "sharing_returns", "transfers", "batches",
         "payment_codes", "short_urls", "comments", "red_packets", "contracts", "rehearsals",
         "entrust_sessions")  # fmt: skip
"""Every table whose rows belong to a tenant."""
