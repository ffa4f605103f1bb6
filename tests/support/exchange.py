"""Exchange as data: what its different doors answer, in the words Microsoft prints. And Exchange as a client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from tests.support.nexthop import Profile

ANNOUNCES = (
    "SIZE 37748736", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "X-ANONYMOUSTLS", "AUTH NTLM", "X-EXPS GSSAPI NTLM",
    "8BITMIME", "BINARYMIME", "CHUNKING", "XRDST",
)  # fmt: skip
NOT_FOUND = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
EXCHANGE = Profile(
    greeting="220 EX01.office.lan Microsoft ESMTP MAIL Service ready at Tue, 24 Nov 2026 12:00:00 +0100",
    announces=ANNOUNCES,
    dot="250 2.6.0 <id@EX01> [InternalId=5111011082268, Hostname=EX01.office.lan] Queued mail for delivery",
)


def frontend(*unknown: str) -> Profile:
    """Port 25 since 2013: any RCPT is fine, one unknown address refuses the whole after the dot."""
    return replace(EXCHANGE, announces=(*ANNOUNCES, "SMTPUTF8"), unknown=frozenset(unknown), refuses_whole=NOT_FOUND)


def hub(*known: str) -> Profile:
    """Port 2525 with the recipient filter: an unknown RCPT waits 5 s."""
    recipients = {address: "250 2.1.5 Recipient OK" for address in known}
    return replace(EXCHANGE, recipient="550 5.1.1 User unknown", recipients=recipients, tarpit_seconds=5.0)


BACK_PRESSURE = replace(EXCHANGE, mail="452 4.3.1 Insufficient system resources (UsedDiskSpace[C:\\])")
BACK_PRESSURE_SLOW = replace(EXCHANGE, mail_delay_seconds=55.0)
BACK_PRESSURE_CLOSED = replace(EXCHANGE, greeting="421 4.3.2 Service not available")
PROXY_DOWN = replace(EXCHANGE, dot="451 4.7.0 Temporary server error. Please try again later. PRX5")
PROXY_DOWN_IN_DATA = replace(EXCHANGE, early="421 4.4.2 Connection dropped")
PROXY_DOWN_SILENT = replace(EXCHANGE, stores_silently=True)
RELAY_CHECK = replace(
    EXCHANGE,
    recipient="550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    tarpit_seconds=5.0,
)
SIZE_AT_MAIL = replace(EXCHANGE, mail="552 5.3.4 Message size exceeds fixed maximum message size")
HEADER_TOO_LARGE = replace(EXCHANGE, dot="552 5.3.4 Header size exceeds fixed maximum size")
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients"
TLS_BROKEN = replace(EXCHANGE, starttls="454 4.7.0 TLS not available due to temporary reason")
EXO_BUSY = replace(EXCHANGE, greeting="451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)")
EXO_UNKNOWN_CLIENT = replace(EXCHANGE, recipient="550 5.7.64 TenantAttribution; Relay Access Denied")


async def send(
    address: str, reverse_path: str, recipients: Iterable[str], octets: bytes, *, chunks: int = 2
) -> list[str]:
    """Exchange as the sender: BDAT in chunks when CHUNKING is offered, else DATA with dots stuffed.

    Returns every reply line. A body with bare LF and no CHUNKING is not sent: Exchange reports 5.6.11 itself.
    """
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    client = _Client(reader, writer)
    try:
        await client.hear()
        offered = await client.ask("EHLO EX01.office.lan")
        await client.ask(f"MAIL FROM:<{reverse_path}>")
        for recipient in recipients:
            await client.ask(f"RCPT TO:<{recipient}>")
        if any("CHUNKING" in line for line in offered):
            await client.chunked(octets, chunks)
        elif octets.count(b"\n") != octets.count(b"\r\n"):
            client.lines.append("550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal")
        else:
            await client.data(octets)
        await client.ask("QUIT")
    finally:
        writer.close()
    return client.lines


class _Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.lines: list[str] = []

    async def hear(self) -> list[str]:
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            lines.append((await self.reader.readuntil(b"\r\n")).decode().rstrip())
        self.lines += lines
        return lines

    async def ask(self, command: str) -> list[str]:
        self.writer.write(f"{command}\r\n".encode())
        return await self.hear()

    async def chunked(self, octets: bytes, chunks: int) -> None:
        size = max(1, -(-len(octets) // chunks))
        for start in range(0, len(octets), size):
            chunk = octets[start : start + size]
            last = " LAST" if start + size >= len(octets) else ""
            self.writer.write(f"BDAT {len(chunk)}{last}\r\n".encode() + chunk)
            await self.hear()

    async def data(self, octets: bytes) -> None:
        await self.ask("DATA")
        self.writer.write(octets.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        await self.hear()
