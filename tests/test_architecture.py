"""The floor plan: which room may look into which, who may hold a socket or a clock, how large a module may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.errors import catalogue

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "sandbox"

ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "protocol": set(),
    "config": set(),
    "doors": {"protocol", "config"},
    "doctor": {"protocol"},
    "domain": {"errors"},
    "store": {"domain", "errors"},
    "platform": {"domain", "store", "errors", "protocol", "config", "doctor"},
    "gateway": {"platform", "store", "protocol", "domain", "errors", "doctor"},
    "notifier": {"platform", "store", "protocol", "domain", "errors", "doctor"},
    "phone": {"platform", "store", "protocol", "domain", "errors", "doctor"},
    "actions": {"platform", "phone", "notifier", "domain", "store", "errors", "protocol", "doctor"},
    "control": {"actions", "platform", "doctor"},
    "console": {"control", "protocol"},
    "adapter": {"control", "protocol", "errors"},
    "scenario": {"adapter", "control", "protocol", "errors"},
    "audit": {"adapter", "control", "protocol", "errors"},
    "testing": {"adapter", "app", "config", "control", "errors", "platform", "scenario"},
    "app": {
        "actions",
        "config",
        "console",
        "control",
        "domain",
        "doors",
        "errors",
        "gateway",
        "notifier",
        "phone",
        "platform",
        "store",
    },
    "cli": {
        "adapter",
        "app",
        "audit",
        "config",
        "control",
        "doctor",
        "doors",
        "domain",
        "errors",
        "platform",
        "protocol",
        "scenario",
        "store",
    },
    "__main__": {"cli"},
}
"""Room -> the rooms it may import; `sandbox` itself (the version) is open to all."""

CLIENT_ONLY = {
    "adapter": "sandbox.control.client",
    "scenario": "sandbox.control.client",
    "audit": "sandbox.control.client",
    "testing": "sandbox.control.client",
}
"""Rooms that see of control nothing but its client."""

SERVER_ROOMS = {"app", "console", "control"}
SERVER_FILES = {"gateway/edge.py", "gateway/connection.py"}
CLIENT_FILES = {"notifier/courier.py", "control/client.py"}
CLIENT_ROOMS = {"adapter", "audit"}
SERVER_MODULES = ("aiohttp.web", "aiohttp.http", "aiohttp.streams", "aiohttp.web_protocol")

CLOCK = "platform/clock.py"
HOST_CLOCK = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
    ("time", "time_ns"), ("time", "sleep"), ("asyncio", "sleep"),
}  # fmt: skip

CHOSEN_BY_USERS = {"domain/settings.py"}
"""Files that may spell an error code because it is a setting's value, typed by users."""
ALSO_STATES = {"domain/order.py"}
"""Files with states of the platform's that are called like an error code: USERPAYING."""

VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
MAX_LINES = 300


def modules(root: Path = HOUSE) -> Iterator[tuple[str, ast.Module]]:
    """Every module below `root` as (path below it, tree)."""
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text())


def imports(tree: ast.AST) -> Iterator[str]:
    """The dotted names a module imports: `from a.b import c` counts as a.b.c, which may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: str) -> str:
    return path.split("/", 1)[0].removesuffix(".py")


def test_every_room_is_on_the_plan() -> None:
    """A new room gets its arrows here before it gets code."""
    rooms = {room_of(path) for path, _ in modules()} - {"__init__"}

    assert rooms <= set(ROOMS)


def test_arrows_point_inwards() -> None:
    """No module looks into a room that its own room may not see."""
    wrong = []
    for path, tree in modules():
        allowed = ROOMS.get(room_of(path), set()) | {room_of(path)}
        for name in imports(tree):
            parts = name.split(".")
            if (
                parts[0] == "sandbox"
                and len(parts) > 1
                and (HOUSE / parts[1]).exists() | (HOUSE / f"{parts[1]}.py").exists()
            ):
                only = CLIENT_ONLY.get(room_of(path), "") if parts[1] == "control" else ""
                if parts[1] not in allowed or not name.startswith(only):
                    wrong.append(f"{path} imports {name}")

    assert wrong == []


def test_the_plan_has_no_circle() -> None:
    """Following the arrows never leads back."""
    left = {room: set(seen) for room, seen in ROOMS.items()}
    while left:
        leaves = {room for room, seen in left.items() if not seen & set(left)}
        assert leaves, f"a circle among {sorted(left)}"
        left = {room: seen for room, seen in left.items() if room not in leaves}


def test_the_shop_and_the_sandbox_meet_only_over_http() -> None:
    """Neither imports the other: a shared bug would cancel itself out."""
    shop = [name for _, tree in modules(ROOT / "merchant_demo") for name in imports(tree)]
    house = [name for _, tree in modules() for name in imports(tree)]

    assert [name for name in shop if name.split(".")[0] == "sandbox"] == []
    assert [name for name in house if name.split(".")[0] == "merchant_demo"] == []


def test_only_the_clock_reads_the_host_clock() -> None:
    """Everybody else is told what time it is, and waits through `Wall`."""
    wrong = []
    for path, tree in modules():
        if path == CLOCK:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
                if (owner, node.attr) in HOST_CLOCK:
                    wrong.append(f"{path}:{node.lineno} {owner}.{node.attr}")
        wrong += [f"{path} imports {n}" for n in imports(tree) if tuple(n.rsplit(".", 1)) in HOST_CLOCK]

    assert wrong == []


def test_sockets_stay_at_the_edges() -> None:
    """aiohttp's server is imported by the edge, control and the composition root; its client by those who call out."""
    wrong = []
    for path, tree in modules():
        for name in imports(tree):
            if name.split(".")[0] != "aiohttp":
                continue
            server = name.startswith(SERVER_MODULES)
            if server and not (path in SERVER_FILES or room_of(path) in SERVER_ROOMS):
                wrong.append(f"{path} imports the server: {name}")
            if not server and not (path in CLIENT_FILES or room_of(path) in CLIENT_ROOMS):
                wrong.append(f"{path} imports the client: {name}")

    assert wrong == []


def test_error_codes_are_written_in_the_catalogue_only() -> None:
    """No string outside errors/ is an error code: code raises rows, dialects spell them."""
    codes = {spelling.code for row in catalogue().values() for spelling in row.spellings if len(spelling.code) > 2}
    wrong = [
        f"{path}:{node.lineno} {node.value}"
        for path, tree in modules()
        if room_of(path) != "errors" and path not in CHOSEN_BY_USERS | ALSO_STATES
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in codes
    ]

    assert wrong == []


@pytest.mark.parametrize("package", ["sandbox", "merchant_demo"])
def test_modules_stay_small_and_are_called_by_what_they_hold(package: str) -> None:
    """At most 300 lines, the tables of errors/ apart, and no name that fits anything."""
    sizes = {path: len(path.read_text().splitlines()) for path in (ROOT / package).rglob("*.py")}

    assert {path: n for path, n in sizes.items() if n > MAX_LINES and path.parent != HOUSE / "errors"} == {}
    assert [path for path in sizes if path.stem in VAGUE or path.parent.name in VAGUE] == []
