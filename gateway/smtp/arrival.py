"""From an open connection to a greeted client: who it is, whether it may speak, whether it can wait.

PROXY header, connection limits, the pipeline's admission, early talkers; ends with the greeting or a refusal.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from aiosmtpd.proxy_protocol import AF, get_proxy

from gateway.core import replies
from gateway.core.envelope import Client, IPAddress, Role
from gateway.core.event import MessageHandled
from gateway.core.reply import Reply
from gateway.pipeline.base import Admission
from gateway.pipeline.report import refusal_record
from gateway.smtp.surroundings import Door
from gateway.smtp.wire import Gone, Wire

# The proxy stands in our own network: its header comes at once or never.
PROXY_HEADER_SECONDS = 5.0


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


async def behind_proxy(peer: Peer, door: Door, reader: asyncio.StreamReader) -> Peer | None:
    """The client the PROXY header names, when `peer` is a proxy of ours; None when its header is missing or bad.

    Nobody else's header is believed: there it is an early talker's noise.
    """
    networks = (ip_network(each, strict=False) for each in door.listener.proxy_protocol_from)
    if not any(peer.ip in network for network in networks):
        return peer
    try:
        async with asyncio.timeout(PROXY_HEADER_SECONDS):
            header = await get_proxy(reader)
    except (TimeoutError, OSError, asyncio.IncompleteReadError):
        return None
    if not header.valid:
        return None
    if header.family not in (AF.INET, AF.INET6):
        return peer  # the proxy's own health check (LOCAL, UNKNOWN)
    return Peer(_plain(str(header.src_addr)), int(header.src_port or 0))


async def admit(peer: Peer, door: Door, wire: Wire) -> Admission | Reply:
    """Ask the pipeline, while a client not seen before waits for its greeting; the refusal, or what is known of it.

    Whoever speaks before the greeting does not wait for answers, as no mail server does (RFC 5321 §3.1,
    postscreen's pregreet test). Raises Gone.
    """
    surroundings = door.surroundings
    client = Client(peer.ip, peer.port, door.name, Role(door.listener.role))
    delay = 0.0 if peer.ip in surroundings.seen else door.listener.greet_delay_seconds
    async with asyncio.TaskGroup() as group:
        patience = group.create_task(_speaks_early(wire, delay))
        admission = await surroundings.intake.admit_client(client)
        if admission.client.relay_client is not None or admission.refusal is not None:
            patience.cancel()
    if admission.refusal is not None:
        return admission.refusal
    early = False if patience.cancelled() else patience.result()
    if early is None:
        raise Gone
    return _refuse_early(admission, door) if early or wire.has_input else admission


def _refuse_early(admission: Admission, door: Door) -> Reply:
    """The refusal, with a code that finds it in the history."""
    surroundings = door.surroundings
    code = surroundings.intake.new_code()
    reply = replies.SPOKE_EARLY.with_code_word(code)
    now = surroundings.clock.now().timestamp()
    record = refusal_record(code, now, admission.client, reply, findings=admission.findings)
    surroundings.publish(MessageHandled(record))
    return reply


async def _speaks_early(wire: Wire, seconds: float) -> bool | None:
    """None when the client left: a value, because one member's failure would cancel the others."""
    try:
        return await wire.speaks_within(seconds)
    except Gone:
        return None


def _plain(text: str) -> IPAddress:
    ip = ip_address(text.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip
