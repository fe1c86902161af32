"""The control API's client."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sandbox.actions.advance import Advance
from sandbox.actions.verb import verbs
from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.control import client
from sandbox.control.client import ControlClient, ControlError


@pytest.fixture
async def control(box: Sandbox) -> AsyncIterator[ControlClient]:
    """A client of a fresh tenant with a virtual clock."""
    async with ControlClient(box.url) as maker:
        made = await maker.call("tenants.create", {"id": "mine", "clock": "virtual"})
    async with ControlClient(box.url + "/", tenant=made["id"]) as mine:
        yield mine


async def test_a_verb_takes_a_mapping_or_its_own_arguments(control: ControlClient) -> None:
    """Both say the same; the answer is the verb's result as data."""
    before = (await control.call("clock.read"))["now"]
    await control.call("clock.advance", Advance(by="1h"))
    await control.call("clock.advance", {"by": "30m"})
    assert (await control.call("clock.read"))["now"] - before == 90 * 60 * 1000


async def test_arguments_go_where_the_route_wants_them(control: ControlClient) -> None:
    """Placeholders are escaped; switches and lists survive a query string; None is left out."""
    with pytest.raises(ControlError, match=re.escape("'a/b c%20?'")):
        await control.call("orders.get", {"out_trade_no": "a/b c%20?", "mchid": ""})
    assert await control.call("exchanges.list", {"refused": True, "unclaimed": False}) == {"exchanges": []}
    assert await control.call("rules.drop", {"id": None}) == {"dropped": 0}


async def test_a_refusal_tells_status_code_and_message(control: ControlClient) -> None:
    """What the server said, as one exception."""
    with pytest.raises(ControlError) as caught:
        await control.call("tenants.create", {"id": "default"})
    assert (caught.value.status, caught.value.code, caught.value.holder) == (409, "taken", "default")
    assert str(caught.value) == caught.value.message


async def test_an_unknown_verb_is_told_before_anything_is_sent() -> None:
    """With the verbs there are."""
    async with ControlClient("http://127.0.0.1:9") as nobody:
        with pytest.raises(ControlError, match=r"no verb is called 'clock\.advanse'.*clock\.advance") as caught:
            await nobody.call("clock.advanse")
    assert caught.value.code == "no-verb"


async def test_no_sandbox_there_is_told() -> None:
    """Status 0, the address, and what to do."""
    async with ControlClient("http://127.0.0.1:9") as nobody:
        with pytest.raises(ControlError, match=r"no sandbox answers at http://127\.0\.0\.1:9 .*serve") as caught:
            await nobody.read("health")
        assert caught.value.status == 0
        with pytest.raises(ControlError, match="no sandbox answers"):
            await anext(nobody.events())


async def test_something_else_there_is_told() -> None:
    """Another program on the port: neither its page nor its refusal passes for an answer."""

    async def hello(request: web.BaseRequest) -> web.Response:
        return web.Response(status=404 if request.path.endswith("errors") else 200, text="<html>hello</html>")

    server = await asyncio.get_running_loop().create_server(web.Server(hello), "127.0.0.1", 0)
    async with server, ControlClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as stranger:
        for page in ("health", "errors"):
            with pytest.raises(ControlError, match="no sandbox's answer") as caught:
                await stranger.read(page)
            assert caught.value.code == "no-control"


async def test_the_token_is_sent() -> None:
    """A client with the token is served where one without is not."""
    async with Sandbox(Settings(port=0, token="open-sesame")) as box:
        async with ControlClient(box.url, token="open-sesame") as friend:
            assert (await friend.read("health"))["ready"]
        async with ControlClient(box.url) as stranger:
            with pytest.raises(ControlError, match="--token"):
                await stranger.read("health")


async def test_where_no_loop_runs_one_call_is_enough(box: Sandbox) -> None:
    """The blocking call, from a thread."""
    answer = await asyncio.to_thread(client.call, box.url, "clock.read")
    assert answer["kind"] == "real"


@pytest.mark.parametrize("name", sorted(verbs()))
async def test_every_verb_can_be_called(control: ControlClient, name: str) -> None:
    """Each call reaches its verb, which complains of an argument that it does not know."""
    placed = dict.fromkeys(re.findall(r"{(\w+)}", verbs()[name].path), "..")
    with pytest.raises(ControlError, match=r"nonsense|is missing") as caught:
        await control.call(name, {"nonsense": 1, **placed})
    assert caught.value.status == 400


async def test_a_missing_place_is_told_before_anything_is_sent(control: ControlClient) -> None:
    """A path with a hole in it would be another path."""
    for args in ({}, {"id": ""}):
        with pytest.raises(ControlError, match="id is missing"):
            await control.call("tenants.delete", args)
