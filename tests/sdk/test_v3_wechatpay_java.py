"""wechatpay-java, unmodified, against a running sandbox; the HTTP client that it is given leads it there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import program
from toolchains import java_classpath
from v3_contract import Merchant, Sdk, V3Contract

JAVA = Path(__file__).parent / "java"
VERSION = re.findall(r"<version>(.*?)</version>", (JAVA / "pom.xml").read_text())[-1]


@pytest.fixture(scope="module")
def classpath() -> str:
    """Where the SDK and what it needs are."""
    return java_classpath(JAVA)


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
