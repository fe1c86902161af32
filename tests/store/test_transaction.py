"""Transactions: all or nothing, one at a time from any thread, one tenant's records."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sample_orders import an_order

from sandbox.domain.merchant import ApiKey, App, Merchant
from sandbox.domain.order import Order, Payment
from sandbox.domain.user import User
from sandbox.store import SqliteStore
from sandbox.store.schema import OWNED
from sandbox.store.transaction import RuleRow


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    """A store in memory and one in a file."""
    store = SqliteStore(tmp_path / "s.sqlite" if request.param == "file" else None)
    yield store
    store.close()


def test_what_raises_leaves_nothing(store: SqliteStore) -> None:
    """A block that raises undoes all its statements; the store goes on."""

    def fail() -> None:
        with store.transaction("t") as tx:
            tx.add_order(*an_order("A"))
            tx.book(1, "notify", "x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with store.transaction("t") as tx:
        assert tx.order("1900000001", "A") is None
        assert tx.next_timer() is None
        tx.add_order(*an_order("B"))
    with store.transaction("t") as tx:
        assert tx.order("1900000001", "B") == an_order("B")[0]


def test_an_order_is_added_once(store: SqliteStore) -> None:
    """A second order of one number is not stored, nor is its prepay_id: the first stays as it is."""
    first, second = an_order("A"), an_order("A")
    changed = msgspec.structs.replace(second[0], posts=7), msgspec.structs.replace(second[1], prepay_id="other")
    with store.transaction("t") as tx:
        assert tx.add_order(*first) is True
        assert tx.add_order(*changed) is False
        assert tx.order("1900000001", "A") == first[0]
        assert tx.prepay("other") is None


def test_a_statement_that_fails_undoes_its_transaction(store: SqliteStore) -> None:
    """The same order stored twice violates a key: the second transaction is undone, the first stays."""
    with store.transaction("t") as tx:
        tx.add_order(*an_order("A"))

    def add_again() -> None:
        with store.transaction("t") as tx:
            tx.count("c")
            tx.add_bare_order(an_order("A")[0])

    with pytest.raises(sqlite3.IntegrityError):
        add_again()

    with store.transaction("t") as tx:
        assert tx.count("c") == 1


def test_transactions_do_not_nest(store: SqliteStore) -> None:
    """One inside another is a mistake that raises at once instead of waiting for itself; both are undone."""

    def nest() -> None:
        with store.transaction("t") as outer:
            outer.count("c")
            with store.transaction("t"):
                pass

    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        nest()

    with store.transaction("t") as tx:
        assert tx.count("c") == 1


def test_many_threads_count_every_number_once(store: SqliteStore) -> None:
    """Transactions of several threads take turns: no number is drawn twice and none is left out."""

    def draw(_: int) -> int:
        with store.transaction("t") as tx:
            return tx.count("n")

    with ThreadPoolExecutor(max_workers=8) as pool:
        drawn = sorted(pool.map(draw, range(400)))

    assert drawn == list(range(1, 401))


def test_a_thread_sees_what_another_committed(store: SqliteStore) -> None:
    """An order stored by one thread is read by another."""

    def add() -> None:
        with store.transaction("t") as tx:
            tx.add_order(*an_order("A"))

    def read() -> Order | None:
        with store.transaction("t") as tx:
            return tx.order("1900000001", "A")

    with ThreadPoolExecutor(max_workers=1) as one, ThreadPoolExecutor(max_workers=1) as other:
        one.submit(add).result()
        assert other.submit(read).result() == an_order("A")[0]


def test_tenants_do_not_see_each_other(store: SqliteStore) -> None:
    """The same numbers live in two tenants; what one empties the other keeps."""
    order, prepay = an_order("A")
    theirs = msgspec.structs.replace(prepay, prepay_id="other", code_url="w://other")
    with store.transaction("one") as tx:
        tx.add_order(order, prepay)
        tx.book(1, "notify", "x")
        tx.put_rule(RuleRow(1, 0, 0, b""))
    with store.transaction("two") as tx:
        assert (tx.order("1900000001", "A"), tx.prepay(prepay.prepay_id), tx.next_timer()) == (None, None, None)
        assert (tx.prepay_by_code_url(prepay.code_url), list(tx.rules()), tx.orders()) == (None, [], [])
        tx.add_order(msgspec.structs.replace(order, prepay_id="other"), theirs)
        tx.empty_tenant()

    with store.transaction("one") as tx:
        assert tx.order("1900000001", "A") == order
        assert tx.prepay_by_code_url(prepay.code_url) == prepay
        assert tx.tenant_of_prepay(prepay.prepay_id) == "one"
        assert len(list(tx.rules())) == 1


def test_dropping_a_tenant_empties_every_table(store: SqliteStore) -> None:
    """Nothing of a dropped tenant stays behind, whatever it had; a neighbour keeps everything."""
    for tenant, mchid in (("one", "1900000001"), ("two", "1900000002")):
        with store.transaction(tenant) as tx:
            tx.put_tenant(b"")
            tx.put_merchant(Merchant(tenant=tenant, mchid=mchid, name="", api_keys=(ApiKey("k", 0),), apiv3_key=""))
            tx.put_app(App(tenant=tenant, appid=f"wx{mchid}", secret=""))
            tx.put_user(User(tenant=tenant, id="u", unionid="", openids={"wx": f"o{mchid}"}))
            tx.put_session_key("o", "k")
            tx.add_order(*an_order("A", mchid))
            tx.book(1, "notify", "x")
            tx.put_rule(RuleRow(1, 0, 0, b""))
            tx.count("c")

    with store.transaction("one") as tx:
        tx.drop_tenant()

    def rows(tenant: str) -> dict[str, int]:
        count = "SELECT count(*) FROM {} WHERE tenant = ?"
        return {table: store._db.execute(count.format(table), (tenant,)).fetchone()[0] for table in OWNED}

    with store.transaction("two") as tx:
        assert [id for id, _ in tx.tenants()] == ["two"]
    assert set(rows("one").values()) == {0}
    kept = {table for table, count in rows("two").items() if count}
    assert kept == {
        "merchants",
        "apps",
        "users",
        "openids",
        "session_keys",
        "orders",
        "prepays",
        "timers",
        "rules",
        "counters",
    }


def test_merchants_and_apps_keep_the_order_in_which_they_came(store: SqliteStore) -> None:
    """The first one stays the first, whatever its number and however often it is changed."""
    with store.transaction("t") as tx:
        for mchid in ("1999999999", "1900000001"):
            tx.put_merchant(Merchant(tenant="t", mchid=mchid, name="", api_keys=(ApiKey("k", 0),), apiv3_key=""))
            tx.put_app(App(tenant="t", appid=f"wx{mchid}", secret=""))
        tx.put_merchant(Merchant(tenant="t", mchid="1999999999", name="new", api_keys=(ApiKey("k", 0),), apiv3_key=""))
        tx.put_app(App(tenant="t", appid="wx1999999999", secret="new"))

        assert [(one.mchid, one.name) for one in tx.merchants()] == [("1999999999", "new"), ("1900000001", "")]
        assert [(one.appid, one.secret) for one in tx.apps()] == [("wx1999999999", "new"), ("wx1900000001", "")]


def test_timers_come_by_due_time_then_by_age(store: SqliteStore) -> None:
    """The earliest is next; of two due together, the one booked first."""
    with store.transaction("t") as tx:
        for due, subject in ((30, "c"), (10, "a"), (20, "b"), (10, "a2")):
            tx.book(due, "notify", subject)
        seen = []
        while (timer := tx.next_timer()) is not None:
            seen.append((timer.due, timer.subject))
            tx.cancel_timer(timer.id)

    assert seen == [(10, "a"), (10, "a2"), (20, "b"), (30, "c")]


def test_an_order_keeps_its_payment(store: SqliteStore) -> None:
    """A paid order is found by the platform's number and reads back whole."""
    order, prepay = an_order("A")
    paid = order.paid(Payment(transaction_id="42", time=7, openid="o", user="u"))
    with store.transaction("t") as tx:
        tx.add_order(order, prepay)
        tx.put_order(paid)

        assert tx.order_by_transaction("42") == paid
        assert tx.order_by_transaction("43") is None
