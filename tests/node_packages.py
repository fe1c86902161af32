"""Node packages for the tests that run other people's JavaScript, installed once beside the test that needs them."""

import shutil
import subprocess
from pathlib import Path

import pytest


def node_packages(folder: Path) -> str:
    """The node executable, with `folder`'s package.json installed; skips with the reason where that cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not on this machine")
    stamp = folder / "node_modules" / ".installed"
    wanted = (folder / "package.json").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"npm install failed: {done.stderr.strip()[-300:]}")
        stamp.write_text(wanted)
    return node
