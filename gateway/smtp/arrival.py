"""From an open connection to a greeted client: who it is, whether it may speak, whether it can wait.

PROXY header, connection limits, the pipeline's admission, early talkers; ends with the greeting or a refusal.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from aiosmtpd.proxy_protocol import AF, get_proxy

from gateway.core import replies
from gateway.core.envelope import Client, IPAddress
from gateway.core.event import MessageHandled
from gateway.core.reply import Reply
from gateway.pipeline.base import Admission
from gateway.pipeline.report import refusal_record
from gateway.smtp.limits import normal
from gateway.smtp.surroundings import Door, Surroundings
from gateway.smtp.wire import Gone, Late, Wire

# The proxy stands in our own network: its header comes at once or never.
PROXY_HEADER_SECONDS = 5.0
# The PROXY protocol's text, §2.1: 107 octets with CRLF.
_HEADER_LINE_MAXIMUM_OCTETS = 107


@dataclass(frozen=True, slots=True)
class Peer:
    """The true other end: address and port."""

    ip: IPAddress
    port: int


def peer_of(peername: object) -> Peer:
    """From a socket's peer name. An IPv4 address in IPv6 clothes is that IPv4 address. Raises ValueError."""
    if not isinstance(peername, tuple) or len(peername) < 2:
        raise ValueError(f"no address in {peername!r}")
    return Peer(_plain(str(peername[0])), int(peername[1]))


async def behind_proxy(peer: Peer, door: Door, wire: Wire) -> Peer | None:
    """The client the PROXY header names, when `peer` is a proxy of ours; None when its header is missing or bad.

    Nobody else's header is believed: there it is an early talker's noise.
    """
    if not any(peer.ip in network for network in door.proxies):
        return peer
    try:
        async with asyncio.timeout(PROXY_HEADER_SECONDS):
            header = await get_proxy(_HeaderReader(wire))
    except (TimeoutError, OSError, Gone, Late):
        return None
    if not header.valid:
        return None
    if header.family not in (AF.INET, AF.INET6):
        return peer  # the proxy's own health check (LOCAL, UNKNOWN)
    return Peer(_plain(str(header.src_addr)), int(header.src_port or 0))


class _HeaderReader:
    """aiosmtpd's view of the wire: takes exactly the header, so that what follows it stays where it is."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def read(self, n: int = -1) -> bytes:
        """All `n` octets; the header's parts have known lengths."""
        return await self._wire.exactly(n, PROXY_HEADER_SECONDS)

    async def readexactly(self, n: int) -> bytes:
        """All `n` octets."""
        return await self._wire.exactly(n, PROXY_HEADER_SECONDS)

    async def readuntil(self, separator: bytes = b"\n") -> bytes:
        """The line of version 1; nothing for one that is too long or does not end in CRLF."""
        line = await self._wire.line(_HEADER_LINE_MAXIMUM_OCTETS, PROXY_HEADER_SECONDS)
        return line + b"\r\n" if isinstance(line, bytes) else b""


async def admit(peer: Peer, door: Door, wire: Wire) -> Admission | Reply:
    """Ask the pipeline, while a client not seen before waits for its greeting; the refusal, or what is known of it.

    Whoever speaks before the greeting does not wait for answers, as no mail server does (RFC 5321 §3.1,
    postscreen's pregreet test). Raises Gone.
    """
    surroundings = door.surroundings
    client = Client(peer.ip, peer.port, door.name, door.role)
    since = surroundings.clock.monotonic()
    admission = await surroundings.intake.admit_client(client)
    if admission.refusal is not None:
        return admission.refusal
    if _comes_too_often(admission.client, surroundings):
        return replies.TOO_MANY_CONNECTIONS
    delay = door.listener.greet_delay_seconds
    if delay and admission.client.relay_client is None and peer.ip not in surroundings.seen:
        await wire.speaks_within(max(0.0, delay - (surroundings.clock.monotonic() - since)))
    return _refuse_early(admission, door) if wire.has_input else admission


def _comes_too_often(client: Client, surroundings: Surroundings) -> bool:
    """Counted for strangers only: what sends out for the office may come as often as it must."""
    if client.relay_client is not None or client.ip in surroundings.hidden_origins:
        return False
    count = surroundings.rates.connections.count(client.ip, surroundings.clock.monotonic())
    return count > normal(surroundings.limits.connections_per_minute, is_busy=surroundings.gate.is_busy)


def _refuse_early(admission: Admission, door: Door) -> Reply:
    """The refusal, with a code that finds it in the history."""
    surroundings = door.surroundings
    code = surroundings.intake.new_code()
    reply = replies.SPOKE_EARLY.with_code_word(code)
    now = surroundings.clock.now().timestamp()
    record = refusal_record(code, now, admission.client, reply, findings=admission.findings)
    surroundings.publish(MessageHandled(record))
    return reply


def _plain(text: str) -> IPAddress:
    ip = ip_address(text.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip
