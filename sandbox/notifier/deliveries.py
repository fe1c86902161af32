"""Deliveries: each attempt is stored before it is sent and its verdict after, then the ladder goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from sandbox.domain.delivery import Attempt, Delivery, DeliveryState
from sandbox.notifier import ladder
from sandbox.notifier.composers import COMPOSERS
from sandbox.notifier.courier import Answer, Courier
from sandbox.notifier.detours import Held, old_letter, other_merchant
from sandbox.notifier.letter import Letter, Writing
from sandbox.notifier.verdict import Verdict, v2_verdict, v3_verdict
from sandbox.platform import outbox
from sandbox.platform.journal import Event, Watchers
from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.rules import Rule
from sandbox.platform.tenants import Tenant
from sandbox.store import Transaction
from sandbox.store.transaction import Timer

KEPT = 64 * 1024  # characters of a message that an attempt keeps
BESIDE = 0  # the number of an attempt that is no rung, until it is recorded
HEADERS = {
    "User-Agent": "Mozilla/4.0",
    "Accept": "*/*",
    "Pragma": "no-cache",
    "Cache-Control": "no-cache",
    "Connection": "close",
}

NOTHING = Letter({}, b"")


class Deliveries:
    """Makes the attempts. `prefixes` is the sandbox's own notify map, below each tenant's."""

    def __init__(
        self, courier: Courier, watchers: Watchers, wake: Callable[[Tenant], None], prefixes: dict[str, str]
    ) -> None:
        self._courier = courier
        self._watchers = watchers
        self._wake = wake
        self._prefixes = prefixes
        self._held = Held()

    def due(self, tenant: Tenant, tx: Transaction, timer: Timer) -> Coroutine[Any, Any, None] | None:
        """The timer's handler: store the attempt, and return the sending."""
        delivery = tx.delivery(timer.subject)
        if delivery is None or delivery.state is not DeliveryState.PENDING:
            return None
        attempt = Attempt(number=len(delivery.attempts) + 1, due=timer.due, at=tenant.wall.now())
        attempts = (*delivery.attempts, attempt)
        tx.put_delivery(msgspec.structs.replace(delivery, attempts=attempts, rung=delivery.rung + 1, next_due=None))
        return self._send(tenant, delivery.id, attempt)

    async def resend(self, tenant: Tenant, id: str, once: Rule | None = None) -> None:
        """One more attempt now, beside the ladder: when it fails nothing changes, when it succeeds the ladder ends.

        `once` goes wrong with this attempt only.
        """
        await self._send(tenant, id, Attempt(number=BESIDE, due=tenant.clock.now(), at=tenant.wall.now()), once)

    def recover(self, tenant: Tenant) -> int:
        """After a crash: an attempt without a verdict counts as failed and climbs the ladder. How many there were."""
        with tenant.transaction() as tx:
            open_ones = [
                delivery
                for delivery in tx.deliveries(state=DeliveryState.PENDING, limit=1_000_000)
                if delivery.next_due is None
            ]
            for delivery in open_ones:
                last = next(attempt for attempt in delivery.attempts if not attempt.verdict)
                lost = msgspec.structs.replace(
                    last, verdict="interrupted", reason="the sandbox stopped during the attempt", url=delivery.url
                )
                self._conclude(tenant, tx, delivery, [lost], Verdict(False, lost.reason))
        return len(open_ones)

    async def _send(self, tenant: Tenant, id: str, attempt: Attempt, once: Rule | None = None) -> None:
        occasion, delivery, letter = await self._prepare(tenant, id, once)
        if delivery is None:
            return
        if occasion.dropped or occasion.behind:
            said = "held" if occasion.behind else "lost"
            made = [msgspec.structs.replace(attempt, verdict=said, reason=", ".join(occasion.notes), url=delivery.url)]
            self._finish(tenant, id, made, Verdict(False, said))
            if occasion.behind:
                self._held.hold(tenant, id, occasion.behind)
            return
        answers = await self._carry_all(tenant, delivery, occasion, letter)
        judged = [(answer, self._judge(tenant, delivery, answer)) for answer in answers]
        verdict = next((v for _, v in judged if v.accepted), judged[0][1])
        if occasion.replayed:
            verdict = Verdict(False, "an old notification was sent in its place")
        if tenant.rules.watches(Moment.NOTIFY_ANSWERED):
            after = Occasion(Moment.NOTIFY_ANSWERED, occasion.tags, tenant.wall, occasion.called)
            await tenant.rules.fire(after)
            if after.dropped:
                verdict = Verdict(False, f"the answer was lost on the way ({', '.join(after.notes)})")
                judged = [(answer, verdict) for answer, _ in judged]
        made = [_attempt(attempt, n, letter, answer, v, occasion) for n, (answer, v) in enumerate(judged)]
        self._finish(tenant, id, made, verdict)
        if self._held.release(tenant, delivery):
            self._wake(tenant)

    async def ask(self, tenant: Tenant, url: str, body: bytes) -> Answer:
        """Put a question to a merchant, once: no ladder, no record, an answer."""
        notify = tenant.settings.notify
        headers = {"Content-Type": notify.v2_content_type, **HEADERS}
        return await self._courier.carry(url, headers, body, notify=notify, prefixes={**self._prefixes, **notify.map})

    async def _prepare(self, tenant: Tenant, id: str, once: Rule | None) -> tuple[Occasion, Delivery | None, Letter]:
        with tenant.transaction() as tx:
            delivery = tx.delivery(id)
            tags = {} if delivery is None else _tags(tenant, tx, delivery)
        called = frozenset(tenant.settings.rules.called(tags))
        occasion = Occasion(Moment.NOTIFY_DUE, tags, tenant.wall, called)
        if delivery is None:
            return occasion, None, NOTHING
        await _fire(tenant, occasion, once)
        letter = self._write(tenant, delivery, occasion)
        if letter is None:
            return occasion, None, NOTHING
        if once is not None or tenant.rules.watches(Moment.NOTIFY_READY):
            ready = Occasion(Moment.NOTIFY_READY, occasion.tags, tenant.wall, occasion.called)
            ready.body = letter.body
            await _fire(tenant, ready, once)
            occasion.headers.update(ready.headers)
            occasion.notes += ready.notes
            occasion.without |= ready.without
            spoilt = ready.body != letter.body or ready.spoils(delivery.dialect)
            letter = Letter(letter.headers, ready.body, letter.verifiable and not spoilt)
        return occasion, delivery, letter

    def _write(self, tenant: Tenant, delivery: Delivery, occasion: Occasion) -> Letter | None:
        """Signed and encrypted with what is in force at this instant."""
        with tenant.transaction() as tx:
            if occasion.replayed and (old := old_letter(tx, delivery, occasion.replayed)) is not None:
                return old
            merchant = tenant.merchants[delivery.mchid]
            if occasion.merchant:
                merchant = other_merchant(tenant, occasion, delivery) or merchant
            writing = Writing(
                tenant=tenant,
                tx=tx,
                merchant=merchant,
                delivery=delivery,
                occasion=occasion,
                now=tenant.clock.now(),
            )
            return COMPOSERS[delivery.event, delivery.dialect](writing)

    async def _carry_all(self, tenant: Tenant, delivery: Delivery, occasion: Occasion, letter: Letter) -> list[Answer]:
        copies = [self._carry(tenant, delivery, occasion, letter) for _ in range(occasion.copies)]
        return [await one for one in copies] if occasion.one_by_one else await asyncio.gather(*copies)

    async def _carry(self, tenant: Tenant, delivery: Delivery, occasion: Occasion, letter: Letter) -> Answer:
        notify = tenant.settings.notify
        headers = {**letter.headers, **HEADERS, **occasion.headers}
        headers = {name: value for name, value in headers.items() if name not in occasion.without}
        prefixes = {**self._prefixes, **notify.map}
        return await self._courier.carry(delivery.url, headers, letter.body, notify=notify, prefixes=prefixes)

    def _judge(self, tenant: Tenant, delivery: Delivery, answer: Answer) -> Verdict:
        if answer.status is None:
            return Verdict(False, answer.failure)
        judge = v3_verdict if delivery.dialect == "v3" else v2_verdict
        return judge(answer.status, answer.body, strict=tenant.settings.notify.strict)

    def _finish(self, tenant: Tenant, id: str, made: list[Attempt], verdict: Verdict) -> None:
        with tenant.transaction() as tx:
            delivery = tx.delivery(id)
            if delivery is None:
                return  # the tenant was reset meanwhile
            self._conclude(tenant, tx, delivery, made, verdict)
        if tx.booked:
            self._wake(tenant)
        if self._watchers:
            text = f"{delivery.event} of {delivery.subject}: {made[0].verdict} {made[0].reason}".rstrip()
            self._watchers.tell(Event(kind="delivery", tenant=tenant.id, id=id, text=text))

    def _conclude(
        self, tenant: Tenant, tx: Transaction, delivery: Delivery, made: list[Attempt], verdict: Verdict
    ) -> None:
        """Record the attempts, the first in the place of the open one; then go on, or end."""
        state, due = delivery.state, delivery.next_due
        if verdict.accepted:
            state, due = DeliveryState.DELIVERED, None
            tx.cancel_timers(outbox.NOTIFY, delivery.id)
        elif made[0].number != BESIDE and state is DeliveryState.PENDING:
            due = ladder.next_due(delivery.event, delivery.rung, made[0].due, tenant.settings)
            if due is None:
                state = DeliveryState.GIVEN_UP
            else:
                tx.book(due, outbox.NOTIFY, delivery.id)
        accepted = sum(one.verdict == "acknowledged" for one in made)
        kept = {one.number: one for one in delivery.attempts}
        for n, one in enumerate(made):
            number = one.number if n == 0 and one.number != BESIDE else len(kept) + 1
            kept[number] = msgspec.structs.replace(one, number=number)
        attempts = tuple(kept[number] for number in sorted(kept))
        tx.put_delivery(
            msgspec.structs.replace(
                delivery, attempts=attempts, state=state, next_due=due, acknowledged=delivery.acknowledged + accepted
            )
        )


