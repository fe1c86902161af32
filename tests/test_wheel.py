"""The wheel, built and installed in a fresh environment outside the checkout: everything that is needed is in it."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = {file.relative_to(ROOT / "scenarios").as_posix() for file in (ROOT / "scenarios").rglob("*.yaml")}
STORIES = {Path(file).stem for file in FILES if not Path(file).name.startswith("_")}
ROOMS = ("sandbox", "merchant_demo")
BIN = "Scripts" if os.name == "nt" else "bin"


class Installed:
    """The command of a fresh environment, typed in an empty folder."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self._bin = environment / BIN
        self._folder = folder

    def run(self, program: str, *words: str, seconds: int = 120) -> subprocess.CompletedProcess[str]:
        """A program of the environment; nothing of the one that runs the tests gets in."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "SANDBOX_"))}
        return subprocess.run(
            [self._bin / program, *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            env={**inherited, "PYTHONUTF8": "1"},
        )

    def good(self, *words: str) -> str:
        """What the command prints when all is well."""
        done = self.run("wechatpay-sandbox", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """In an environment of its own, with the dependencies that the wheel asks for and no others."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    fresh = Installed(environment, tmp_path_factory.mktemp("elsewhere"))
    done = fresh.run("pip", "install", "--quiet", "--disable-pip-version-check", str(wheel), seconds=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return fresh


def sources(folder: Path) -> Iterator[Path]:
    """Every file below a folder that somebody wrote: no tool's cache."""
    for path in folder.rglob("*"):
        below = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in below):
            yield path


def test_data_files_are_in_the_wheel(wheel: Path) -> None:
    """Stories, keys, the docs, the shop's pages and its adapter; nothing of tests or benchmarks."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {f"sandbox/scenario/shipped/{path}" for path in FILES} <= names
    docs = (path.relative_to(ROOT / "docs").as_posix() for path in sources(ROOT / "docs"))
    assert {f"sandbox/console/shipped/{path}" for path in docs} <= names
    assert {path.relative_to(ROOT).as_posix() for room in ROOMS for path in sources(ROOT / room)} <= names
    outside = {name for name in names if name.split("/")[0] not in ROOMS}
    assert all(".dist-info/" in name for name in outside), outside


def test_shipped_stories_are_listed_by_name(installed: Installed) -> None:
    """As they are in the checkout."""
    listed = json.loads(installed.good("scenario", "list", "--json"))

    assert {story["name"] for story in listed} == STORIES


def test_the_demo_runs(installed: Installed) -> None:
    """A paid order, an acknowledged notification, the shop's own record of it."""
    told = json.loads(installed.good("demo", "--port", "0", "--shop-port", "0", "--json"))

    assert told["notification"]["verdict"] == "acknowledged"
    assert (told["merchant"]["status"], told["merchant"]["transaction_id"]) == ("paid", told["transaction_id"])


def test_a_shipped_story_runs_by_name(installed: Installed) -> None:
    """Against the shop that came along, in each API."""
    assert installed.good("scenario", "run", "happy-path").rstrip().endswith("2 passed")


def test_keys_are_there(installed: Installed) -> None:
    """Certificates and keys are written without the checkout."""
    told = json.loads(installed.good("credentials", "--out", "keys", "--json", "--url", "http://127.0.0.1:9"))

    assert set(told["files"]) == {"p12", "cert", "key", "platform_cert", "pub_key", "ca"}
