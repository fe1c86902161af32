"""A shop of a few lines for the runner's tests: `tiny_shop.py PORT STORE [--flaw NAME]…`. Its store is a text file."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT, STORE, FLAWS = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[4::2]

PEM_FILES = ("CERT", "KEY", "PLATFORM_CERT", "PUB_KEY")


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/env":
            names = {k: v for k, v in os.environ.items() if k.startswith(("WECHATPAY_SANDBOX_", "SHOP_"))}
            files = {name: names.get(f"WECHATPAY_SANDBOX_{name}") for name in PEM_FILES}
            pem = {name: Path(path).read_text() for name, path in files.items() if path}
            self._answer(200, names | {"flaws": FLAWS, "cwd": os.getcwd(), "pem": pem})
        elif self.path.startswith("/orders/"):
            lines = STORE.read_text().split() if STORE.exists() else []
            status = "wrong" if "lies" in FLAWS else "unpaid" if self.path.rsplit("/", 1)[1] in lines else "unknown"
            self._answer(200, {"status": status, "seen": self.headers.get("Authorization")})
        else:
            self._answer(200, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path == "/login":
            if body.get("code") != "0code":
                self._answer(401, {"error": "40029", "message": "invalid code"})
            else:
                self._answer(200, {"data": {"token": "T1"}})
        elif self.path == "/orders":
            with STORE.open("a") as file:
                file.write("N1\n")
            sys.stdout.write(f"ordered {body}\n")
            sys.stdout.flush()
            self._answer(200, {"order_no": "N1", "payment": {"package": "prepay_id=wx1"}, "got": body})
        else:
            self._answer(404, {"error": "no-such-path"})

    def _answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    if "never-ready" in FLAWS:
        sys.stdout.write("no licence\n")
        sys.exit(3)
    ThreadingHTTPServer(("127.0.0.1", PORT), Shop).serve_forever()
