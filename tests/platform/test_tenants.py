"""Tenants: made, named, emptied, dropped, found again after a restart; none sees another."""

from collections.abc import Callable

import msgspec
import pytest
from sample_orders import an_order

from sandbox.domain.user import User
from sandbox.platform.identities import DEFAULT, Credentials
from sandbox.platform.journal import Exchange
from sandbox.platform.moments import Moment
from sandbox.platform.outbox import announce_payment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import NewTenant, Tenant, TenantError, Tenants

SHOP = Credentials(
    appid="wxffffffffffffffff", app_secret="shop-secret", mch_id="9999999999", api_key="k" * 32, apiv3_key="v" * 32
)


def first_names(tenant: Tenant) -> tuple[str, ...]:
    merchant, app = next(iter(tenant.merchants.values())), next(iter(tenant.apps.values()))
    return app.appid, app.secret, merchant.mchid, merchant.api_key(tenant.clock.now()), merchant.apiv3_key


def test_the_default_tenant_has_the_well_known_names(tenants: Tenants) -> None:
    """Names and keys that users type; the second merchant is bound to no appid, the fifth belongs to the fourth."""
    tenant = tenants.create(NewTenant(id=DEFAULT, seed="1"), "")

    assert first_names(tenant) == (
        "wx5a4d8bf0c0de0001", "5a4d8bf0c0de00015a4d8bf0c0de0001", "1900000001", "sandboxAPIv2key0sandboxAPIv2key0",
        "sandboxAPIv3key0sandboxAPIv3key0",
    )  # fmt: skip
    assert list(tenant.apps) == ["wx5a4d8bf0c0de0001", "wx5a4d8bf0c0de0002"]
    assert list(tenant.merchants) == [f"190000000{n}" for n in range(1, 6)]
    second, _, provider, sub = list(tenant.merchants.values())[1:]
    assert (second.appids, provider.kind, sub.provider) == (frozenset(), "provider", "1900000004")


def test_the_default_tenants_payers_are_the_same_everywhere(tenants: Tenants, reopen: Callable[[], Tenants]) -> None:
    """Their openids do not depend on the seed."""
    worlds = [owner.create(NewTenant(id=DEFAULT, seed=seed), "") for owner, seed in ((tenants, "1"), (reopen(), "2"))]

    def payers(tenant: Tenant) -> list[User]:
        with tenant.transaction() as tx:
            return tx.users()

    assert payers(worlds[0]) == payers(worlds[1]) != []


def test_a_tenant_without_wishes(tenants: Tenants) -> None:
    """It gets a number, names of its own, the drawn seed and a virtual clock."""
    tenants.create(NewTenant(id=DEFAULT), "s")
    one, two = tenants.create(NewTenant(), "drawn"), tenants.create(NewTenant(seed=0), "drawn")

    assert (one.id, one.seed, one.clock.virtual) == ("t1", "drawn", True)
    assert (two.id, two.seed) == ("t2", "0")
    names = [name for tenant in tenants for name in (*tenant.merchants, *tenant.apps)]
    assert len(names) == len(set(names)) == 3 * 7


def test_a_tenant_with_a_shops_own_names(tenants: Tenants) -> None:
    """What was asked for comes first, whatever it sorts after; the rest is made up."""
    tenant = tenants.create(NewTenant(id="shop", credentials=SHOP), "s")

    assert first_names(tenant) == msgspec.structs.astuple(SHOP)
    assert tenants.by_mchid("9999999999") is tenants.by_appid("wxffffffffffffffff") is tenant
    assert len(tenant.merchants) == 5


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (NewTenant(id="shop"), "there is a tenant called 'shop' already: delete it first"),
        (NewTenant(credentials=Credentials(mch_id="9999999999")), "mchid 9999999999 belongs to tenant 'shop'"),
        (NewTenant(credentials=Credentials(appid=SHOP.appid)), f"appid {SHOP.appid} belongs to tenant 'shop'"),
    ],
)
def test_a_name_that_is_taken(tenants: Tenants, asked: NewTenant, message: str) -> None:
    """The error names the holder, and nothing is made."""
    tenants.create(NewTenant(id="shop", credentials=SHOP), "s")

    with pytest.raises(TenantError, match=message) as caught:
        tenants.create(asked, "s")

    assert caught.value.holder == "shop"
    assert [tenant.id for tenant in tenants] == ["shop"]


def test_made_up_names_get_out_of_the_way(tenants: Tenants) -> None:
    """Numbers, ids and mchids that somebody asked for are left out when names are made up."""
    tenants.create(NewTenant(id="t2", credentials=Credentials(mch_id="1900000023")), "s")
    made = [tenants.create(NewTenant(), "s") for _ in range(2)]
    own = tenants.create(NewTenant(credentials=Credentials(mch_id="1900000062")), "s")

    assert [tenant.id for tenant in made] == ["t3", "t4"]
    assert len(own.merchants) == 5
    names = [name for tenant in tenants for name in tenant.merchants]
    assert len(names) == len(set(names))


def test_dropping_a_tenant_frees_its_names(tenants: Tenants) -> None:
    """The same names can be had again at once; nothing of the first one is there."""
    shop = tenants.create(NewTenant(id="shop", credentials=SHOP), "s")
    with shop.transaction() as tx:
        tx.add_order(*an_order("A", SHOP.mch_id))
    tenants.drop(shop)
    assert (tenants.get("shop"), tenants.by_mchid(SHOP.mch_id), tenants.by_appid(SHOP.appid)) == (None, None, None)

    again = tenants.create(NewTenant(id="shop", credentials=SHOP), "s")

    with again.transaction() as tx:
        assert tx.orders() == []


