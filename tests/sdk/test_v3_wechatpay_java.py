"""wechatpay-java, unmodified, against a running sandbox; the HTTP client that it is given leads it there."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import program
from v3_contract import Merchant, Sdk, V3Contract

JAVA = Path(__file__).parent / "java"
POM = (JAVA / "pom.xml").read_text()
VERSION = re.findall(r"<version>(.*?)</version>", POM)[-1]


@pytest.fixture(scope="module")
def classpath() -> str:
    """Where the SDK and what it needs are, fetched by Maven once; skips with the reason where that cannot be had."""
    maven = shutil.which("mvn")
    if maven is None or shutil.which("java") is None:
        pytest.skip("java and mvn are not on this machine")
    library, stamp = JAVA / "target" / "lib", JAVA / "target" / "installed.xml"
    if not stamp.exists() or stamp.read_text() != POM:
        shutil.rmtree(library, ignore_errors=True)
        command = [
            maven,
            "-q",
            "-B",
            "-Dstyle.color=never",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={library}",
        ]
        done = subprocess.run(command, cwd=JAVA, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"Maven fetched nothing: {done.stdout.strip()[:300]}")
        stamp.write_text(POM)
    return f"{library}/*"


class TestWechatpayJava(V3Contract):
    """The official Java SDK."""

    sdk_name = f"wechatpay-java {VERSION}"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, v3_merchant: Merchant, classpath: str) -> Iterator[Sdk]:
        """The SDK in a Java machine of its own."""
        command = ["java", "-cp", classpath, str(JAVA / "Program.java"), json.dumps(v3_merchant.settings)]
        with program(command) as running:
            yield running
