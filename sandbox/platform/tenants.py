"""Tenants: worlds that share nothing, each with its own merchants, payers, clock, seed, rules and journal."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from sandbox.domain.merchant import App, Merchant
from sandbox.domain.settings import TenantSettings, merged
from sandbox.platform.clock import Clock, ClockState, Wall, clock_state
from sandbox.platform.diary import Diary
from sandbox.platform.identities import DEFAULT, Credentials, Identities, identities
from sandbox.platform.ids import Ids
from sandbox.platform.journal import Journal, Watchers, exchange_numbers
from sandbox.platform.keys import KeyPool, MerchantCredentials
from sandbox.platform.rules import RuleBook
from sandbox.store import SqliteStore, Transaction

TenantId = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z._-]{0,64}$")]


class NewTenant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one asks for. `seed` empty draws one; `clock` is real, realxN or virtual; `start` is ms since the epoch."""

    id: TenantId = ""
    clock: str = "virtual"
    start: int | None = None
    seed: str | int = ""
    settings: dict[str, Any] = {}
    credentials: Credentials = Credentials()
    port: int | None = None  # a port of its own, 0 any free one: whatever arrives there is this tenant's


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the store remembers of a tenant; `asked` is what a reset goes back to."""

    id: str
    number: int
    seed: str
    clock: ClockState
    settings: TenantSettings
    asked: NewTenant


class TenantError(Exception):
    """The tenant cannot be had; `holder` names who has what was asked for."""

    def __init__(self, message: str, holder: str = "") -> None:
        super().__init__(message)
        self.holder = holder


class Tenant:
    """A living tenant. Merchants and apps are cached here and written through."""

    def __init__(self, record: Record, store: SqliteStore, wall: Wall, journal: Journal, pool: KeyPool) -> None:
        self.id = record.id
        self.number = record.number
        self.seed = record.seed
        self.settings = record.settings
        self.asked = record.asked
        self.clock = Clock(wall, record.clock)
        self.wall = wall
        self.ids = Ids(record.seed)
        self.journal = journal
        self.diary = Diary()
        self.rules = RuleBook(self.transaction, self.ids)
        self.merchants: dict[str, Merchant] = {}
        self.apps: dict[str, App] = {}
        self._openids: dict[str, tuple[str, str]] = {}
        self.advancing = False
        self.port = 0  # the port of its own that is open
        self._store = store
        self._pool = pool
        self._credentials: dict[tuple[str, int, int], MerchantCredentials] = {}

    def transaction(self) -> Transaction:
        """A transaction on this tenant's records."""
        return self._store.transaction(self.id)

    def load(self) -> None:
        """Take the cached identities and rules from the store."""
        with self.transaction() as tx:
            self.merchants = {merchant.mchid: merchant for merchant in tx.merchants()}
            self.apps = {app.appid: app for app in tx.apps()}
            self._openids = {}
            self.rules.load(tx)

    def openid(self, tx: Transaction, openid: str) -> tuple[str, str] | None:
        """Whose openid this is: (appid, user id), or None. It never becomes another's, so the store is asked once."""
        found = self._openids.get(openid) or tx.openid(openid)
        if found is not None:
            self._openids[openid] = found
        return found

    def save(self, tx: Transaction) -> None:
        """Write the tenant's own record."""
        record = Record(
            id=self.id, number=self.number, seed=self.seed, clock=self.clock.state, settings=self.settings,
            asked=self.asked,
        )  # fmt: skip
        tx.put_tenant(msgspec.msgpack.encode(record))

    def set_clock(self, tx: Transaction, instant: int) -> None:
        """Move a virtual clock."""
        self.clock.state = self.clock.moved_to(instant)
        self.save(tx)

    def change_settings(self, changes: dict[str, object]) -> None:
        """Lay changes over the settings. Raises msgspec.ValidationError."""
        self.settings = merged(self.settings, changes)
        with self.transaction() as tx:
            self.save(tx)

    def change_merchant(self, merchant: Merchant) -> None:
        """Put a merchant's new state in force."""
        with self.transaction() as tx:
            tx.put_merchant(merchant)
        self.merchants[merchant.mchid] = merchant

    def change_app(self, app: App) -> None:
        """Put an app's new state in force."""
        with self.transaction() as tx:
            tx.put_app(app)
        self.apps[app.appid] = app

    def credentials(self, merchant: Merchant, platform_certificate: int | None = None) -> MerchantCredentials:
        """A merchant's certificates and keys; `platform_certificate` a renewal other than the one that signs."""
        platform = merchant.platform_certificates[0] if platform_certificate is None else platform_certificate
        name = (merchant.mchid, merchant.api_certificate, platform)
        found = self._credentials.get(name)
        if found is None:
            found = MerchantCredentials(self._pool, name[0], api_ordinal=name[1], platform_ordinal=name[2])
            self._credentials[name] = found
        return found

    def message_time(self) -> int:
        """Seconds, for what a signature is dated by: the real clock, unless tied to the tenant's."""
        return (self.clock.now() if self.settings.v3.tie_time else self.wall.now()) // 1000

    def auto_close(self) -> int | None:
        """After how many ms the platform closes an unpaid order; None: never."""
        value = self.settings.order.auto_close
        return None if value == "off" else round(value * 1000)


