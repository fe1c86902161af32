"""Shops that are forked from one warm process: as good as those that are started anew."""

import asyncio
import os
from pathlib import Path

import aiohttp
import pytest

from sandbox.adapter.adapter import Adapter, adapter_of
from sandbox.adapter.document import Mistake, parse
from sandbox.adapter.nursery import Nursery
from sandbox.adapter.shop import ShopFailed, StartedShop, spawn

MODULE = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"me": os.environ["ME"], "pid": os.getpid(), "argv": sys.argv[1:], "cwd": os.getcwd()})
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body.encode())

if __name__ == "__main__":
    print("as", __name__, flush=True)
    if "--dies" in sys.argv:
        sys.exit("no licence")
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a shop of one module."""
    (tmp_path / "warm_shop.py").write_text(MODULE)
    return tmp_path


def described(folder: Path, start: str = "{python} -m warm_shop {port} {store}", preload: str = "[json]") -> Adapter:
    text = f'name: warm\nstart: "{start}"\npreload: {preload}\nenv: {{ME: "{{mch_id}}", PYTHONPATH: .}}\nsteps: {{}}\n'
    return adapter_of(parse(text, "a.yaml"), folder)


def shop(adapter: Adapter, where: Path, mch_id: str, nursery: Nursery | None) -> StartedShop:
    where.mkdir(exist_ok=True)
    return StartedShop(adapter, {"mch_id": mch_id}, (), where, nursery.spawn if nursery else spawn)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
async def test_each_is_a_process_of_its_own(folder: Path) -> None:
    """With its own arguments, environment and output; it dies when it is killed, and starts again."""
    adapter = described(folder)
    async with Nursery(adapter) as nursery, aiohttp.ClientSession() as session:
        shops = [shop(adapter, folder / name, name, nursery) for name in ("a", "b")]
        await asyncio.gather(*(one.start(session) for one in shops))
        said = [await (await session.get(one.url)).json(content_type=None) for one in shops]
        assert [one["me"] for one in said] == ["a", "b"]
        assert [one["argv"][0] for one in said] == [str(one.port) for one in shops]
        assert {one["cwd"] for one in said} == {str(folder)}
        assert said[0]["pid"] != said[1]["pid"]
        assert shops[0].log_tail()[0] == "as __main__"

        await shops[0].kill()
        with pytest.raises(aiohttp.ClientError):
            await session.get(shops[0].url)
        assert (await (await session.get(shops[1].url)).json(content_type=None))["pid"] == said[1]["pid"]
        await shops[0].start(session)
        assert (await (await session.get(shops[0].url)).json(content_type=None))["pid"] not in [
            one["pid"] for one in said
        ]
    await asyncio.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(said[1]["pid"], 0)


async def test_one_that_ends_at_once_says_why(folder: Path) -> None:
    """With its exit code and its last words, as without a nursery."""
    adapter = described(folder, "{python} -m warm_shop {port} --dies")
    async with Nursery(adapter) as nursery, aiohttp.ClientSession() as session:
        with pytest.raises(ShopFailed, match=r"ended with code 1 .*no licence"):
            await shop(adapter, folder / "a", "a", nursery).start(session)


def test_only_a_python_module_can_be_preloaded(folder: Path) -> None:
    """Any other command is a mistake in the file."""
    with pytest.raises(Mistake, match=r"a.yaml:3: preload: is for a Python shop"):
        described(folder, "node server.js")


async def test_a_module_that_is_not_there_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing waits for shops that will never come."""
    adapter = described(folder, preload="[no_such_module]")
    async with Nursery(adapter) as nursery, aiohttp.ClientSession() as session:
        with pytest.raises(ShopFailed, match=r"cannot run .*preload:. has ended"):
            await shop(adapter, folder / "a", "a", nursery).start(session)
        with pytest.raises(ShopFailed, match=r"cannot run .*preload:. has ended"):
            await shop(adapter, folder / "b", "b", nursery).start(session)
    assert "No module named 'no_such_module'" in capfd.readouterr().err


async def test_shops_die_with_their_nursery(folder: Path) -> None:
    """Killing it leaves nobody waiting."""
    adapter = described(folder)
    async with Nursery(adapter) as nursery, aiohttp.ClientSession() as session:
        one = shop(adapter, folder / "a", "a", nursery)
        await one.start(session)
        nursery.process.kill()
        await asyncio.wait_for(nursery.process.wait(), 5)
        await asyncio.wait_for(one.kill(), 5)
        with pytest.raises(aiohttp.ClientError):
            await session.get(one.url)
