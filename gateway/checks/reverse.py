"""The client's reverse name, proven by a forward look-up: iprev (RFC 8601 §3).

A name that only the owner of the address claims is never passed on.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from gateway.core.envelope import Client, IPAddress
from gateway.core.finding import ReverseNameFinding
from gateway.net.dns import Resolver, TemporaryFailure

# RFC 8601 §3: a limit on the names, so that whoever owns the address cannot make us ask for ever.
NAMES_MAXIMUM = 10

# RFC 5321 §2.3.5 has letters, digits and hyphens; underscores occur. Anything else is an attack on who reads it.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"\A(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\Z")


class ReverseNameCheck:
    """Asks for PTR, then for each name's addresses of the client's family."""

    name = "iprev"

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def check(self, client: Client) -> ReverseNameFinding:
        """pass with the first name that leads back; fail, permerror (no name) or temperror (DNS)."""
        ip = _plain(client.ip)
        try:
            answer = await self._resolver.lookup(ip.reverse_pointer, "PTR")
        except TemporaryFailure:
            return ReverseNameFinding("temperror", None)
        if not answer.values:
            return ReverseNameFinding("permerror", None)
        return await self._first_proven(ip, answer.values[:NAMES_MAXIMUM])

    async def _first_proven(self, ip: IPAddress, names: tuple[str, ...]) -> ReverseNameFinding:
        result = "fail"
        kind = "A" if isinstance(ip, IPv4Address) else "AAAA"
        for name in (each.rstrip(".").lower() for each in names):
            if not _NAME.match(name):
                continue
            try:
                answer = await self._resolver.lookup(name, kind)
            except TemporaryFailure:
                result = "temperror"
                continue
            if any(_same(value, ip) for value in answer.values):
                return ReverseNameFinding("pass", name)
        return ReverseNameFinding(result, None)


def _plain(ip: IPAddress) -> IPAddress:
    """An IPv4-mapped address, as a socket for both families shows it, is the IPv4 address."""
    return ip.ipv4_mapped if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None else ip


def _same(value: str, ip: IPAddress) -> bool:
    """Compared as addresses: `2001:db8::1` has many spellings."""
    try:
        return ip_address(value) == ip
    except ValueError:
        return False
