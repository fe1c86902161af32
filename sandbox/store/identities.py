"""Queries on tenants, merchants and apps."""

import msgspec

from sandbox.domain.merchant import App, Merchant
from sandbox.store.queries import Queries, pack
from sandbox.store.schema import OWNED

_merchant = msgspec.msgpack.Decoder(Merchant).decode
_app = msgspec.msgpack.Decoder(App).decode


class Identities(Queries):
    """Who there is."""

    __slots__ = ()

    def tenants(self) -> list[tuple[str, bytes]]:
        """Every tenant's id and record, of all tenants."""
        return list(self._db.execute("SELECT id, data FROM tenants ORDER BY id"))

    def put_tenant(self, data: bytes) -> None:
        """Store this tenant's record."""
        self._db.execute("INSERT OR REPLACE INTO tenants VALUES (?, ?)", (self.tenant, data))

    def drop_tenant(self) -> None:
        """Forget this tenant and all that is its."""
        self.empty_tenant()
        self._db.execute("DELETE FROM tenants WHERE id = ?", (self.tenant,))

    def empty_tenant(self) -> None:
        """Forget all that is this tenant's, identities included; its own record stays."""
        for table in OWNED:
            self._db.execute(f"DELETE FROM {table} WHERE tenant = ?", (self.tenant,))

    def put_merchant(self, merchant: Merchant) -> None:
        """Store a merchant."""
        row = (merchant.mchid, self.tenant, pack(merchant))
        self._db.execute("INSERT INTO merchants VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data", row)

    def merchants(self) -> list[Merchant]:
        """The tenant's merchants in the order they were added."""
        rows = self._db.execute("SELECT data FROM merchants WHERE tenant = ? ORDER BY rowid", (self.tenant,))
        return [_merchant(data) for (data,) in rows]

    def put_app(self, app: App) -> None:
        """Store an app."""
        row = (app.appid, self.tenant, pack(app))
        self._db.execute("INSERT INTO apps VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data", row)

    def apps(self) -> list[App]:
        """The tenant's apps in the order they were added."""
        rows = self._db.execute("SELECT data FROM apps WHERE tenant = ? ORDER BY rowid", (self.tenant,))
        return [_app(data) for (data,) in rows]