def test_a_reset_tenant_is_as_it_was_made(tenants: Tenants) -> None:
    """Orders, timers, deliveries, rules, journal and later payers go; changed keys, settings and names come back."""
    tenant = tenants.create(NewTenant(credentials=SHOP, settings={"v2.format": "legacy"}), "s")
    names, clock = first_names(tenant), tenant.clock.now()
    with tenant.transaction() as tx:
        users = tx.users()
        order, prepay = an_order("A", SHOP.mch_id)
        tx.add_order(order, prepay)
        announce_payment(tx, tenant.ids, order, clock)
        tx.put_user(User(tenant=tenant.id, id="later", unionid="", openids={"wx": "later"}))
        tx.count("any")
    tenant.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, do={"drop": None}))
    tenant.change_settings({"v2.format": "modern", "notify.timeout": 1})
    merchant = tenant.merchants[SHOP.mch_id]
    for n in range(3):
        merchant = merchant.with_key(f"key {n}", now=clock, delay=0)
        tenant.change_merchant(msgspec.structs.replace(merchant, restricted=True))
    tenant.change_app(msgspec.structs.replace(tenant.apps[SHOP.appid], secret="changed", can_pay=False))
    tenant.journal.add(Exchange())

    tenants.reset(tenant)

    with tenant.transaction() as tx:
        assert (tx.orders(), tx.next_timer(), tx.deliveries(), list(tx.rules()), tx.openid("later")) == (
            [],
            None,
            [],
            [],
            None,
        )
        assert tx.users() == users
        assert tx.count("any") == 1
    assert first_names(tenant) == names
    assert (tenant.settings.v2.format, tenant.settings.notify.timeout) == ("legacy", 5.0)
    assert not tenant.merchants[SHOP.mch_id].restricted
    assert tenant.apps[SHOP.appid].can_pay
    assert (list(tenant.journal), tenant.rules.all(), tenant.clock.now()) == ([], [], clock)
    assert tenants.by_mchid(SHOP.mch_id) is tenant


def test_two_tenants_share_nothing(tenants: Tenants) -> None:
    """Orders, rules, settings, clocks and payers of one are not the other's."""
    one, two = (tenants.create(NewTenant(seed=seed, start=1000), "") for seed in ("1", "2"))
    with one.transaction() as tx:
        tx.add_order(*an_order("A"))
        one.set_clock(tx, 5000)
        (openid, *_) = tx.users()[0].openids.values()
    one.rules.add(RuleSpec(when=Moment.NOTIFY_DUE, do={"drop": None}))
    one.change_settings({"v2.format": "legacy"})

    with two.transaction() as tx:
        assert (tx.orders(), tx.openid(openid)) == ([], None)
    assert not two.rules.watches(Moment.NOTIFY_DUE)
    assert (two.settings.v2.format, two.clock.now()) == ("modern", 1000)


def test_a_restart_finds_every_tenant_as_it_was(reopen: Callable[[], Tenants]) -> None:
    """Names, keys, settings, seed, clock and orders come back from the file; the next number goes on."""
    tenants = reopen()
    shop = tenants.create(NewTenant(id="shop", credentials=SHOP, seed="9"), "")
    shop.change_settings({"notify.map": {"https://a.example": "http://127.0.0.1:1"}})
    shop.change_merchant(shop.merchants[SHOP.mch_id].with_key("new", now=shop.clock.now(), delay=0))
    with shop.transaction() as tx:
        shop.set_clock(tx, 4242)
        tx.add_order(*an_order("A", SHOP.mch_id))
    before = (shop.seed, shop.settings, shop.clock.state, shop.merchants, shop.apps, list(shop.merchants))

    again = reopen()
    (found,) = again

    assert before == (found.seed, found.settings, found.clock.state, found.merchants, found.apps, list(found.merchants))
    assert again.by_mchid(SHOP.mch_id) is found
    with found.transaction() as tx:
        assert len(tx.orders()) == 1
    assert again.create(NewTenant(), "s").number == shop.number + 1


def test_a_dropped_tenant_stays_dropped(reopen: Callable[[], Tenants]) -> None:
    """After a restart nobody remembers it."""
    tenants = reopen()
    tenants.drop(tenants.create(NewTenant(id="gone"), "s"))

    assert list(reopen()) == []


def test_tokens_and_prepay_ids_lead_back_to_their_tenant(tenants: Tenants) -> None:
    """An opaque value says whose it is; an unknown one is nobody's."""
    tenant = tenants.create(NewTenant(), "s")
    with tenant.transaction() as tx:
        order, prepay = an_order("A")
        tx.add_order(order, prepay)
    with tenants.store.transaction("") as tx:
        assert tx.tenant_of_prepay(prepay.prepay_id) == tenant.id
        assert tx.tenant_of_prepay("wx0") is None
    assert tenants.by_token("nothing") is None


@pytest.mark.parametrize(
    "asked",
    [{"id": "a b"}, {"id": "a/b"}, {"id": "商店"}, {"id": "x" * 65}, {"clok": "real"}, {"credentials": {"mchid": "1"}}],
)
def test_a_wish_is_checked_when_it_is_read(asked: dict[str, object]) -> None:
    """An id must fit into a header and a path; names of wishes must exist."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(asked, NewTenant)


def test_an_unknown_setting_makes_no_tenant(tenants: Tenants) -> None:
    """The setting is named, nothing is made."""
    with pytest.raises(msgspec.ValidationError, match="formt"):
        tenants.create(NewTenant(settings={"v2.formt": "legacy"}), "s")

    assert list(tenants) == []
