"""The office's server of the bench, a process of its own: takes all mail at once, and remembers what came.

`python -m tests.bench.sink PORT`. A message is known by its reverse-path; its body by SHA-256.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import time
from typing import Any

from tests.bench.child import serve_requests
from tests.bench.corpus import body_digest

_END = b"\r\n.\r\n"
_HELLO = (
    b"250-sink.office.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
    b"250 ENHANCEDSTATUSCODES\r\n"
)
_OK = b"250 2.0.0 OK\r\n"


class Record:
    """What arrived since the last reset."""

    def __init__(self) -> None:
        self.arrived: dict[str, list[str]] = {}
        self.count = 0
        self.last = 0.0
        self.changed = asyncio.Event()

    def add(self, reverse_path: str, octets: bytes) -> None:
        """One whole message."""
        self.arrived.setdefault(reverse_path, []).append(body_digest(octets))
        self.count += 1
        self.last = time.monotonic()
        self.changed.set()

    async def answer(self, request: dict[str, Any]) -> object:
        """{"do": "reset"}, or {"do": "wait", "count": N, "seconds": S}: what arrived, and when the last did."""
        if request["do"] == "reset":
            self.arrived, self.count, self.last = {}, 0, 0.0
            return {}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(request["seconds"]):
                while self.count < request["count"]:
                    self.changed.clear()
                    await self.changed.wait()
        return {"arrived": self.arrived, "last": self.last}


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._buffer = bytearray()
        self._is_content = False
        self._searched = 0
        self._reverse_path = ""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport
        transport.write(b"220 sink.office.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        out = bytearray()
        while (said := self._content() if self._is_content else self._command()) is not None:
            out += said
        if out and self._transport is not None:
            self._transport.write(bytes(out))

    def _content(self) -> bytes | None:
        """The reply to the final dot, when it is there."""
        at = 0 if self._buffer.startswith(_END[2:]) else self._buffer.find(_END, self._searched)
        if at < 0:
            self._searched = max(0, len(self._buffer) - len(_END))
            return None
        octets = bytes(self._buffer[: at + 2]).replace(b"\r\n..", b"\r\n.")
        del self._buffer[: at + len(_END)]
        self._is_content, self._searched = False, 0
        self._record.add(self._reverse_path, octets)
        return _OK

    def _command(self) -> bytes | None:
        """The reply to the next command, when it is there whole."""
        at = self._buffer.find(b"\r\n")
        if at < 0:
            return None
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 2]
        match line[:4].upper():
            case b"EHLO" | b"LHLO":
                return _HELLO
            case b"MAIL":
                self._reverse_path = line.partition(b"<")[2].partition(b">")[0].decode("latin-1")
                return _OK
            case b"DATA":
                self._is_content = True
                return b"354 go on\r\n"
            case b"QUIT":
                assert self._transport is not None
                self._transport.write(b"221 2.0.0 bye\r\n")
                self._transport.close()
                return None
            case _:
                return _OK


async def main(port: str) -> None:
    """Serve until standard input ends."""
    record = Record()
    server = await asyncio.get_running_loop().create_server(lambda: Session(record), "127.0.0.1", int(port))
    async with server:
        await serve_requests(record.answer)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
