"""Programs in Go and Java: their SDKs fetched and pinned, skipped with the reason where that cannot be had."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def go_program(folder: Path, built: Path) -> str:
    """`folder`'s program, built; Go fetches the modules that go.sum names."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not on this machine")
    environment = {**os.environ, "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local"}
    fetched = subprocess.run(
        [go, "mod", "download"], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    if fetched.returncode:
        pytest.skip(f"the modules of {folder.name}/go.mod cannot be fetched: {fetched.stderr.strip()[-200:]}")
    done = subprocess.run(
        [go, "build", "-o", str(built), "."], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return str(built)


def java_classpath(folder: Path) -> str:
    """Where what `folder`'s pom.xml names lies, fetched by Maven once."""
    maven = shutil.which("mvn")
    if maven is None or shutil.which("java") is None:
        pytest.skip("java and mvn are not on this machine")
    pom = (folder / "pom.xml").read_text()
    library, stamp = folder / "target" / "lib", folder / "target" / "installed.xml"
    if not stamp.exists() or stamp.read_text() != pom:
        shutil.rmtree(library, ignore_errors=True)
        fetch = ["-q", "-B", "-Dstyle.color=never", "dependency:copy-dependencies", f"-DoutputDirectory={library}"]
        done = subprocess.run([maven, *fetch], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"Maven fetched nothing: {done.stdout.strip()[:300]}")
        stamp.write_text(pom)
    return f"{library}/*"
