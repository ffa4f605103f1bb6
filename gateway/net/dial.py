"""Connections to literal next hops: "host:port", "[v6]:port" or "/path.sock".

Host names are looked up by our own Resolver only (settings `dns.servers`); no MX, no /etc/hosts.
"""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

from gateway.net.dns import Resolver, TemporaryFailure
from gateway.net.wire import Wire


class Unreachable(Exception):
    """No connection; the text says why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A parsed next hop. `host` is "" for a Unix socket, `path` is "" for TCP."""

    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def is_local(self) -> bool:
        """True for a Unix socket: what it carries never leaves the machine."""
        return bool(self.path)


class Dial(Protocol):
    """Connects to a next hop."""

    async def dial(self, hop: str) -> Wire:
        """A connection. Raises Unreachable. Waits without limit: set one around it."""
        ...


def endpoint(hop: str) -> Endpoint:
    """Parse a next hop. Raises ValueError."""
    if hop.startswith("/"):
        return Endpoint(path=hop)
    host, colon, port = hop.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError(f"{hop!r} is neither host:port nor a path")
    return Endpoint(host.removeprefix("[").removesuffix("]"), int(port))


class Dialer:
    """Dials; the addresses of a name are tried in order, IPv4 first."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def dial(self, hop: str) -> Wire:
        """A connection without Nagle's delay. Raises Unreachable."""
        try:
            where = endpoint(hop)
        except ValueError as error:
            raise Unreachable(str(error)) from error
        if where.is_local:
            return await _unix(where.path)
        causes: list[str] = []
        for address in await self._addresses(where.host):
            try:
                return await _tcp(address, where.port)
            except OSError as error:
                causes.append(f"{address}: {_words(error)}")
        raise Unreachable("; ".join(causes))

    async def _addresses(self, host: str) -> tuple[str, ...]:
        if _is_address(host):
            return (host,)
        if host.lower() == "localhost":  # RFC 6761 §6.3: never asked of DNS
            return ("127.0.0.1", "::1")
        try:
            found = [await self._resolver.lookup(host, kind) for kind in ("A", "AAAA")]
        except TemporaryFailure as error:
            raise Unreachable(f"DNS does not answer for {host}: {error}") from error
        addresses = tuple(value for answer in found for value in answer.values if _is_address(value))
        if not addresses:
            raise Unreachable(f"{host} has no address in DNS")
        return addresses


async def _tcp(address: str, port: int) -> Wire:
    transport, wire = await asyncio.get_running_loop().create_connection(Wire, address, port)
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return wire


async def _unix(path: str) -> Wire:
    try:
        _, wire = await asyncio.get_running_loop().create_unix_connection(Wire, path)
    except OSError as error:
        raise Unreachable(f"{path}: {_words(error)}") from error
    return wire


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _words(error: OSError) -> str:
    # asyncio puts its own call in place of the system's words.
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__
