"""What the contract tests of APIv3 hold of every error row: spoken as its table says, and explained in the journal."""

from collections.abc import Awaitable, Callable
from typing import Any

from v3_merchant import V3Merchant

from sandbox.errors import Row
from sandbox.gateway.spec import Endpoint
from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec


def ensure_row(v3: V3Merchant, endpoint: Endpoint, row: Row, status: int, body: Any) -> None:
    """The answer is exactly this row's, and the journal names and explains it."""
    spelling = row.spelling("v3", endpoint=endpoint.name)
    exchange = list(v3.tenant.journal)[-1]
    assert spelling is not None
    assert (exchange.endpoint, exchange.problem) == (endpoint.name, row.name)
    assert (status, body) == (spelling.status, {"code": spelling.code, "message": spelling.text})
    assert exchange.diagnosis is not None


async def ensure_by_rule(
    v3: V3Merchant, endpoint: Endpoint, row: Row, call: Callable[[], Awaitable[tuple[int, Any]]]
) -> None:
    """A rule that names the row speaks it, signed, whatever the request was good for."""
    only = {"endpoint": endpoint.name}
    v3.tenant.rules.add(RuleSpec(when=Moment.REQUEST_VERIFIED, only=only, do={"fail": {"problem": row.name}}))

    status, body = await call()

    spelling = row.spelling("v3", endpoint=endpoint.name, by_rule=True)
    assert spelling is not None
    assert (status, body["code"]) == (spelling.status, spelling.code)
    assert "Wechatpay-Signature" in v3.reply.headers