async def _fire(tenant: Tenant, occasion: Occasion, once: Rule | None) -> None:
    """Let the rules in force act, then what is to go wrong this once."""
    if tenant.rules.watches(occasion.moment):
        await tenant.rules.fire(occasion)
    if once is not None and once.spec.when is occasion.moment:
        await once.act(occasion)


def _tags(tenant: Tenant, tx: Transaction, delivery: Delivery) -> dict[str, str]:
    """What rules compare; the order's own are looked up only when somebody asks."""
    concerned = delivery.out_trade_no and (tenant.rules.in_force or tenant.settings.rules.magic)
    order = tx.order(delivery.mchid, delivery.out_trade_no) if concerned else None
    terms = (
        {}
        if order is None
        else {
            "appid": order.terms.appid,
            "openid": order.terms.openid or "",
            "attach": order.terms.attach or "",
            "amount": str(order.terms.total),
        }
    )
    return {
        **terms,
        "event": delivery.event,
        "mchid": delivery.mchid,
        "out_trade_no": delivery.out_trade_no,
        "subject": delivery.subject,
        "dialect": delivery.dialect,
    }


def _attempt(
    attempt: Attempt, copy: int, letter: Letter, answer: Answer, verdict: Verdict, occasion: Occasion
) -> Attempt:
    said = "acknowledged" if verdict.accepted else "refused" if answer.status is not None else "unanswered"
    return msgspec.structs.replace(
        attempt,
        verdict=said,
        reason=verdict.reason or (", ".join(occasion.notes) if copy == 0 else ""),
        url=answer.url,
        request=letter.body.decode("utf-8", "replace")[:KEPT],
        request_headers=answer.request_headers,
        status=answer.status,
        response=answer.body.decode("utf-8", "replace")[:KEPT],
        response_headers=answer.headers,
        warnings=verdict.warnings,
        took=answer.took,
        verifiable=letter.verifiable,
    )
