"""The event stream."""

import asyncio
import time
from contextlib import aclosing

import aiohttp
import pytest

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.control import events
from sandbox.control.client import ControlClient
from sandbox.platform.journal import Event


async def listening(box: Sandbox) -> None:
    """Return when somebody listens."""
    for _ in range(500):
        if box.watchers:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody listens")


async def test_a_listener_hears_its_tenant_and_what_is_nobodys(box: Sandbox) -> None:
    """Events of another tenant stay away; those that belong to no tenant are shown."""
    async with ControlClient(box.url) as control, aclosing(control.events()) as heard:
        first = asyncio.ensure_future(anext(heard))
        await listening(box)
        box.watchers.tell(Event(kind="exchange", tenant="other", text="not yours"))
        box.watchers.tell(Event(kind="exchange", tenant="", text="nobody's"))
        box.watchers.tell(Event(kind="clock", tenant="default", text="moved\non"))
        assert (await first)["text"] == "nobody's"
        assert await anext(heard) == {"kind": "clock", "tenant": "default", "id": "", "text": "moved\non"}


async def test_kinds_can_be_chosen(box: Sandbox) -> None:
    """Only what was asked for; several kinds may be."""
    async with ControlClient(box.url) as control, aclosing(control.events("delivery", "clock")) as heard:
        first = asyncio.ensure_future(anext(heard))
        await listening(box)
        for kind in ("exchange", "clock", "payment", "delivery"):
            box.watchers.tell(Event(kind=kind, tenant="default"))
        assert (await first)["kind"] == "clock"
        assert (await anext(heard))["kind"] == "delivery"


async def test_a_request_to_the_platform_is_heard(box: Sandbox) -> None:
    """The journal and the stream tell the same exchange."""
    async with ControlClient(box.url) as control, aclosing(control.events("exchange")) as heard:
        first = asyncio.ensure_future(anext(heard))
        await listening(box)
        async with aiohttp.ClientSession() as http, http.post(f"{box.url}/pay/orderquery", data=b"<xml/>"):
            pass
        event = await first
        exchange = await control.call("exchanges.get", {"id": event["id"]})
    assert event["text"].startswith("POST /pay/orderquery 200")
    assert exchange["target"] == "/pay/orderquery"


async def test_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that proxies and readers know that the stream lives."""
    monkeypatch.setattr(events, "HEARTBEAT", 0.02)
    async with (
        Sandbox(Settings(port=0)) as box,
        aiohttp.ClientSession(box.url) as http,
        http.get("/_sandbox/events") as response,
    ):
        assert response.content_type == "text/event-stream"
        lines = [await response.content.readline() for _ in range(6)]
    assert all(line.startswith(b":") or line == b"\n" for line in lines)


async def test_a_stopping_sandbox_ends_its_streams() -> None:
    """Nobody waits for a listener; the listener sees the end."""
    box = Sandbox(Settings(port=0))
    await box.start()
    async with ControlClient(box.url) as control:
        ended = asyncio.ensure_future(anext(control.events(), None))
        await listening(box)
        began = time.perf_counter()
        await box.stop()
        assert time.perf_counter() - began < 0.9
        assert await ended is None
    assert not box.watchers


async def test_a_listener_that_leaves_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """No queue is kept for it."""
    monkeypatch.setattr(events, "HEARTBEAT", 0.02)
    async with Sandbox(Settings(port=0)) as box:
        async with aiohttp.ClientSession() as http, http.get(f"{box.url}/_sandbox/events"):
            await listening(box)
        for _ in range(200):
            if not box.watchers:
                break
            await asyncio.sleep(0.01)
        assert not box.watchers
