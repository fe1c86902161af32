"""The way of a request through the gateway: decode, identify, admit, handle in one transaction, encode."""

import asyncio
import time
from collections.abc import Callable, Sequence, Set
from concurrent.futures import Executor

from sandbox.doctor.refusal import header
from sandbox.errors import Refusal
from sandbox.gateway import asked
from sandbox.gateway.diagnosis import diagnose, give_up
from sandbox.gateway.dialects.dialect import Dialect
from sandbox.gateway.second_opinion import SecondOpinions
from sandbox.gateway.spec import Call, Catalogue, Reply, nowhere
from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import BAD_GATEWAY, Wire, WireReply, page
from sandbox.platform.journal import Exchange, Journal
from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.tenants import Tenant, Tenants

DIAGNOSIS_HEADER = "Sandbox-Diagnosis"


class UndeclaredError(AssertionError):
    """A handler refused with a row that its endpoint does not declare."""


class Pipeline:
    """The gateway without a socket: a `Wire` in, a `WireReply` out.

    `wake(tenant)` is told when a handler booked a timer. `executor`: handlers run in its threads. `strict`: an
    undeclared refusal stops the request with UndeclaredError.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        dialects: Sequence[Dialect],
        tenants: Tenants,
        *,
        wake: Callable[[Tenant], None],
        executor: Executor | None = None,
        strict: bool = False,
    ) -> None:
        self.catalogue = catalogue
        self._dialects = {dialect.name: dialect for dialect in dialects}
        self._owners = tuple(dialects)
        self._tenants = tenants
        self._wake = wake
        self._executor = executor
        self._strict = strict
        self._opinions = SecondOpinions()
        self.homes: dict[int, str] = {}  # where /_sandbox/ is for those who came to this port under other names

    def close(self) -> None:
        """Look no further into what was refused."""
        self._opinions.close()

    async def serve(self, wire: Wire) -> WireReply:
        """Answer a request and write it into the journal."""
        started = time.perf_counter_ns()
        place = self.catalogue.find(wire.path)
        if place is None:
            return self._unknown(wire, started)
        endpoint = place.by_method.get(wire.method) or next(iter(place.by_method.values()))
        dialect = self._dialects[endpoint.dialect]
        visit = Visit(wire, endpoint, place.values)
        unheard = dialect.wrong_method() if wire.method not in place.by_method else None
        if unheard is not None:
            self._record(dialect, visit, unheard, started)
            return unheard
        try:
            reply = await self._answer(dialect, visit)
        except Refusal as refusal:
            reply = self._refused(dialect, visit, refusal)
        if visit.tenant is not None and visit.tenant.rules.watches(Moment.REPLY_SIGNED):
            reply = await self._signed(visit, visit.tenant, reply)
        self._record(dialect, visit, reply, started)
        return reply

    async def _answer(self, dialect: Dialect, visit: Visit) -> WireReply:
        dialect.decode(visit)
        dialect.identify(visit, self._tenants)
        tenant = visit.tenant
        concerned = tenant is not None and asked.concerns(visit, tenant)
        if tenant is not None and concerned:
            asked.mark(visit, tenant)
        if tenant is not None and tenant.rules.watches(Moment.REQUEST_RECEIVED):
            cut = await self._fire(visit, tenant, Moment.REQUEST_RECEIVED)
            if cut is not None:
                return cut
        dialect.admit(visit)
        assert visit.tenant is not None
        tenant = visit.tenant
        if concerned:
            asked.mark(visit, tenant)  # again: APIv3's body is read only when its signature was right
            await asked.refuse(visit, tenant)
        if tenant.rules.watches(Moment.REQUEST_VERIFIED):
            cut = await self._fire(visit, tenant, Moment.REQUEST_VERIFIED)
            if cut is not None:
                return cut
        if self._executor is None:
            reply = self._run(visit, tenant)
        else:
            reply = await asyncio.get_running_loop().run_in_executor(self._executor, self._run, visit, tenant)
        if tenant.rules.watches(Moment.REPLY_READY):
            cut = await self._fire(visit, tenant, Moment.REPLY_READY)
            if cut is not None:
                return cut
        if reply.late:
            await self._tenants.wall.sleep(reply.late)
        if reply.refusal is not None:
            raise reply.refusal
        return dialect.encode(visit, reply)

    def _run(self, visit: Visit, tenant: Tenant) -> Reply:
        with tenant.transaction() as tx:
            visit.now = tenant.clock.now()
            call = Call(
                tx=tx,
                now=visit.now,
                ids=tenant.ids,
                tenant=tenant,
                settings=tenant.settings,
                fields=visit.fields,
                merchant=visit.merchant,
                app=visit.app,
                body=visit.body or {},
                base_url=visit.wire.base_url,
                negative_test=visit.wire.headers.get(asked.NEGATIVE_TEST, ""),
            )
            reply = visit.endpoint.handler(call, visit.form)
        if tx.booked:
            self._wake(tenant)
        return reply

    async def _fire(self, visit: Visit, tenant: Tenant, moment: Moment) -> WireReply | None:
        """Let rules act; a reply when they cut the request short. Raises Refusal when one names an error."""
        occasion = await tenant.rules.fire(Occasion(moment, visit.tags, tenant.wall, visit.called))
        visit.notes += occasion.notes
        visit.occasion = occasion
        visit.verifiable = not occasion.spoils(visit.endpoint.dialect)
        if occasion.dropped or occasion.reset is not None:
            return WireReply(dropped=True, reset=occasion.reset)
        if occasion.status is not None:
            return page(occasion.status, BAD_GATEWAY if occasion.status == 502 else str(occasion.status))
        if occasion.problem is not None:
            raise Refusal(occasion.problem, by_rule=occasion.problem_code)
        return None

    async def _signed(self, visit: Visit, tenant: Tenant, reply: WireReply) -> WireReply:
        occasion = Occasion(Moment.REPLY_SIGNED, visit.tags, tenant.wall, visit.called)
        occasion.body = reply.body
        await tenant.rules.fire(occasion)
        visit.notes += occasion.notes
        visit.verifiable &= occasion.body == reply.body and not occasion.spoils(visit.endpoint.dialect)
        if occasion.status is not None:
            return page(occasion.status, str(occasion.status))
        return WireReply(
            status=reply.status,
            headers=_without(occasion.without, {**reply.headers, **occasion.headers}),
            body=occasion.body,
            dropped=reply.dropped or occasion.dropped or occasion.reset == 0,
            trickle=occasion.trickle,
            reset=occasion.reset if occasion.reset is not None else reply.reset,
        )

    def _refused(self, dialect: Dialect, visit: Visit, refusal: Refusal) -> WireReply:
        visit.problem = refusal.row.name
        by_rule = visit.occasion is not None and visit.occasion.problem is refusal.row
        if self._strict and not by_rule and refusal.row not in (*dialect.common, *visit.endpoint.raises):
            raise UndeclaredError(f"{visit.endpoint.name} answered {refusal.row.name}; add it to raises=(…)")
        visit.diagnosis = diagnose(visit, refusal)
        return dialect.refuse(visit, refusal)

    def _unknown(self, wire: Wire, started: int) -> WireReply:
        dialect = next(dialect for dialect in self._owners if dialect.owns(wire.path))
        visit = Visit(wire, nowhere(dialect.name, wire))
        reply, refusal = dialect.unknown(visit, self._tenants)
        if refusal is not None:
            visit.problem, visit.diagnosis = refusal.row.name, diagnose(visit, refusal)
        self._record(dialect, visit, reply, started)
        return reply

    def _record(self, dialect: Dialect, visit: Visit, reply: WireReply, started: int) -> None:
        wire, tenant = visit.wire, visit.tenant
        target, request, response = dialect.masked(wire, reply)
        exchange = Exchange(
            tenant="" if tenant is None else tenant.id,
            at=self._tenants.wall.now(),
            instant=visit.now,
            endpoint=visit.endpoint.name,
            method=wire.method,
            target=target,
            remote=wire.remote,
            request_headers=wire.headers,
            request=request,
            status=0 if reply.dropped else reply.status,
            response_headers=reply.headers,
            response=response,
            tags=visit.tags,
            problem=visit.problem,
            said=visit.said,
            diagnosis=visit.diagnosis,
            notes=visit.notes,
            verifiable=visit.verifiable,
            took_us=(time.perf_counter_ns() - started) // 1000,
        )
        journal = self._tenants.unclaimed if tenant is None else tenant.journal
        journal.add(exchange)
        if visit.diagnosis is not None and visit.diagnosis.pending:
            self._look_further(visit, journal, exchange)
        if visit.diagnosis is not None:
            url = f"{self.homes.get(wire.port, wire.base_url)}/_sandbox/exchanges/{exchange.id}"
            reply.headers[DIAGNOSIS_HEADER] = header(visit.diagnosis.code, visit.diagnosis.summary, url)

    async def considered(self, seconds: float) -> None:
        """Wait until no diagnosis in the journal is pending, at most so long."""
        await self._opinions.heard(seconds)

    def _look_further(self, visit: Visit, journal: Journal, exchange: Exchange) -> None:
        assert visit.diagnosis is not None
        assert visit.chart is not None
        if self._opinions.full:
            visit.diagnosis = exchange.diagnosis = give_up(visit.diagnosis)
        else:
            self._opinions.ask(journal, exchange, visit.chart)


def _without(names: Set[str], headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}
