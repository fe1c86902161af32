"""The command line typed at one tenant of a sandbox that runs."""

import json
import urllib.request
from typing import Any

from click.testing import CliRunner, Result
from live_sandbox import LiveSandbox
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.cli import main


class Shell:
    """Types commands at one tenant, and orders at the gateway as its first merchant would."""

    def __init__(self, live: LiveSandbox, tenant: dict[str, Any]) -> None:
        self.live = live
        self.tenant = tenant

    def typed(self, *words: object) -> Result:
        """The command with these words, told where the sandbox and who the tenant is."""
        where = ["--url", self.live.url, "--tenant", self.tenant["id"]]
        return CliRunner().invoke(main, [*map(str, words), *where])

    def json(self, *words: object) -> Any:
        """What a good command prints under --json."""
        result = self.typed(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def order(self, out_trade_no: str = "T2026000001", *, key: str = "", **changes: str) -> dict[str, str]:
        """Post a unifiedorder; the reply's fields."""
        fields = {
            "mch_id": self.tenant["mch_id"],
            "appid": self.tenant["appid"],
            "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
            "body": "茶叶一罐",
            "out_trade_no": out_trade_no,
            "total_fee": "199",
            "spbill_create_ip": "127.0.0.1",
            "notify_url": "http://127.0.0.1:9/notify",
            "trade_type": "JSAPI",
            "openid": self.tenant["users"][0]["openids"][self.tenant["appid"]],
            **changes,
        }
        body = to_xml({**fields, "sign": v2_sign(fields, key or self.tenant["api_key"])})
        request = urllib.request.Request(f"{self.live.url}/pay/unifiedorder", data=body, method="POST")
        with urllib.request.urlopen(request, timeout=10) as response:
            return from_xml(response.read())
