"""Loaded by every Python under `wechatpay-sandbox run`, for what ignores proxies or carries its own list of roots.

A connection to a host of the platform that goes round the proxy is given the sandbox's address; aiohttp looks at the
variables as if its sessions had `trust_env`; certifi names the bundle that holds the sandbox's authority.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import socket
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HOSTS = frozenset(os.environ.get("WECHATPAY_SANDBOX_HOSTS", "").split(","))
PORTS = dict(pair.split("=") for pair in os.environ.get("WECHATPAY_SANDBOX_PORTS", "").split(",") if pair)
BUNDLE = os.environ.get("WECHATPAY_SANDBOX_CA_BUNDLE", "")

_getaddrinfo = socket.getaddrinfo


def getaddrinfo(host, port, *args, **more):  # type: ignore[no-untyped-def]
    """The sandbox's address for a host and port of the platform."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name.lower().rstrip(".") in HOSTS:
        asked = {"http": "80", "https": "443"}.get(str(port), str(port))
        if asked in PORTS:
            return _getaddrinfo("127.0.0.1", int(PORTS[asked]), *args, **more)
    return _getaddrinfo(host, port, *args, **more)


def _trusting_environment(module):  # type: ignore[no-untyped-def]
    init = module.ClientSession.__init__

    def __init__(self, *args, **more):  # type: ignore[no-untyped-def]
        more.setdefault("trust_env", True)
        init(self, *args, **more)

    module.ClientSession.__init__ = __init__


def _naming_bundle(module):  # type: ignore[no-untyped-def]
    def where():  # type: ignore[no-untyped-def]
        return BUNDLE

    module.where = where


AFTER = {"aiohttp.client": _trusting_environment, "certifi.core": _naming_bundle}


class AfterImport(importlib.abc.MetaPathFinder):
    """Lets a module be found as ever, and changes it once it is loaded."""

    def find_spec(self, fullname, path=None, target=None):  # type: ignore[no-untyped-def]
        """The module's own spec, its loader followed by our change."""
        change = AFTER.pop(fullname, None)
        if change is None:
            return None
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module):  # type: ignore[no-untyped-def]
            load(module)
            change(module)  # type: ignore[no-untyped-call]

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _run_next() -> None:
    """The program's own sitecustomize, which ours hides."""
    folders = [folder for folder in sys.path if os.path.abspath(folder or ".") != HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", folders)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if PORTS:
    socket.getaddrinfo = getaddrinfo
    sys.meta_path.insert(0, AfterImport())
    if not BUNDLE:
        del AFTER["certifi.core"]
_run_next()
