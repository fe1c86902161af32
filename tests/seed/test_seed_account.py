"""The account this project began from: its Express back end, its empty req.body, its forgotten question mark."""

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from live_sandbox import LiveSandbox, live_sandbox
from node_packages import node_packages
from wire_merchant import from_xml, to_xml, v2_sign

HERE = Path(__file__).parent
APPID, SECRET = "wx5a4d8bf0c0de0001", "5a4d8bf0c0de00015a4d8bf0c0de0001"
KEY = "sandboxAPIv2key0sandboxAPIv2key0"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSandbox]:
    """One sandbox for the file."""
    with live_sandbox(tmp_path_factory.mktemp("seed")) as running:
        yield running


@contextmanager
def express(sandbox: LiveSandbox, *options: str) -> Iterator[str]:
    """The Express app; its URL."""
    command = [node_packages(HERE), str(HERE / "app.js"), sandbox.url, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def pay_at(sandbox: LiveSandbox, notify_url: str, out_trade_no: str) -> dict[str, Any]:
    """Order and pay; the notification that went out."""
    openid = sandbox.call("POST", "/login-codes", {})["openid"]
    fields = {
        "appid": APPID, "mch_id": "1900000001", "nonce_str": "n1", "body": "茶叶", "out_trade_no": out_trade_no,
        "total_fee": "1", "spbill_create_ip": "127.0.0.1", "notify_url": notify_url, "trade_type": "JSAPI",
        "openid": openid,
    }  # fmt: skip
    body = to_xml({**fields, "sign": v2_sign(fields, KEY)})
    with urllib.request.urlopen(f"{sandbox.url}/pay/unifiedorder", data=body, timeout=10) as response:
        assert from_xml(response.read())["result_code"] == "SUCCESS"
    assert sandbox.call("POST", "/pay", {"out_trade_no": out_trade_no})["paid"]
    sandbox.call("POST", "/settle", {})
    (delivery,) = sandbox.call("GET", f"/notifications?out_trade_no={out_trade_no}")["notifications"]
    return dict(delivery)


def test_body_parser_xml_reads_the_notification(sandbox: LiveSandbox) -> None:
    """With body-parser-xml the handler finds req.body.xml.out_trade_no and acknowledges."""
    with express(sandbox) as url:
        delivery = pay_at(sandbox, f"{url}/notify", "SEED000001")
        (seen,) = get(f"{url}/seen")

    assert seen["body"]["xml"]["out_trade_no"] == "SEED000001"
    assert seen["body"]["xml"]["total_fee"] == "1"
    assert delivery["state"] == "delivered"


def test_without_it_the_body_is_empty(sandbox: LiveSandbox) -> None:
    """JSON and form parsers leave {} where XML came; the delivery says what was answered."""
    with express(sandbox, "--without-xml") as url:
        delivery = pay_at(sandbox, f"{url}/notify", "SEED000002")
        (seen,) = get(f"{url}/seen")

    assert seen["body"] == {}
    assert delivery["state"] == "pending"
    assert "return_code=FAIL" in delivery["attempts"][0]["reason"]


@pytest.mark.parametrize(
    ("path", "errcode", "hint"),
    [
        (f"/sns/jscode2sessionappid={APPID}&secret={SECRET}&js_code=x&grant_type=authorization_code", 40066, "?"),
        (
            f"/sns/jscode2session?appid={APPID}&secret={SECRET}&js_code=undefined&grant_type=authorization_code",
            40029,
            "undefined",
        ),
    ],
    ids=["forgotten question mark", "js_code=undefined"],
)
def test_its_login_mistakes_are_refused_and_explained(sandbox: LiveSandbox, path: str, errcode: int, hint: str) -> None:
    """A forgotten `?` is an unknown path, `undefined` an invalid code; the diagnosis names each."""
    with express(sandbox) as url:
        answer = get(f"{url}/login?path={urllib.parse.quote(path, safe='')}")

    assert answer["status"] == 200
    assert json.loads(answer["text"])["errcode"] == errcode
    diagnosis = sandbox.refusals()[-1]["diagnosis"]
    assert hint in diagnosis["summary"]
    assert diagnosis["fix"]
