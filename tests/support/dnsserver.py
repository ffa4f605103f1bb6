"""A small authoritative DNS server on loopback, UDP and TCP, that serves a zone from text.

`async with DnsServer.of(text) as server:` inside a test, or
`python -m tests.support.dnsserver --zone FILE --port N` for programs under test. Zone text: see `zone`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from tests.support.zone import Zone

PLAIN_UDP_MAXIMUM_OCTETS = 512
TTL_SECONDS = 60


@dataclass
class DnsServer:
    """Serves `zone` on 127.0.0.1; port 0 lets the kernel choose. `asked` keeps (name, type) in order.

    Every name below `fault_below` is SERVFAIL.
    """

    zone: Zone
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    tcp_asked: int = 0
    fault_below: str = ""
    _transport: asyncio.DatagramTransport | None = None
    _server: asyncio.Server | None = None

    @classmethod
    def of(cls, text: str, port: int = 0) -> DnsServer:
        """From zone text."""
        return cls(Zone.of(text), port)

    @property
    def address(self) -> str:
        """ "127.0.0.1:PORT", as `[dns] servers` wants it."""
        return f"127.0.0.1:{self.port}"

    async def __aenter__(self) -> DnsServer:
        """Bind both protocols to one port."""
        loop = asyncio.get_running_loop()
        udp, tcp = _bind(self.port)
        self.port = udp.getsockname()[1]
        self._server = await asyncio.start_server(self._serve_stream, sock=tcp)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=udp)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both."""
        if self._transport:
            self._transport.close()
        if self._server:
            self._server.close()

    def reply(self, wire: bytes, *, tcp: bool) -> bytes | None:
        """The answer to one query; None for a name that times out or octets that are no query."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not query.question:
            return None
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        self.tcp_asked += tcp
        fault = self.zone.fault(name, kind)
        if self.fault_below and name.endswith("." + self.fault_below):
            fault = "SERVFAIL"
        if fault == "TIMEOUT":
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA | dns.flags.RA
        if fault == "SERVFAIL":
            response.set_rcode(dns.rcode.SERVFAIL)
        else:
            self._fill(response, name, kind)
        limit = 65_535 if tcp else max(query.payload, PLAIN_UDP_MAXIMUM_OCTETS)
        try:
            return response.to_wire(max_size=limit)
        except dns.exception.TooBig:
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            return short.to_wire()

    async def slowly(self, wire: bytes, *, tcp: bool) -> bytes | None:
        """The reply when it is time for it: at once, unless a kind of server wants it otherwise."""
        return self.reply(wire, tcp=tcp)

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        sets, exists = self.zone.chain(name, kind)
        for owner, each, rdatas in sets:
            rrset = dns.rrset.from_rdata_list(dns.name.from_text(owner), TTL_SECONDS, list(rdatas))
            response.answer.append(rrset)
            if each == kind:
                return
        if not exists:
            response.set_rcode(dns.rcode.NXDOMAIN)
        response.authority.append(
            dns.rrset.from_text(".", TTL_SECONDS, "IN", "SOA", f"ns.test. admin.test. 1 60 60 60 {TTL_SECONDS}")
        )

    async def _serve_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                reply = await self.slowly(await reader.readexactly(length), tcp=True)
                if reply is not None:
                    writer.write(len(reply).to_bytes(2, "big") + reply)
                    await writer.drain()
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None
        self._answers: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The selector loop's transport is no subclass of DatagramTransport in Python 3.11.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = asyncio.get_running_loop().create_task(self._answer(data, addr))
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    def connection_lost(self, exc: Exception | None) -> None:
        for answer in self._answers:
            answer.cancel()

    async def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = await self._server.slowly(data, tcp=False)
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)


def _bind(port: int) -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on the same port of 127.0.0.1."""
    for _ in range(20):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            udp.bind(("127.0.0.1", port))
            tcp.bind(("127.0.0.1", udp.getsockname()[1]))
        except OSError:
            udp.close()
            tcp.close()
            if port:
                raise
        else:
            return udp, tcp
    raise OSError("no port is free for both UDP and TCP")


async def serve(text: str, port: int) -> None:
    """Serve until cancelled; the address goes to standard output when it is ready."""
    async with DnsServer.of(text, port) as server:
        sys.stdout.write(server.address + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(arguments: list[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="dnsserver", description=__doc__)
    parser.add_argument("--zone", required=True, type=Path)
    parser.add_argument("--port", default=0, type=int)
    options = parser.parse_args(arguments)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.zone.read_text(encoding="utf-8"), options.port))


if __name__ == "__main__":
    main(sys.argv[1:])
