"""The default gateway of this machine: mail from its address has a hidden origin (D18)."""

from __future__ import annotations

import socket
import struct
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

_IPV4_TABLE = Path("/proc/net/route")
_IPV6_TABLE = Path("/proc/net/ipv6_route")


def default_gateways(
    ipv4_table: Path = _IPV4_TABLE, ipv6_table: Path = _IPV6_TABLE
) -> frozenset[IPv4Address | IPv6Address]:
    """The routers of the default routes, both families; empty where the kernel's tables can't be read."""
    return frozenset((*_ipv4(_lines(ipv4_table)), *_ipv6(_lines(ipv6_table))))


def _lines(table: Path) -> list[list[str]]:
    try:
        return [line.split() for line in table.read_text("ascii").splitlines()]
    except OSError:
        return []


def _ipv4(lines: list[list[str]]) -> list[IPv4Address]:
    """Columns: Iface Destination Gateway …, numbers in the host's byte order."""
    routers = (line[2] for line in lines[1:] if len(line) > 2 and line[1] == "00000000" and line[2] != "00000000")
    return [IPv4Address(socket.inet_ntoa(struct.pack("=L", int(router, 16)))) for router in routers]


def _ipv6(lines: list[list[str]]) -> list[IPv6Address]:
    """Columns: destination, prefix length, source, prefix length, next hop …; numbers in hexadecimal."""
    routers = (line[4] for line in lines if len(line) > 4 and line[1] == "00" and line[4].strip("0"))
    return [IPv6Address(int(router, 16)) for router in routers]
