"""`run`: the program's environment, signals, streams and exit code; what is told at the end; the interlock."""

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

RUN = [sys.executable, "-m", "sandbox", "run"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def base(tmp_path: Path) -> dict[str, str]:
    """The environment of whoever types the command."""
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**inherited, "SANDBOX_DATA_DIR": str(tmp_path / "data")}


def ran(base: dict[str, str], *words: str, stdin: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """`run` with these words."""
    return subprocess.run(
        [*RUN, *words], env={**base, **more}, input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def python(code: str) -> tuple[str, ...]:
    return ("--", sys.executable, "-c", code)


SHOP = """
import json, os, urllib.request
from wechatpy import WeChatClient
from wechatpy.pay import WeChatPay

def told(name):
    return os.environ["WECHATPAY_SANDBOX_" + name]

def control(path, **body):
    request = urllib.request.Request(told("URL") + "/_sandbox" + path, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))

code = control("/login-codes")["code"]
session = WeChatClient(told("APPID"), told("APP_SECRET")).wxa.code_to_session(code)
pay = WeChatPay(told("APPID"), told("API_KEY"), told("MCH_ID"), mch_cert=told("CERT"), mch_key=told("KEY"))
order = pay.order.create("JSAPI", "tea", 199, "http://127.0.0.1:9/notify", client_ip="127.0.0.1",
                         user_id=session["openid"], out_trade_no="RUN00001")
print(order["prepay_id"])
control("/pay", out_trade_no="RUN00001")
print(pay.order.query(out_trade_no="RUN00001")["trade_state"])
print(pay.refund.apply(199, 100, "RUNR0001", out_trade_no="RUN00001")["result_code"])
today = json.load(urllib.request.urlopen(told("URL") + "/_sandbox/clock", timeout=10))["beijing"][:10].replace("-", "")
control("/clock/advance", by="34h")
bill = pay.tools.download_bill(today)
print("`RUN00001" in bill)
"""


class TestTheProgram:
    """It notices nothing."""

    def test_wechatpy_on_its_default_host(self, base: dict[str, str]) -> None:
        """Login, order, payment, query, a refund with the client certificate, the bill: over production's URLs."""
        done = ran(base, "--virtual", *python(SHOP))

        assert done.returncode == 0, done.stderr
        prepay_id, *rest = done.stdout.split()
        assert prepay_id.startswith("wx")
        assert rest == ["SUCCESS", "SUCCESS", "True"]
        assert "1 v2.downloadbill" in done.stderr
        assert "1 v2.unifiedorder" in done.stderr
        assert "never acknowledged 1" in done.stderr
        assert "payment of RUN00001 to http://127.0.0.1:9/notify" in done.stderr

    def test_streams_and_exit_code(self, base: dict[str, str]) -> None:
        """Standard input and output are the program's own, bytes for bytes; its exit code is ours."""
        done = ran(base, *python("import sys; sys.stdout.write(sys.stdin.read()[::-1]); sys.exit(7)"), stdin="abc\n")

        assert (done.returncode, done.stdout) == (7, "\ncba")
        assert "ended with 7" in done.stderr

    def test_options_of_the_program_stay_its_own(self, base: dict[str, str]) -> None:
        """Everything from the first word of the command on, with and without the two dashes."""
        show = "import sys; print(sys.argv[1:])"
        for dashes in (["--"], []):
            done = ran(base, "--quiet", *dashes, sys.executable, "-c", show, "--virtual", "--", "-h")
            assert done.stdout == "['--virtual', '--', '-h']\n", done.stderr
            assert done.stderr == ""

    def test_a_program_that_is_not_there(self, base: dict[str, str], tmp_path: Path) -> None:
        """127, and 126 for what cannot be run, as shells say it."""
        file = tmp_path / "file"
        file.write_text("")

        assert (missing := ran(base, "--", "nosuchprogram")).returncode == 127
        assert "nosuchprogram: No such file" in missing.stderr
        assert ran(base, "--", str(file)).returncode == 126

    @POSIX
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1])
    def test_signals_pass_through(self, base: dict[str, str], number: signal.Signals) -> None:
        """The program hears it, and its own way to end counts."""
        code = (
            "import signal, sys, time\n"
            f"signal.signal({int(number)}, lambda *_: sys.exit(42))\n"
            "print('ready', flush=True)\n"
            "time.sleep(30)\n"
        )
        with subprocess.Popen(
            [*RUN, *python(code)], env=base, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(number)
            assert process.wait(20) == 42

    @POSIX
    def test_death_by_signal(self, base: dict[str, str]) -> None:
        """128 and the signal's number."""
        done = ran(base, *python("import os; os.kill(os.getpid(), 9)"))

        assert done.returncode == 137

    def test_its_files_are_private_and_gone_afterwards(self, base: dict[str, str]) -> None:
        """A folder that only the owner opens; nothing stays behind."""
        code = (
            "import json, os, stat\n"
            "names = ['CERT', 'KEY', 'P12', 'PLATFORM_CERT', 'PUB_KEY']\n"
            "files = [os.environ['WECHATPAY_SANDBOX_' + name] for name in names]\n"
            "folder = os.path.dirname(os.path.dirname(files[0]))\n"
            "print(json.dumps([folder, stat.S_IMODE(os.stat(folder).st_mode), all(map(os.path.isfile, files))]))\n"
        )

        folder, mode, there = json.loads(ran(base, *python(code)).stdout)

        assert there
        assert mode == 0o700 or os.name == "nt"
        assert not Path(folder).exists()

    def test_time_may_stand_still(self, base: dict[str, str]) -> None:
        """--virtual: the tenant's clock is virtual."""
        code = (
            "import json, os, urllib.request\n"
            "url = os.environ['WECHATPAY_SANDBOX_URL'] + '/_sandbox/clock'\n"
            "print(json.load(urllib.request.urlopen(url, timeout=10))['kind'])\n"
        )

        assert ran(base, "--virtual", *python(code)).stdout == "virtual\n"
        assert ran(base, *python(code)).stdout == "real\n"


SERVER = """
import json, os, threading, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from wechatpy.pay import WeChatPay

def told(name):
    return os.environ["WECHATPAY_SANDBOX_" + name]

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.path, self.headers["Host"])
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<xml><return_code>SUCCESS</return_code></xml>")
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
serving = threading.Thread(target=server.handle_request)
serving.start()
pay = WeChatPay(told("APPID"), told("API_KEY"), told("MCH_ID"))
pay.order.create("NATIVE", "tea", 199, "https://shop.example/pay/notify", client_ip="127.0.0.1",
                 product_id="1", out_trade_no="RUN00002")
urllib.request.urlopen(urllib.request.Request(told("URL") + "/_sandbox/pay", b'{"out_trade_no": "RUN00002"}',
                                              {"Content-Type": "application/json"}), timeout=10)
serving.join(20)
"""


def test_a_public_notify_url_leads_home(base: dict[str, str]) -> None:
    """Where the program's port is known, here by PORT: its path and its Host stay."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    done = ran(base, *python(SERVER), PORT=str(port))

    assert done.stdout == "/pay/notify shop.example\n", done.stderr
    assert "never acknowledged 0" in done.stderr


class TestWhatIsTold:
    """On stderr, after the program."""

    def test_refusals_with_their_diagnosis(self, base: dict[str, str]) -> None:
        """What the platform refused, and hosts that the proxy refused, each with its remedy."""
        code = (
            "import urllib.request\n"
            "url = 'https://api.mch.weixin.qq.com/pay/unifiedorder'\n"
            "urllib.request.urlopen(url, b'<xml/>', timeout=10).read()\n"
            "try:\n    urllib.request.urlopen('https://www.example.com', timeout=10)\n"
            "except OSError as error:\n    print(error)\n"
        )

        done = ran(base, *python(code))

        assert "--pass www.example.com" in done.stdout
        assert "refused        2" in done.stderr
        assert "POST /pay/unifiedorder  FIELD_MISSING" in done.stderr
        assert "CONNECT www.example.com:443  HOST_NOT_PASSED" in done.stderr

    def test_no_diagnosis_is_left_pending(self, base: dict[str, str]) -> None:
        """A program that ends as soon as it is refused is still told what came of trying combinations of mistakes."""
        code = (
            "import os, urllib.request\n"
            "told = lambda name: os.environ['WECHATPAY_SANDBOX_' + name]\n"
            "fields = {'appid': told('APPID'), 'mch_id': told('MCH_ID'), 'nonce_str': 'N', 'body': 'tea',\n"
            "          'out_trade_no': 'T1', 'total_fee': '1', 'spbill_create_ip': '127.0.0.1',\n"
            "          'notify_url': 'http://127.0.0.1:9/', 'trade_type': 'NATIVE', 'product_id': 'p'}\n"
            "fields['sign'] = 'A' * 32\n"
            "body = '<xml>' + ''.join(f'<{name}>{text}</{name}>' for name, text in fields.items()) + '</xml>'\n"
            "url = 'https://api.mch.weixin.qq.com/pay/unifiedorder'\n"
            "for _ in range(3):\n"
            "    reply = urllib.request.urlopen(url, body.encode(), timeout=10)\n"
            "    print(reply.headers['Sandbox-Diagnosis'])\n"
        )

        done = ran(base, *python(code))

        assert done.stdout.count("pending: ") == 3
        assert done.stderr.count("SIGN_WRONG") == 3
        assert "pending: " not in done.stderr
        assert done.stderr.count("none of the mistakes we know") == 3

    def test_nothing_at_all(self, base: dict[str, str]) -> None:
        """A program of which nothing came may have a client that is not covered: where to read on, what to try."""
        done = ran(base, *python("print('no call')"))

        assert "requests       none" in done.stderr
        assert "docs/doors.md" in done.stderr
        assert "--java-hosts" in done.stderr

    def test_a_report_for_programs(self, base: dict[str, str], tmp_path: Path) -> None:
        """--report: the same as JSON, quiet or not."""
        file = tmp_path / "report.json"
        code = "import urllib.request as u; u.urlopen('https://api.mch.weixin.qq.com/pay/unifiedorder', b'<xml/>')"

        ran(base, "-q", "--report", str(file), *python(code))

        told = json.loads(file.read_text())
        assert (told["exit_code"], told["requests"]) == (0, {"v2.unifiedorder": 1})
        assert [one["problem"] for one in told["refused"]] == ["FIELD_MISSING"]
        assert told["refused"][0]["diagnosis"]["field"] == "mch_id"

    def test_silence(self, base: dict[str, str]) -> None:
        """--quiet."""
        assert ran(base, "-q", *python("print(1)")).stderr == ""


def genuine(folder: Path, mchid: str = "1600000000") -> None:
    """Files as the real merchant platform hands them out; the authority is made up, only its name counts."""
    key = generate_private_key(65537, 2048)
    issuer = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tenpay.com")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, mchid)])
    start = datetime.datetime(2024, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1800))
        .sign(key, SHA256())
    )  # fmt: skip
    (folder / "apiclient_cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "apiclient_key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    bundle = pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, BestAvailableEncryption(mchid.encode())
    )
    (folder / "apiclient_cert.p12").write_bytes(bundle)


class TestTheInterlock:
    """No program starts that is handed a credential of the real platform."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> Path:
        folder = tmp_path / "real"
        folder.mkdir()
        genuine(folder)
        return folder

    def test_a_certificate_in_a_variable(self, base: dict[str, str], files: Path) -> None:
        """By its issuer; the merchant number is masked, the way out is named."""
        done = ran(base, *python("print('started')"), MY_CERT=str(files / "apiclient_cert.pem"))

        assert (done.returncode, done.stdout) == (2, "")
        assert "variable MY_CERT" in done.stderr
        assert "certificate of merchant 16******00" in done.stderr
        assert "WECHATPAY_SANDBOX_CERT" in done.stderr

    def test_a_key_in_the_command(self, base: dict[str, str], files: Path) -> None:
        """Told by the certificate that lies beside it."""
        done = ran(base, "--", "echo", f"--key={files / 'apiclient_key.pem'}")

        assert (done.returncode, done.stdout) == (2, "")
        assert "private key of merchant 16******00" in done.stderr

    def test_a_bundle(self, base: dict[str, str], files: Path) -> None:
        """Opened with the merchant number that stands in another variable."""
        done = ran(base, *python("1"), P12=str(files / "apiclient_cert.p12"), MCHID="1600000000")

        assert done.returncode == 2
        assert "apiclient_cert.p12" in done.stderr

    def test_a_key_as_text(self, base: dict[str, str], files: Path) -> None:
        """With its certificate in another variable, as cloud platforms hand them over."""
        texts = {"K": (files / "apiclient_key.pem").read_text(), "C": (files / "apiclient_cert.pem").read_text()}

        done = ran(base, *python("1"), **texts)

        assert done.returncode == 2
        assert "the variable K: the private key" in done.stderr

    def test_what_is_harmless_passes(self, base: dict[str, str], files: Path, tmp_path: Path) -> None:
        """Our own credentials, another authority's, damaged files, files that are not there."""
        (tmp_path / "odd.pem").write_text("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n")
        (tmp_path / "odd.p12").write_bytes(b"\x30\x00")
        ours = tmp_path / "ours"
        subprocess.run(
            [sys.executable, "-m", "sandbox", "credentials", "--url", "http://127.0.0.1:9", "--out", str(ours)],
            check=True, capture_output=True, env=base, timeout=60,
        )  # fmt: skip
        named = {
            "A": str(ours / "apiclient_cert.pem"), "B": str(ours / "apiclient_cert.p12"), "M": "1900000001",
            "C": str(tmp_path / "odd.pem"), "D": str(tmp_path / "odd.p12"), "E": str(tmp_path / "none.pem"),
            "F": str(files), "G": "x" * 5000,
        }  # fmt: skip

        done = ran(base, *python("print('started')"), **named)

        assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


@POSIX
def test_ctrl_c_at_a_terminal_reaches_the_program_once(base: dict[str, str]) -> None:
    """The terminal tells everybody in its foreground; we do not tell it again."""
    import pty

    code = (
        "import signal, time\n"
        "heard = []\n"
        "signal.signal(signal.SIGINT, lambda *_: heard.append(1))\n"
        "print('ready', flush=True)\n"
        "end = time.monotonic() + 30\n"
        "while not heard and time.monotonic() < end: time.sleep(0.05)\n"
        "time.sleep(0.5)\n"
        "print('heard', len(heard), flush=True)\n"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(RUN[0], [*RUN, "-q", *python(code)], base)
    said, typed, end = b"", False, time.monotonic() + 40
    while time.monotonic() < end:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other side is gone
            break
        if not piece:
            break
        said += piece
        if b"ready" in said and not typed:
            typed = True
            os.write(terminal, b"\x03")
    os.waitpid(pid, 0)
    os.close(terminal)

    assert b"heard 1" in said
