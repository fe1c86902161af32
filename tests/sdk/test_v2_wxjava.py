"""WxJava, unmodified, on its default host under `run --java-hosts`, its p12 shown for refunds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from toolchains import java_classpath
from v2_shop import Shop, V2Contract, shop

JAVA = Path(__file__).parent / "wxjava"
VERSION = re.findall(r"<version>(.*?)</version>", (JAVA / "pom.xml").read_text())[-1]


class TestWxJava(V2Contract):
    """Maven's com.github.binarywang:weixin-java-pay."""

    sdk_name = f"WxJava {VERSION}"
    door = "run --java-hosts"

    @pytest.fixture(scope="class")
    @classmethod
    def sdk(cls, authority: Path) -> Iterator[Shop]:
        """The SDK in a Java machine of its own."""
        command = ["java", "-cp", java_classpath(JAVA), str(JAVA / "Shop.java")]
        with shop(authority, *command, options=("--java-hosts",)) as running:
            yield running
