"""Which addresses are of this machine or its private network."""

import ipaddress

NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "0.0.0.0/32",
        "::1/128", "fc00::/7", "fe80::/10", "::/128",
    )
)  # fmt: skip
"""Loopback, private and link-local; the unspecified address is this machine, too."""


def is_local(address: str) -> bool:
    """Whether an IP address is of this machine or its private network. Raises ValueError for what is none."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip in network for network in NETWORKS)
