"""Whose host a name is: the platform's, which the sandbox answers for, this machine's own, or somebody else's."""

import ipaddress
from collections.abc import Iterable

PLATFORM = (
    "api.mch.weixin.qq.com",
    "api2.mch.weixin.qq.com",
    "apihk.mch.weixin.qq.com",
    "apius.mch.weixin.qq.com",
    "fraud.mch.weixin.qq.com",
    "api2.wechatpay.cn",
    "api.weixin.qq.com",
    "api2.weixin.qq.com",
    "sh.api.weixin.qq.com",
    "sz.api.weixin.qq.com",
    "hk.api.weixin.qq.com",
    "open.weixin.qq.com",
    "wx.tenpay.com",
)
"""Every name of the platform that a merchant's program calls or sends a browser to."""

DOMAINS = ("weixin.qq.com", "tenpay.com", "wechatpay.cn")
"""Where the real platform lives: a name below these that is not in PLATFORM is a leak, wherever it is seen."""

OWN = ("localhost", "127.0.0.1", "::1")
"""This machine's names in the server's certificate."""


def is_platform(host: str) -> bool:
    """Whether the sandbox answers for this name."""
    return host.lower().rstrip(".") in PLATFORM


def is_passed(host: str, passed: Iterable[str]) -> bool:
    """Whether a name is on the list: itself, as `.example.com` all below, as `*` every one. This machine always is."""
    name = host.lower().rstrip(".")
    if is_own(name):
        return True
    return any(one in ("*", name) or (one.startswith(".") and name.endswith(one)) for one in map(str.lower, passed))


def is_near(host: str) -> bool:
    """Whether it is an address, no name, of this machine or of a private network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def is_own(name: str) -> bool:
    """Whether it is this machine."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
