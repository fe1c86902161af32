"""`scenario init` beside a shop that runs already, with credentials of its own."""

import json
from pathlib import Path

from click.testing import CliRunner
from live_sandbox import live_sandbox
from test_running_shop import MINE, ports

from sandbox.adapter.adapter import load
from sandbox.cli.scenario import scenario

__all__ = ["ports"]


def test_a_running_shops_adapter_is_found_out(ports: tuple[int, int], tmp_path: Path) -> None:
    """Through the sandbox that it is configured with; the file names both, and holds."""
    sandbox, shop = ports
    file = tmp_path / "mine.yaml"
    words = ["init", str(file), "--url", f"http://127.0.0.1:{shop}", "--credentials", json.dumps(MINE)]
    with live_sandbox(tmp_path, "--port", str(sandbox), "--https-port", "off", "--proxy-port", "off"):
        url = f"http://127.0.0.1:{sandbox}"
        result = CliRunner().invoke(
            scenario, [*words, "--json", "--sandbox", url, "--refund", "POST /orders/{order_no}/refund"]
        )
        told = CliRunner().invoke(scenario, ["run", "duplicated-one-by-one", "--merchant", str(file)])

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["file"], found["holds"], found["purchase"]["outcome"]) == (str(file), True, "passed")
    adapter = load(file)
    assert (adapter.sandbox, adapter.credentials is not None, adapter.dialects) == (url, True, ("v2",))
    assert adapter.steps["order"].save == {"payment": "payment", "order_no": "order_no"}
    assert adapter.steps["status"].save["shipped"] == "shipped"
    assert "✓ duplicated-one-by-one (v2)" in told.output, told.output
