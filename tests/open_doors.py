"""A live sandbox with every door open, for clients that know nothing of it but proxy and authority."""

import os
from pathlib import Path

from live_sandbox import LiveSandbox

from sandbox.platform.keys import CredentialFiles, KeyPool, MerchantCredentials, write

MCH_ID = "1900000001"


class Open:
    """The sandbox's doors and the default merchant's files."""

    def __init__(self, sandbox: LiveSandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.https_port = int(sandbox.told["https_port"])
        self.proxy = f"http://127.0.0.1:{sandbox.told['proxy_port']}"
        self.ca = str(sandbox.told["ca"])
        self.files: CredentialFiles = write(MerchantCredentials(KeyPool(), MCH_ID), folder)

    def environment(self, **more: str) -> dict[str, str]:
        """Of a child process, without anybody else's proxies."""
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {**inherited, **more}

    def incidents(self) -> list[str]:
        """What happened at the doors, newest last."""
        return [one["problem"] for one in self.sandbox.refusals() if not one["endpoint"]]
