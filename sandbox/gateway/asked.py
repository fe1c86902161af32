"""What a request asks for by name, so that it goes wrong: in a header, or with a value that its tenant calls magic."""

from collections.abc import Mapping
from typing import Any

from sandbox.domain.rehearsal import NEGATIVE
from sandbox.errors import Refusal
from sandbox.gateway.visit import Visit
from sandbox.platform.faults.fail import Fail
from sandbox.platform.moments import Moment, Occasion
from sandbox.platform.tenants import Tenant

NEGATIVE_TEST = "Wechatpay-Negative-Test"


def concerns(visit: Visit, tenant: Tenant) -> bool:
    """Whether anybody wants to know what the request carries: the cheap question of the hot path."""
    return bool(tenant.rules.in_force or tenant.settings.rules.magic or NEGATIVE_TEST in visit.wire.headers)


def mark(visit: Visit, tenant: Tenant) -> None:
    """Tag the visit with its amount, attach, openid and out_refund_no, and note the names that it calls."""
    body = visit.body if visit.body else visit.fields
    for tag, value in _carried(body).items():
        if value not in (None, ""):
            visit.tags[tag] = str(value)
    header = visit.wire.headers.get(NEGATIVE_TEST, "")
    names = [name.strip() for name in header.split(",") if name.strip()]
    visit.called = frozenset([*names, *tenant.settings.rules.called(visit.tags)])


async def refuse(visit: Visit, tenant: Tenant) -> None:
    """A name that is an error of the catalogue's, and no rule's, is answered with it. Raises Refusal."""
    for name in sorted(visit.called - NEGATIVE.keys()):
        if tenant.rules.named(name):
            continue
        occasion = Occasion(Moment.REQUEST_VERIFIED, visit.tags, tenant.wall)
        try:
            await Fail(problem=name).act(occasion)
        except ValueError as unknown:
            visit.notes.append(
                f"{NEGATIVE_TEST} or a magic value: {unknown}; nor is there a rule of that name (by_name)"
            )
        visit.notes += occasion.notes
        if occasion.problem is not None:
            visit.occasion = occasion
            raise Refusal(occasion.problem, by_rule=occasion.problem_code)


def _carried(body: Mapping[str, Any]) -> dict[str, Any]:
    """Of v2's fields or v3's JSON."""
    amount, payer = body.get("amount"), body.get("payer")
    return {
        "amount": amount.get("refund") or amount.get("total")
        if isinstance(amount, Mapping)
        else body.get("refund_fee") or body.get("total_fee") or amount,
        "attach": body.get("attach"),
        "openid": payer.get("openid") if isinstance(payer, Mapping) else body.get("openid"),
        "out_refund_no": body.get("out_refund_no"),
    }
