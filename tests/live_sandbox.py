"""A sandbox as a process of its own, for clients that block or are written in another language."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ACKNOWLEDGE = b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"


class LiveSandbox:
    """Where it answers, and its control API."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told  # the ready file
        self.url = str(told["url"])

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One call of the control API."""
        request = urllib.request.Request(
            f"{self.url}/_sandbox{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def refusals(self) -> list[dict[str, Any]]:
        """What was refused, newest last."""
        return list(self.call("GET", "/exchanges?refused=true")["exchanges"])


@contextmanager
def live_sandbox(folder: Path, *options: str) -> Iterator[LiveSandbox]:
    """Start `serve` on free ports, wait for its ready file, stop it in the end. What it keeps stays in `folder`."""
    ready = folder / "ready.json"
    own = ["--port", "0", "--ready-file", str(ready), "--data-dir", str(folder / "data")]
    command = [sys.executable, "-m", "sandbox", "serve", *own, *options]
    with (folder / "serve.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            for _ in range(200):
                if ready.exists() and ready.stat().st_size:
                    break
                assert process.poll() is None, (folder / "serve.log").read_text()
                time.sleep(0.05)
            yield LiveSandbox(json.loads(ready.read_text()))
        finally:
            process.terminate()
            process.wait(10)


class Inbox:
    """What arrived at a notify URL; every notification is acknowledged."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self._arrived = threading.Event()

    def put(self, body: bytes, headers: dict[str, str]) -> None:
        """One more."""
        self.headers.append(headers)
        self.bodies.append(body)
        self._arrived.set()

    def first(self) -> bytes:
        """The first body, once it is there."""
        assert self._arrived.wait(10), "no notification arrived"
        return self.bodies[0]


@contextmanager
def inbox() -> Iterator[Inbox]:
    """A merchant's notify URL in a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(ACKNOWLEDGE)))
            self.end_headers()
            self.wfile.write(ACKNOWLEDGE)
            box.put(body, dict(self.headers))

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box = Inbox(f"http://127.0.0.1:{server.server_port}/notify")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
