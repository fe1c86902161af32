"""How a sandbox is started: one frozen class, from which the command line and the environment derive."""

from pathlib import Path

import msgspec

HTTP_PORT = 8686
HTTPS_PORT = 8687
PROXY_PORT = 8688
MERCHANT_PORT = 8689


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What `serve` takes. `store` None keeps everything in memory; a port of 0 is any free one."""

    host: str = "127.0.0.1"
    port: int = HTTP_PORT
    https_port: int | None = None  # of the TLS door; None: closed
    proxy_port: int | None = None  # of the proxy, on loopback whatever the host; None: closed
    passed: tuple[str, ...] = ()  # hosts of others that the proxy lets through
    data_dir: Path | None = None  # where the TLS authority lies; None: the user's data directory
    store: Path | None = None
    clock: str = "real"  # of the default tenant
    seed: str = ""  # of the default tenant; empty: drawn and printed
    ready_file: Path | None = None
    token: str = ""  # needed for /_sandbox/ when the sandbox is reachable from elsewhere
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    notify_map: dict[str, str] = {}  # URL prefix -> local URL prefix
    strict: bool = False  # an endpoint that answers an error it does not declare stops the request
