"""Deliveries: the ladder climbed against a merchant's server, with every attempt kept."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import msgspec
import pytest
from aiohttp import web
from sample_orders import an_order

from sandbox.domain.delivery import Delivery, DeliveryState
from sandbox.domain.order import Payment
from sandbox.notifier.courier import Courier
from sandbox.notifier.deliveries import Deliveries
from sandbox.platform import outbox
from sandbox.platform.clock import Wall
from sandbox.platform.journal import Watchers
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import NewTenant, Tenants
from sandbox.platform.timers import Timers
from sandbox.store import SqliteStore

START = 1_767_225_600_000
LADDER = [0, 15, 30, 60, 240, 840, 2040, 3840, 5640, 7440, 11040, 21840, 32640, 43440, 65040, 86640]
KEY = "sandboxAPIv2key0sandboxAPIv2key0"


class World:
    """A platform whose only part is the notifier, on a file or in memory, and one tenant in it."""

    def __init__(self, url: str, path: Path | None = None) -> None:
        self.url = url
        self.store = SqliteStore(path)
        self.watchers = Watchers()
        self.tenants = Tenants(self.store, Wall(), self.watchers)
        self.courier = Courier()
        self.deliveries = Deliveries(self.courier, self.watchers, lambda tenant: self.timers.wake(tenant), {})
        self.timers = Timers({outbox.NOTIFY: self.deliveries.due}, self.watchers)
        self.tenant = self.tenants.get("default") or self.tenants.create(
            NewTenant(id="default", clock="virtual", start=START, seed="7"), ""
        )

    def pay(self, number: str = "A1", url: str = "") -> str:
        """Store a paid order and book its notification; the delivery's id."""
        tenant = self.tenant
        order, prepay = an_order(number)
        terms = msgspec.structs.replace(order.terms, notify_url=url or f"{self.url}/notify", nonce_str="N")
        payment = Payment(transaction_id=f"4200{number}", time=tenant.clock.now(), openid="o1", user="u1")
        paid = msgspec.structs.replace(order, terms=terms).paid(payment)
        with tenant.transaction() as tx:
            tx.add_order(paid, prepay)
            tx.put_order(paid)
            id = outbox.announce_payment(tx, tenant.ids, paid, tenant.clock.now()).id
        self.timers.wake(tenant)
        return id

    async def settle(self) -> None:
        await self.timers.settle(self.tenant)

    def delivery(self, id: str) -> Delivery:
        with self.tenant.transaction() as tx:
            found = tx.delivery(id)
        assert found is not None
        return found

    def rule(self, when: Moment, do: dict[str, Any], **more: Any) -> None:
        self.tenant.rules.add(RuleSpec(when=when, do=do, **more))

    async def close(self) -> None:
        await self.timers.close()
        await self.courier.close()
        self.store.close()


@pytest.fixture
async def world(shop: Any) -> AsyncIterator[World]:
    """In memory, told to notify the shop."""
    made = World(shop.url)
    yield made
    await made.close()


def signed_with(body: bytes) -> str:
    """Which of the tests' keys signed a notification; empty when none did."""
    fields = {child.tag: child.text or "" for child in fromstring(body)}
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign")
    for key in (KEY, "new" * 10):
        if hashlib.md5(f"{text}&key={key}".encode()).hexdigest().upper() == fields["sign"]:
            return key
    return ""


