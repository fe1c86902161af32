"""`explain`: a signature from a file or from a pipe."""

import json
from pathlib import Path

from click.testing import CliRunner
from shell import Shell
from wire_merchant import to_xml, v2_sign

from sandbox.cli import main


def fields(shell: Shell) -> dict[str, str]:
    return {"appid": shell.tenant["appid"], "mch_id": shell.tenant["mch_id"], "nonce_str": "N1", "out_trade_no": "T1"}


def test_a_right_signature_exits_well(shell: Shell, tmp_path: Path) -> None:
    """And shows the string that was signed, without the key."""
    order, key = fields(shell), shell.tenant["api_key"]
    file = tmp_path / "order.xml"
    file.write_bytes(to_xml({**order, "sign": v2_sign(order, key)}))

    result = shell.typed("explain", file)
    assert result.exit_code == 0, result.output
    assert "the signature is right" in result.output
    assert f"&key={key[:4]}…(32 characters)" in result.output
    assert key not in result.output


def test_a_wrong_signature_exits_with_1_and_its_cause(shell: Shell) -> None:
    """From standard input, in either language and as JSON."""
    order = fields(shell)
    pasted = json.dumps({**order, "sign": v2_sign(order, shell.tenant["api_key"] + "\n")})
    where = ["--url", shell.live.url, "--tenant", shell.tenant["id"]]

    told = CliRunner().invoke(main, ["explain", "-", *where, "--lang", "en"], input=pasted)
    assert told.exit_code == 1
    assert "SIGN_KEY_BLANKS" in told.output
    assert "what to change" in told.output
    assert "docs/diagnoses.md#sign_key_blanks" in told.output

    told = CliRunner().invoke(main, ["explain", "-", *where, "--lang", "zh"], input=pasted)
    assert "密钥首尾多了空格或换行" in told.output

    told = CliRunner().invoke(main, ["explain", "-", *where, "--json"], input=pasted)
    assert json.loads(told.stdout)["diagnosis"]["code"] == "SIGN_KEY_BLANKS"


def test_what_cannot_be_read_exits_with_2(shell: Shell, tmp_path: Path) -> None:
    """Another encoding, another form."""
    file = tmp_path / "order.xml"
    file.write_bytes("<xml><body>茶</body></xml>".encode("gbk"))

    assert "not UTF-8" in shell.typed("explain", file).output
    assert shell.typed("explain", file).exit_code == 2