class Tenants:
    """All living tenants, and who owns which name."""

    def __init__(self, store: SqliteStore, wall: Wall, watchers: Watchers) -> None:
        self.store = store
        self.wall = wall
        self.watchers = watchers
        self._numbers = exchange_numbers()
        self._pool = KeyPool()
        self.unclaimed = Journal(self._numbers, watchers)
        self._living: dict[str, Tenant] = {}
        self._by_mchid: dict[str, Tenant] = {}
        self._by_appid: dict[str, Tenant] = {}
        self._by_port: dict[int, Tenant] = {}
        with store.transaction("") as tx:
            records = [msgspec.msgpack.decode(data, type=Record) for _, data in tx.tenants()]
        for record in records:
            self._enlist(record)

    def __iter__(self) -> Iterator[Tenant]:
        return iter(list(self._living.values()))

    def get(self, id: str) -> Tenant | None:
        """A tenant by id."""
        return self._living.get(id)

    def by_port(self, port: int) -> Tenant | None:
        """Whose port this is; None on the port that all share."""
        return self._by_port.get(port)

    def open_port(self, tenant: Tenant, port: int) -> None:
        """Say that a tenant has this port for itself; 0: no longer."""
        self._by_port = {other: owner for other, owner in self._by_port.items() if owner is not tenant}
        tenant.port = port
        if port:
            self._by_port[port] = tenant

    def by_mchid(self, mchid: str) -> Tenant | None:
        """Whose merchant this is."""
        return self._by_mchid.get(mchid)

    def by_appid(self, appid: str) -> Tenant | None:
        """Whose app this is."""
        return self._by_appid.get(appid)

    def by_token(self, token: str) -> Tenant | None:
        """Whose access_token, refresh_token or ticket this is."""
        with self.store.transaction("") as tx:
            id = tx.tenant_of_token(token)
        return None if id is None else self.get(id)

    def create(self, asked: NewTenant, drawn_seed: str) -> Tenant:
        """A new tenant with its identities.

        `drawn_seed` is used when none was asked for. Raises TenantError when a name is taken, ValueError for a clock
        that does not exist, msgspec.ValidationError for a setting that does not.
        """
        self._ensure_free(asked)
        clock = clock_state(asked.clock, self.wall, asked.start)
        settings = merged(TenantSettings(), asked.settings)
        seed = str(asked.seed) or drawn_seed
        number, id, world = self._world(asked, seed)
        record = Record(id=id, number=number, seed=seed, clock=clock, settings=settings, asked=asked)
        with self.store.transaction(id) as tx:
            tx.put_tenant(msgspec.msgpack.encode(record))
            _store_all(tx, world)
        return self._enlist(record)

    def drop(self, tenant: Tenant) -> None:
        """Forget a tenant and all that is its; its names are free again."""
        with tenant.transaction() as tx:
            tx.drop_tenant()
        self._delist(tenant)

    def reset(self, tenant: Tenant) -> None:
        """Empty a tenant: as it was made, with the same names, keys and settings; only its clock goes on."""
        world = identities(tenant.id, tenant.number, tenant.ids, tenant.asked.credentials)
        tenant.settings = merged(TenantSettings(), tenant.asked.settings)
        with tenant.transaction() as tx:
            tx.empty_tenant()
            tenant.save(tx)
            _store_all(tx, world)
        tenant.journal.clear()
        tenant.diary.clear()
        tenant.load()

    def _world(self, asked: NewTenant, seed: str) -> tuple[int, str, Identities]:
        """A number whose id and generated names nobody has, and the identities that follow from it."""
        while True:
            with self.store.transaction("") as tx:
                number = 0 if asked.id == DEFAULT else tx.count("tenant")
            id = asked.id or f"t{number}"
            world = identities(id, number, Ids(seed), asked.credentials)
            mchids, appids = {m.mchid for m in world.merchants}, {a.appid for a in world.apps}
            distinct = len(mchids) == len(world.merchants) and len(appids) == len(world.apps)
            free = id not in self._living and not mchids & self._by_mchid.keys() and not appids & self._by_appid.keys()
            if distinct and free:
                return number, id, world
            if asked.id == DEFAULT:
                raise TenantError("the default tenant's names are not all different, or somebody has one of them")

    def _ensure_free(self, asked: NewTenant) -> None:
        """Raises TenantError when a name that was asked for is taken."""
        if asked.id in self._living:
            raise TenantError(
                f"there is a tenant called {asked.id!r} already: delete it first, or leave the id out", asked.id
            )
        mchid, appid = asked.credentials.mch_id, asked.credentials.appid
        for kind, name, owner in (("mchid", mchid, self.by_mchid(mchid)), ("appid", appid, self.by_appid(appid))):
            if owner is not None:
                raise TenantError(
                    f"{kind} {name} belongs to tenant {owner.id!r}: delete that tenant, or ask for another", owner.id
                )

    def _enlist(self, record: Record) -> Tenant:
        journal = Journal(self._numbers, self.watchers)
        tenant = Tenant(record, self.store, self.wall, journal, self._pool)
        tenant.load()
        self._living[tenant.id] = tenant
        self._by_mchid.update(dict.fromkeys(tenant.merchants, tenant))
        self._by_appid.update(dict.fromkeys(tenant.apps, tenant))
        return tenant

    def _delist(self, tenant: Tenant) -> None:
        del self._living[tenant.id]
        for mchid in tenant.merchants:
            self._by_mchid.pop(mchid, None)
        for appid in tenant.apps:
            self._by_appid.pop(appid, None)


def _store_all(tx: Transaction, world: Identities) -> None:
    for merchant in world.merchants:
        tx.put_merchant(merchant)
    for app in world.apps:
        tx.put_app(app)
    for user in world.users:
        tx.put_user(user)
