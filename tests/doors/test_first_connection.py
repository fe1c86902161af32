"""What the doors need is made when somebody first comes to one, once for all; and what happens when it cannot be."""

import asyncio
import gc
import logging
import ssl
from pathlib import Path

import pytest

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.doors.authority import Authority
from sandbox.doors.directory import KEY_FILE

HOST = "api.mch.weixin.qq.com"
CONNECT = f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode()


def open_doors(folder: Path) -> Settings:
    return Settings(port=0, https_port=0, proxy_port=0, data_dir=folder)


async def handshake(box: Sandbox) -> bytes:
    """The certificate that the TLS door shows."""
    context = ssl.create_default_context(cafile=str(box.ca_file))
    _, writer = await asyncio.open_connection("127.0.0.1", box.https_port, ssl=context, server_hostname=HOST)
    shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return shown


async def said_to(port: int, words: bytes) -> bytes:
    """All that a door says to these bytes until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    answer = await reader.read()
    writer.close()
    return answer


async def test_many_at_once_have_it_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty first connections, to both doors: one authority, one certificate."""
    Authority(tmp_path, 1_790_000_000_000)  # so that start has no reason to
    made: list[Authority] = []
    init = Authority.__init__

    def counted(self: Authority, directory: Path, now: int) -> None:
        made.append(self)
        init(self, directory, now)

    monkeypatch.setattr(Authority, "__init__", counted)
    async with Sandbox(open_doors(tmp_path)) as box:
        assert made == []

        async def tunnel() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", box.proxy_port)
            writer.write(CONNECT)
            answer = await reader.readuntil(b"\r\n\r\n")
            writer.close()
            return answer

        shown = await asyncio.gather(*(handshake(box) for _ in range(10)))
        tunnels = await asyncio.gather(*(tunnel() for _ in range(10)))

    assert len(made) == 1
    assert len(set(shown)) == 1
    assert set(tunnels) == {b"HTTP/1.1 200 Connection Established\r\n\r\n"}


async def test_on_a_new_machine_it_is_there_from_the_start(tmp_path: Path) -> None:
    """What a client is to trust must lie there before it connects."""
    async with Sandbox(open_doors(tmp_path / "data")) as box:
        assert box.ca_file.is_file()
        assert box.ca_file.parent == tmp_path / "data"


async def test_closed_doors_make_nothing(tmp_path: Path) -> None:
    """Settings made in code open none unless told to."""
    async with Sandbox(Settings(port=0, data_dir=tmp_path / "data")) as box:
        assert set(box.ports()) == {"http"}
    assert not (tmp_path / "data").exists()


async def test_what_cannot_be_made_is_told_to_whoever_comes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A TLS alert, a line of the proxy, the journal and the log; plain HTTP goes on; repaired, it works."""
    (tmp_path / KEY_FILE).write_text("nonsense")
    async with Sandbox(open_doors(tmp_path)) as box:
        with caplog.at_level(logging.ERROR):
            caplog.clear()
            with pytest.raises(ssl.SSLError, match=r"(?i)internal.error"):
                await asyncio.open_connection(
                    "127.0.0.1", box.https_port, ssl=ssl.create_default_context(), server_hostname=HOST
                )
        refused = await said_to(box.proxy_port, CONNECT)
        plain = await said_to(box.port, b"GET /nowhere HTTP/1.0\r\n\r\n")
        incidents = [one for one in box.tenants.unclaimed if one.problem == "NO_TLS_AUTHORITY"]
        (tmp_path / KEY_FILE).unlink()
        opened = await asyncio.open_connection("127.0.0.1", box.proxy_port)
        opened[1].write(CONNECT)
        again = await opened[0].readuntil(b"\r\n\r\n")
        opened[1].close()
        shown = await handshake(box)

    assert "is damaged" in caplog.text
    assert refused.startswith(b"HTTP/1.1 503 Service Unavailable by wechatpay-sandbox: ")
    assert b"delete it, and a new authority is made" in refused.partition(b"\r\n")[0]
    assert plain.startswith(b"HTTP/1.0 404")
    assert [(one.method, one.status) for one in incidents] == [("TLS", 0), ("TLS", 0), ("CONNECT", 503)]
    assert again.startswith(b"HTTP/1.1 200")
    assert shown
    gc.collect()  # what was left open would be complained of here
