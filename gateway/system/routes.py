"""The machine's default gateways, as the kernel's route tables name them: a relay client must not hold one (D18).

A router that hides its clients speaks with its own address; if that could send, everybody could.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final

IPV4_ROUTES: Final = Path("/proc/net/route")
IPV6_ROUTES: Final = Path("/proc/net/ipv6_route")

# RTF_UP and RTF_GATEWAY of linux/route.h.
_USED_GATEWAY: Final = 0x3


def default_gateways(
    ipv4_routes: Path = IPV4_ROUTES, ipv6_routes: Path = IPV6_ROUTES
) -> frozenset[IPv4Address | IPv6Address]:
    """The next hops of all default routes; empty where the tables cannot be read."""
    found: set[IPv4Address | IPv6Address] = set()
    for words in _rows(ipv4_routes):
        if len(words) >= 8 and words[1] == words[7] == "00000000" and _is_used(words[3]):
            # The table holds the address as the machine keeps it in memory; all our machines are little-endian.
            found.add(IPv4Address(bytes.fromhex(words[2])[::-1]))
    for words in _rows(ipv6_routes):
        if len(words) >= 10 and words[0] == "0" * 32 and words[1] == "00" and _is_used(words[8]):
            found.add(IPv6Address(bytes.fromhex(words[4])))
    return frozenset(found)


def _is_used(flags: str) -> bool:
    return int(flags, 16) & _USED_GATEWAY == _USED_GATEWAY


def _rows(table: Path) -> list[list[str]]:
    try:
        lines = table.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [line.split() for line in lines if not line.startswith("Iface")]
