"""A peer on a Unix socket that reads a request, says what the test wants, and closes, hangs or trickles."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from types import TracebackType


class ScriptedPeer:
    """Answers every connection with `answer`. `hang` keeps silent instead; `read_all` waits for the whole body.

    `received` is what the last client sent; `together` the most clients that were served at once.
    """

    def __init__(self, folder: Path, answer: bytes = b"", *, hang: bool = False, read_all: bool = True) -> None:
        self.address = str(folder / "peer.sock")
        self.received = b""
        self.together = 0
        self.release = asyncio.Event()
        self._answer = answer
        self._hang = hang
        self._read_all = read_all
        self._now = 0
        self._arrived = asyncio.Semaphore(0)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> ScriptedPeer:
        self._server = await asyncio.start_unix_server(self._serve, self.address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        assert self._server is not None
        self._server.close()

    async def arrivals(self, count: int) -> None:
        """Wait until this many more requests have been read."""
        for _ in range(count):
            await self._arrived.acquire()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._now += 1
        self.together = max(self.together, self._now)
        try:
            await self._read(reader)
            self._arrived.release()
            if self._hang:
                await self.release.wait()
            writer.write(self._answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._now -= 1
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        self.received = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", self.received)
        if self._read_all and length:
            self.received += await reader.readexactly(int(length[1]))


def json_reply(text: str, status: str = "200 OK") -> bytes:
    """A complete reply with this JSON."""
    body = text.encode()
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)
