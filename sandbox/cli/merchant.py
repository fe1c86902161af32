"""A merchant under test as commands are told of it: its adapter, and the sandbox beside which it stands."""

import importlib.util
import os
import shlex
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from sandbox.adapter import adapter as adapters
from sandbox.adapter.adapter import Adapter
from sandbox.adapter.control import Connect
from sandbox.adapter.document import Mistake
from sandbox.adapter.shop import NOWHERE
from sandbox.adapter.world import TlsDoor
from sandbox.app import Sandbox
from sandbox.cli.child import passage
from sandbox.cli.display import Trouble
from sandbox.cli.interlock import refuse_genuine
from sandbox.config import Settings
from sandbox.control.client import ControlClient


def bundled_adapter() -> Path:
    """The adapter of the shop that comes with the sandbox; found without importing it. Raises Trouble."""
    found = importlib.util.find_spec("merchant_demo")
    if found is None or found.origin is None:
        raise Trouble("the bundled shop (merchant_demo) is not installed: name your own with --merchant")
    return Path(found.origin).with_name("adapter.yaml")


def merchant_of(file: Path | None) -> Adapter:
    """The merchant that an adapter file describes, or the bundled shop.

    Raises Trouble for a mistake in the file, and for a shop that is configured with genuine credentials.
    """
    try:
        shop = adapters.load(file or bundled_adapter())
    except Mistake as error:
        raise Trouble(str(error)) from None
    genuine_refused(shop)
    return shop


def genuine_refused(shop: Adapter) -> None:
    """A shop that is configured with genuine credentials is not touched. Raises Trouble."""
    folder, named = shop.folder / shop.cwd, {"credentials": shop.credentials, "steps": shop.steps}
    refuse_genuine(shlex.split(shop.start or ""), {**os.environ, **shop.env}, folder, _texts("the adapter's ", named))


def _texts(where: str, value: Any) -> dict[str, str]:
    """Every text in a nested value, by where it stands."""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, str):
        return {where: plain}
    inner = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    joint = "" if where.endswith(" ") else "."
    return {name: text for key, one in inner for name, text in _texts(f"{where}{joint}{key}", one).items()}


@asynccontextmanager
async def sandbox_for(
    url: str | None, token: str, *, secure: bool, doors: bool = False
) -> AsyncIterator[tuple[Connect, TlsDoor | None]]:
    """The control API of a running sandbox, or of one that lives as long as the block.

    It has a TLS door if `secure`, and with `doors` also what leads a program there that calls the platform's own hosts.
    """
    if url is not None:
        yield lambda tenant: ControlClient(url, tenant=tenant or "default", token=token), None
        return
    with tempfile.TemporaryDirectory(prefix="wechatpay-sandbox-") as folder:
        https, proxy = (0 if wanted else None for wanted in (secure or doors, doors))
        async with Sandbox(Settings(port=0, https_port=https, proxy_port=proxy, data_dir=Path(folder))) as box:
            way: dict[str, str] = {}
            if doors:
                await box.doors.context()  # what the shop is to trust must be there before it
                (Path(folder) / "passage").mkdir()
                way = passage(box, Path(folder) / "passage", os.environ)
            yield lambda tenant: ControlClient(box.url, tenant=tenant or "default"), tls_door(box, way)


def tls_door(box: Sandbox, way: Mapping[str, str] = NOWHERE) -> TlsDoor | None:
    """Where a shop finds the sandbox over TLS, if that door is open; `way` leads there from the platform's hosts."""
    return TlsDoor(f"https://127.0.0.1:{box.https_port}", str(box.ca_file), dict(way)) if box.https_port else None
