"""A shop as somebody has it in production, started by `run`: wechatpy on its default hosts, a p12, no sandbox.

Only the payer's part and the passing of a day, which are nobody's program, are asked of the control API.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from wechatpy import WeChatClient
from wechatpy.pay import WeChatPay

SHOP = '''
import os, sys, tempfile
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from wechatpy import WeChatClient
from wechatpy.pay import WeChatPay

APPID, SECRET, MCH_ID, KEY, P12 = (os.environ[name] for name in ("APPID", "SECRET", "MCH_ID", "KEY", "P12"))

def pem_pair(p12):
    """The two files that requests wants of a bundle."""
    bundle = pkcs12.load_pkcs12(open(p12, "rb").read(), MCH_ID.encode())
    folder = tempfile.mkdtemp()
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    open(cert, "wb").write(bundle.cert.certificate.public_bytes(Encoding.PEM))
    open(key, "wb").write(bundle.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, key

cert, key = pem_pair(P12)
pay = WeChatPay(APPID, KEY, MCH_ID, mch_cert=cert, mch_key=key)

def login(code):
    return WeChatClient(APPID, SECRET).wxa.code_to_session(code)["openid"]

def order(number, openid):
    return pay.order.create("JSAPI", "tea", 199, "http://127.0.0.1:9/notify", client_ip="127.0.0.1",
                            user_id=openid, out_trade_no=number)

def refund(number, shop=pay):
    return shop.refund.apply(199, 100, "R" + number, out_trade_no=number)

def refund_without_a_certificate(number):
    try:
        refund(number, WeChatPay(APPID, KEY, MCH_ID))
    except Exception as error:
        return type(error).__name__
'''

DAY = """
import json, os, urllib.request
from shop import *

def control(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(os.environ["WECHATPAY_SANDBOX_URL"] + "/_sandbox" + path, data,
                                     {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))

told = control("/login-codes", {})
today = control("/clock")["beijing"][:10].replace("-", "")
openid = login(told["code"])
placed = order("SHOP0001", openid)
paid = control("/pay", {"out_trade_no": "SHOP0001"})
bare = refund_without_a_certificate("SHOP0001")
back = refund("SHOP0001")
control("/clock/advance", {"by": "34h"})
bill = pay.tools.download_bill(today)
print(json.dumps({"openid": [openid, told["openid"]], "prepay_id": placed["prepay_id"], "paid": paid["paid"],
                  "bare": bare, "back": dict(back), "bill": bill}))
"""


@pytest.fixture
def day(authority: Path, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the shop saw in a day, and what `run` tells of it."""
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "day.py").write_text(DAY)
    report = tmp_path / "report.json"
    run = [sys.executable, "-m", "sandbox", "run", "--virtual", "--data-dir", str(authority), "--report", str(report)]
    ours = "WECHATPAY_SANDBOX_"
    names = {"APPID": "APPID", "SECRET": "APP_SECRET", "MCH_ID": "MCH_ID", "KEY": "API_KEY", "P12": "P12"}
    configured = " ".join(f'{name}="${ours}{theirs}"' for name, theirs in names.items())
    command = ["sh", "-c", f'{configured} exec "{sys.executable}" "{tmp_path / "day.py"}"']
    done = subprocess.run([*run, "--", *command], capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), json.loads(report.read_text())


def test_login_order_refund_and_bill(day: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Each of the four went through, at the platform's own addresses, the refund by its certificate alone."""
    saw, told = day

    assert WeChatClient.API_BASE_URL == "https://api.weixin.qq.com/cgi-bin/"
    assert WeChatPay.API_BASE_URL == "https://api.mch.weixin.qq.com/"
    assert saw["openid"][0] == saw["openid"][1]
    assert saw["prepay_id"].startswith("wx")
    assert saw["paid"] is True
    assert saw["bare"] == "WeChatPayException"
    assert (saw["back"]["result_code"], saw["back"]["refund_fee"]) == ("SUCCESS", "100")
    header, *rows, _, totals = saw["bill"].replace("\ufeff", "").strip().splitlines()
    assert header.startswith("交易时间,公众账号ID,商户号")
    assert sorted(("`REFUND" in row, "`RSHOP0001" in row, "`SHOP0001" in row) for row in rows) == [
        (False, False, True),
        (True, True, True),
    ]
    assert totals.split(",")[0] == "`2"
    assert told["requests"] == {
        "login.token": 1, "login.jscode2session": 1, "v2.unifiedorder": 1, "v2.refund": 2, "v2.downloadbill": 1,
    }  # fmt: skip
    assert [one["problem"] for one in told["refused"]] == ["CLIENT_CERTIFICATE_MISSING"]