def after(delivery: Delivery) -> list[int]:
    """The instants of all attempts, in whole seconds after the first."""
    return [(attempt.due - delivery.first_due) // 1000 for attempt in delivery.attempts]


async def test_the_first_attempt_goes_at_once(world: World, shop: Any) -> None:
    """Without an advance; acknowledged, it is the only one, and everything about it is kept."""
    id = world.pay()
    await world.settle()
    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    (post,), (attempt,) = shop.posts, delivery.attempts
    assert (delivery.state, delivery.next_due, delivery.acknowledged) == (DeliveryState.DELIVERED, None, 1)
    assert (attempt.number, attempt.due, attempt.verdict, attempt.reason) == (1, START, "acknowledged", "")
    assert (attempt.url, attempt.request.encode()) == (f"{shop.url}/notify", post.body)
    assert (attempt.status, attempt.response[:18]) == (200, "<xml><return_code>")
    assert "Content-Length" in attempt.response_headers
    assert attempt.took is not None
    assert dict(post.headers).items() >= attempt.request_headers.items()
    assert attempt.request_headers == {
        "Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache",
        "Cache-Control": "no-cache", "Connection": "close",
    }  # fmt: skip
    assert signed_with(post.body) == KEY
    assert world.tenant.clock.now() == START


async def test_the_whole_ladder(world: World, shop: Any) -> None:
    """A merchant who never acknowledges is asked 16 times in 24 h 4 min of the tenant's clock, then given up."""
    shop.answers = [500] * 20
    id = world.pay()

    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    assert after(delivery) == LADDER
    assert [attempt.number for attempt in delivery.attempts] == list(range(1, 17))
    assert {attempt.verdict for attempt in delivery.attempts} == {"refused"}
    assert (delivery.state, delivery.next_due, delivery.acknowledged) == (DeliveryState.GIVEN_UP, None, 0)
    assert world.tenant.clock.now() == START + 86_640_000
    assert len({post.body for post in shop.posts}) == 1
    assert len(shop.posts) == 16


async def test_the_ladder_ends_with_the_acknowledgement(world: World, shop: Any) -> None:
    """Two refusals and a success: three attempts, then silence."""
    shop.answers = [500, b"fail"]
    id = world.pay()

    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    assert after(delivery) == [0, 15, 30]
    assert [attempt.verdict for attempt in delivery.attempts] == ["refused", "refused", "acknowledged"]
    assert delivery.attempts[1].reason.startswith("text that is no XML: 'fail'")


async def test_an_advance_fires_what_is_due_and_no_more(world: World, shop: Any) -> None:
    """After 15 s the second attempt, the third is shown as the next."""
    shop.answers = [500] * 20
    id = world.pay()
    await world.settle()

    await world.timers.advance(world.tenant, 15_000)

    delivery = world.delivery(id)
    assert after(delivery) == [0, 15]
    assert (delivery.state, delivery.next_due) == (DeliveryState.PENDING, START + 30_000)


async def test_two_ladders_do_not_disturb_each_other(world: World, shop: Any) -> None:
    """Two orders paid at different instants climb each by its own steps, in one order of time."""
    shop.answers = [500] * 40
    first = world.pay("A1")
    await world.timers.advance(world.tenant, 20_000)
    second = world.pay("A2")
    await world.timers.drain(world.tenant)

    assert after(world.delivery(first)) == after(world.delivery(second)) == LADDER
    assert world.delivery(second).first_due == START + 20_000
    dues = [a.due for id in (first, second) for a in world.delivery(id).attempts]
    assert world.tenant.clock.now() == max(dues)


async def test_duplicates_arrive_at_once(world: World, shop: Any) -> None:
    """Ten copies, each with an attempt of its own; one acknowledgement is enough, all are counted."""
    world.rule(Moment.NOTIFY_DUE, {"repeat": {"times": 10}}, times=1)
    shop.answers = [500] * 3
    id = world.pay()
    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    assert len(shop.posts) == len(delivery.attempts) == 10
    assert len({post.body for post in shop.posts}) == 1
    assert [attempt.number for attempt in delivery.attempts] == list(range(1, 11))
    assert {attempt.due for attempt in delivery.attempts} == {START}
    assert (delivery.state, delivery.acknowledged) == (DeliveryState.DELIVERED, 7)


async def test_refused_duplicates_are_one_rung(world: World, shop: Any) -> None:
    """When none of the copies is acknowledged, the ladder goes on from one rung, not from three."""
    world.rule(Moment.NOTIFY_DUE, {"repeat": {"times": 3}}, times=1)
    shop.answers = [500] * 30
    id = world.pay()
    await world.timers.drain(world.tenant)

    assert after(world.delivery(id)) == [0, 0, 0, *LADDER[1:]]


async def test_lost_notifications(world: World, shop: Any) -> None:
    """Three lost on the way, the fourth arrives; the lost ones are kept and name the rule."""
    world.rule(Moment.NOTIFY_DUE, {"drop": None}, times=3, name="fog")
    id = world.pay()
    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    assert after(delivery) == [0, 15, 30, 60]
    assert [attempt.verdict for attempt in delivery.attempts] == ["lost"] * 3 + ["acknowledged"]
    assert delivery.attempts[0].reason == "rule 1 fog: drop()"
    assert len(shop.posts) == 1


async def test_a_lost_answer_is_a_failure(world: World, shop: Any) -> None:
    """The merchant acknowledged, the platform did not hear it: the notification comes again."""
    world.rule(Moment.NOTIFY_ANSWERED, {"drop": None}, times=1)
    id = world.pay()
    await world.timers.drain(world.tenant)

    first, second = world.delivery(id).attempts
    assert (first.verdict, second.verdict) == ("refused", "acknowledged")
    assert "the answer was lost on the way (rule 1: drop())" in first.reason
    assert len(shop.posts) == 2


async def test_forged_tampered_rewritten_and_cut(world: World, shop: Any) -> None:
    """Each fault changes the message as it says, once; then the true one comes."""
    world.rule(Moment.NOTIFY_DUE, {"forge": None}, times=1)
    world.rule(Moment.NOTIFY_DUE, {"tamper": {"set": {"total_fee": "1"}}}, times=1, after=1)
    world.rule(Moment.NOTIFY_DUE, {"rewrite": {"set": {"total_fee": "1"}}}, times=1, after=2)
    world.rule(Moment.NOTIFY_READY, {"truncate": {"to": 20}}, times=1, after=3)
    shop.answers = [500] * 4
    world.pay()
    await world.timers.drain(world.tenant)

    forged, tampered, rewritten, cut, true = (post.body for post in shop.posts)
    assert [signed_with(body) for body in (forged, tampered, rewritten, true)] == ["", "", KEY, KEY]
    assert b"<total_fee>199</total_fee>" in forged
    assert b"<total_fee>1</total_fee>" in tampered
    assert b"<total_fee>1</total_fee>" in rewritten
    assert cut == true[:20]


async def test_a_slow_merchant_climbs_the_ladder(world: World, shop: Any) -> None:
    """The limit is real time, the next rung is the tenant's: five seconds late is still 15 s after the first."""
    world.tenant.change_settings({"notify.timeout": 0.1, "notify.ladder": [15]})

    async def respond(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.3)
        return web.Response()

    shop.respond = respond
    id = world.pay()
    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    assert after(delivery) == [0, 15]
    assert [attempt.verdict for attempt in delivery.attempts] == ["unanswered"] * 2
    assert delivery.attempts[0].reason == "no answer within 0.1 s of real time: acknowledge first, work later"


async def test_a_reset_key_signs_from_the_instant_it_is_in_force(world: World, shop: Any) -> None:
    """Reset with 15 minutes' delay in the middle of a ladder: each attempt is signed with the key of its instant."""
    shop.answers = [500] * 20
    world.pay()
    await world.settle()
    tenant = world.tenant
    merchant = tenant.merchants["1900000001"].with_key("new" * 10, now=tenant.clock.now(), delay=15 * 60_000)
    tenant.change_merchant(merchant)

    await world.timers.drain(tenant)

    keys = [signed_with(post.body) for post in shop.posts]
    assert keys == [KEY if at < 900 else "new" * 10 for at in LADDER]
    assert set(keys) == {KEY, "new" * 10}


async def test_a_key_in_force_at_once(world: World, shop: Any) -> None:
    """A reset without delay signs the very next attempt."""
    shop.answers = [500]
    world.pay()
    await world.settle()
    tenant = world.tenant
    tenant.change_merchant(tenant.merchants["1900000001"].with_key("new" * 10, now=tenant.clock.now(), delay=0))

    await world.timers.advance(tenant, 15_000)

    assert [signed_with(post.body) for post in shop.posts] == [KEY, "new" * 10]


async def test_a_public_url_fails_with_the_option_and_a_map_mends_it(world: World, shop: Any) -> None:
    """The attempt's record names the option; with the tenant's map the next rung arrives, Host and query kept."""
    id = world.pay(url="https://203.0.113.7/pay/notify?x=1")
    await world.settle()
    (refused,) = world.delivery(id).attempts
    assert "add --notify-map https://203.0.113.7=http://127.0.0.1:3000" in refused.reason

    world.tenant.change_settings({"notify.map": {"https://203.0.113.7": shop.url}})
    await world.timers.advance(world.tenant, 15_000)

    delivery = world.delivery(id)
    assert (delivery.state, delivery.url) == (DeliveryState.DELIVERED, "https://203.0.113.7/pay/notify?x=1")
    assert delivery.attempts[1].url == f"{shop.url}/pay/notify?x=1"
    assert dict(shop.posts[0].headers)["Host"] == delivery.attempts[1].request_headers["Host"] == "203.0.113.7"


@pytest.mark.parametrize("url", ["http://[bad/x", "http://127.0.0.1:99999/n", "ftp://127.0.0.1/"])
async def test_an_impossible_url_is_a_failed_attempt(world: World, url: str) -> None:
    """It climbs the ladder like any other failure, and holds nothing up."""
    id = world.pay(url=url)
    await world.timers.drain(world.tenant)

    delivery = world.delivery(id)
    assert (delivery.state, after(delivery)) == (DeliveryState.GIVEN_UP, LADDER)
    assert {attempt.verdict for attempt in delivery.attempts} == {"unanswered"}


async def test_strictness_is_the_tenants_choice(world: World, shop: Any) -> None:
    """A BOM before the answer is a warning, or a failure when strict."""
    bom = b"\xef\xbb\xbf<xml><return_code>SUCCESS</return_code></xml>"
    shop.answers = [bom, bom]
    lenient = world.pay("A1")
    await world.settle()
    world.tenant.change_settings({"notify.strict": True})
    strict = world.pay("A2")
    await world.settle()

    (tolerated,), (refused,) = world.delivery(lenient).attempts, world.delivery(strict).attempts
    assert (tolerated.verdict, len(tolerated.warnings)) == ("acknowledged", 1)
    assert (refused.verdict, refused.reason) == ("refused", tolerated.warnings[0])


async def test_resend_after_success_changes_nothing_else(world: World, shop: Any) -> None:
    """One more attempt at the present instant; even when it is refused the delivery stays delivered."""
    shop.answers = []
    id = world.pay()
    await world.settle()
    await world.timers.advance(world.tenant, 60_000)
    shop.answers = [500]

    for _ in range(2):
        await world.deliveries.resend(world.tenant, id)

    delivery = world.delivery(id)
    assert [(a.number, a.verdict) for a in delivery.attempts] == [
        (1, "acknowledged"),
        (2, "refused"),
        (3, "acknowledged"),
    ]
    assert after(delivery) == [0, 60, 60]
    assert (delivery.state, delivery.next_due, delivery.acknowledged) == (DeliveryState.DELIVERED, None, 2)
    with world.tenant.transaction() as tx:
        assert tx.next_timer() is None


async def test_a_refused_resend_leaves_the_ladder_as_it_is(world: World, shop: Any) -> None:
    """Between two rungs: the next rung comes when it would have come, once."""
    shop.answers = [500] * 30
    id = world.pay()
    await world.settle()
    await world.timers.advance(world.tenant, 5_000)

    await world.deliveries.resend(world.tenant, id)
    assert world.delivery(id).next_due == START + 15_000
    await world.timers.drain(world.tenant)

    assert after(world.delivery(id)) == [0, 5, *LADDER[1:]]


async def test_an_acknowledged_resend_ends_the_ladder(world: World, shop: Any) -> None:
    """Nothing is due any more."""
    shop.answers = [500]
    id = world.pay()
    await world.settle()

    await world.deliveries.resend(world.tenant, id)
    await world.timers.drain(world.tenant)

    assert (after(world.delivery(id)), world.delivery(id).state) == ([0, 0], DeliveryState.DELIVERED)


async def test_what_was_given_up_can_be_resent(world: World, shop: Any) -> None:
    """After the ladder's end one more attempt may still be acknowledged."""
    world.tenant.change_settings({"notify.ladder": []})
    shop.answers = [500, 500]
    id = world.pay()
    await world.settle()
    assert world.delivery(id).state is DeliveryState.GIVEN_UP

    await world.deliveries.resend(world.tenant, id)
    assert world.delivery(id).state is DeliveryState.GIVEN_UP
    await world.deliveries.resend(world.tenant, id)

    assert world.delivery(id).state is DeliveryState.DELIVERED


async def test_a_resend_beside_an_attempt_that_is_out(world: World, shop: Any) -> None:
    """Both, and the copies of one, are kept under numbers of their own; none stays without a verdict."""
    world.rule(Moment.NOTIFY_DUE, {"repeat": {"times": 3}}, times=1)
    gate = asyncio.Event()

    async def respond(request: web.BaseRequest) -> web.Response:
        if len(shop.posts) <= 3:
            await gate.wait()
        return web.Response(status=500)

    shop.respond = respond
    id = world.pay()
    async with asyncio.timeout(5):
        while len(shop.posts) < 3:  # noqa: ASYNC110 the shop has no bell
            await asyncio.sleep(0.005)
    await world.deliveries.resend(world.tenant, id)
    assert [a.verdict for a in world.delivery(id).attempts] == ["", "refused"]
    gate.set()
    await world.settle()

    delivery = world.delivery(id)
    assert [(a.number, a.verdict) for a in delivery.attempts] == [(n, "refused") for n in range(1, 5)]
    assert delivery.next_due == START + 15_000


async def test_a_tenant_emptied_during_an_attempt(world: World, shop: Any) -> None:
    """The attempt's end finds nothing to record and does no harm."""
    gate = asyncio.Event()

    async def respond(request: web.BaseRequest) -> web.Response:
        await gate.wait()
        return web.Response()

    shop.respond = respond
    id = world.pay()
    await asyncio.sleep(0.05)
    world.tenants.reset(world.tenant)
    gate.set()
    await world.settle()

    with world.tenant.transaction() as tx:
        assert (tx.delivery(id), tx.next_timer()) == (None, None)


async def test_watchers_hear_of_each_attempt(world: World, shop: Any) -> None:
    """A delivery is an event with its verdict."""
    async with world.watchers.listen(lambda event: event.kind == "delivery") as events:
        id = world.pay()
        event = await asyncio.wait_for(anext(events), 2)

    assert (event.id, event.text) == (id, "payment of A1: acknowledged")


class TestRestart:
    """A file, a process that ends, and another that takes over."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "s.sqlite"

    async def test_pending_rungs_are_climbed_after_a_restart(self, shop: Any, path: Path) -> None:
        """What was due later is due later still; nothing is sent twice."""
        shop.answers = [500] * 20
        world = World(shop.url, path)
        id = world.pay()
        await world.settle()
        await world.timers.advance(world.tenant, 30_000)
        await world.close()

        world = World(shop.url, path)
        assert world.deliveries.recover(world.tenant) == 0
        await world.timers.drain(world.tenant)

        assert after(world.delivery(id)) == LADDER
        assert len(shop.posts) == 16
        await world.close()

    async def test_an_interrupted_attempt_counts_as_failed(self, shop: Any, path: Path) -> None:
        """The process ended while the attempt was out: it is recorded as interrupted, and the next rung follows."""

        async def respond(request: web.BaseRequest) -> web.Response:
            if len(shop.posts) == 1:
                await asyncio.sleep(3600)
            return web.Response(body=b"<xml><return_code>SUCCESS</return_code></xml>")

        shop.respond = respond
        world = World(shop.url, path)
        id = world.pay()
        await asyncio.sleep(0.05)
        assert [attempt.verdict for attempt in world.delivery(id).attempts] == [""]
        await world.close()

        world = World(shop.url, path)
        assert world.deliveries.recover(world.tenant) == 1
        await world.timers.drain(world.tenant)

        delivery = world.delivery(id)
        assert after(delivery) == [0, 15]
        assert [attempt.verdict for attempt in delivery.attempts] == ["interrupted", "acknowledged"]
        assert delivery.attempts[0].reason == "the sandbox stopped during the attempt"
        assert world.deliveries.recover(world.tenant) == 0
        await world.close()

    async def test_the_last_rung_interrupted_is_the_end(self, shop: Any, path: Path) -> None:
        """An interrupted attempt at the ladder's top gives the delivery up."""

        async def respond(request: web.BaseRequest) -> web.Response:
            await asyncio.sleep(3600)
            return web.Response()

        shop.respond = respond
        world = World(shop.url, path)
        world.tenant.change_settings({"notify.ladder": []})
        id = world.pay()
        await asyncio.sleep(0.05)
        await world.close()

        world = World(shop.url, path)
        world.deliveries.recover(world.tenant)

        assert world.delivery(id).state is DeliveryState.GIVEN_UP
        await world.close()


async def test_many_at_once(world: World, shop: Any) -> None:
    """Two hundred payments at one instant are all delivered, once each."""
    ids = [world.pay(f"N{n}") for n in range(200)]
    await world.settle()

    assert {world.delivery(id).state for id in ids} == {DeliveryState.DELIVERED}
    numbers = [fromstring(post.body).findtext("out_trade_no") for post in shop.posts]
    assert sorted(map(str, numbers)) == sorted(f"N{n}" for n in range(200))
