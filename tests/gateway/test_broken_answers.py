"""Answers that break on the wire, seen by a client over a socket: reset, cut, hung, misnamed, garbled, unsigned."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from wire_merchant import to_xml, v2_sign

from sandbox.platform.moments import Moment
from sandbox.platform.rules import RuleSpec


async def ask(merchant: Any, number: str = "T1", seconds: float = 5.0) -> tuple[dict[str, str], bytes]:
    """One order over HTTP: headers and body. Raises what aiohttp raises."""
    fields = merchant.order(number)
    body = to_xml({**fields, "sign": v2_sign(fields, merchant.key)})
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
        session.post(f"{merchant.box.url}/pay/unifiedorder", data=body) as response,
    ):
        return dict(response.headers), await response.read()


def rule(merchant: Any, when: Moment, do: dict[str, Any], **more: Any) -> None:
    merchant.tenant.rules.add(RuleSpec(when=when, do=do, **more))


def ordered(merchant: Any) -> int:
    with merchant.tenant.transaction() as tx:
        return len(tx.orders())


@pytest.mark.parametrize(
    ("moment", "orders"),
    [(Moment.REQUEST_VERIFIED, 0), (Moment.REPLY_READY, 1), (Moment.REPLY_SIGNED, 1)],
)
async def test_a_reset_comes_instead_of_an_answer(merchant: Any, moment: Moment, orders: int) -> None:
    """The peer's TCP says so, before or after the order was made."""
    rule(merchant, moment, {"reset": None})

    with pytest.raises(aiohttp.ClientError) as caught:
        await ask(merchant)

    assert isinstance(caught.value, ConnectionResetError) or isinstance(caught.value.__cause__, ConnectionResetError)
    assert ordered(merchant) == orders


async def test_a_reset_in_the_midst_breaks_an_announced_body(merchant: Any) -> None:
    """Some bytes arrive, the rest that Content-Length promised does not."""
    rule(merchant, Moment.REPLY_SIGNED, {"reset": {"after": 20}})

    with pytest.raises(aiohttp.ClientError, match=r"(?i)payload|reset"):
        await ask(merchant)


async def test_a_hang_ends_when_the_caller_loses_patience(merchant: Any) -> None:
    """Nothing comes for as long as it waits."""
    rule(merchant, Moment.REQUEST_VERIFIED, {"hang": {"at_most": "2s"}}, times=1)
    started = time.monotonic()

    with pytest.raises(asyncio.TimeoutError):
        await ask(merchant, seconds=0.3)

    assert 0.25 < time.monotonic() - started < 2
    assert (await ask(merchant))[1].startswith(b"<xml>")


@pytest.mark.parametrize(
    ("do", "check"),
    [
        ({"content-type": {"type": "text/html"}}, lambda headers, body: headers["Content-Type"] == "text/html"),
        ({"garble": None}, lambda headers, body: body.startswith(b"<xml>") and not body.endswith(b"</xml>")),
        ({"unsign": None}, lambda headers, body: b"<sign>" not in body and body.endswith(b"</xml>")),
    ],
    ids=["content-type", "garble", "unsign"],
)
async def test_an_answer_is_spoilt(merchant: Any, do: dict[str, Any], check: Any) -> None:
    """As the rule says, and only while it is in force."""
    rule(merchant, Moment.REPLY_SIGNED, do, times=1)

    assert check(*await ask(merchant))
    assert not check(*await ask(merchant, "T2"))
