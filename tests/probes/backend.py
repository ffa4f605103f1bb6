"""The office's server in a probe, as a process: writes down each message before it says 250, and obeys.

    python -m tests.probes.backend PORT FILE

Commands on standard input, one a line: `up`; `slow SECONDS` after the dot; `silent` after the dot, until the next
command, which hangs up; `mixed SECONDS`: a third at once, a third slow, a third silent; `closed`. The answer is `ok`.
FILE gets a line of JSON for each delivery: `{"n", "at", "name", "whole", "to"}` before the reply, and
`{"n", "answered"}` when the reply was given to the kernel. Times are seconds since the epoch.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import time

from tests.probes import letters

OCTETS_MAXIMUM = 64 * 1024 * 1024


class Backend:
    """One listener; `mode` holds for every message whose dot comes."""

    def __init__(self, port: int, record: int) -> None:
        self._port = port
        self._record = record
        self._numbers = itertools.count(1)
        self._turn = itertools.count()
        self._mode = ("up", 0.0)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def obey(self, command: str) -> None:
        """Change what it does from now on."""
        word, _, seconds = command.partition(" ")
        was_silent = self._mode[0] in ("silent", "mixed")
        self._mode = (word, float(seconds or 0))
        if word == "closed" or was_silent:
            for writer in self._writers:
                writer.transport.abort()
        if word == "closed" and self._server is not None:
            self._server.close()
            self._server = None
        elif word != "closed" and self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=OCTETS_MAXIMUM)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 backend.example ESMTP\r\n")
        recipients: list[str] = []
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-backend.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n")
            elif verb == b"RCPT":
                recipients.append(line[line.index(b"<") + 1 : line.index(b">")].decode())
                writer.write(b"250 2.1.5 Ok\r\n")
            elif verb == b"DATA":
                await self._take(reader, writer, recipients)
            elif verb == b"QUIT":
                writer.write(b"221 2.0.0 Bye\r\n")
                await writer.drain()
                return
            else:
                writer.write(b"250 2.0.0 Ok\r\n")
            if verb in (b"MAIL", b"RSET", b"DATA"):
                recipients = []
            await writer.drain()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipients: list[str]) -> None:
        writer.write(b"354 Go ahead\r\n")
        await writer.drain()
        # All at once: a line at a time, two million short ones would hold everybody else's mail here.
        octets = await reader.readuntil(b"\r\n.\r\n")
        number = next(self._numbers)
        name, whole = letters.read(octets[:-3].replace(b"\r\n.", b"\r\n"))
        self._note(n=number, at=time.time(), name=name, whole=whole, to=recipients)
        await self._hesitate(reader)
        writer.write(b"250 2.6.0 Taken\r\n")
        await writer.drain()
        self._note(n=number, answered=time.time())

    async def _hesitate(self, reader: asyncio.StreamReader) -> None:
        word, seconds = self._mode
        if word == "mixed":
            word = ("up", "slow", "silent")[next(self._turn) % 3]
        if word == "slow":
            await asyncio.sleep(seconds)
        elif word == "silent":
            # Until the gateway gives up or we hang up; either way the reply is never given.
            await reader.read(1)
            raise ConnectionAbortedError

    def _note(self, **fields: object) -> None:
        os.write(self._record, json.dumps(fields).encode() + b"\n")


async def main(port: str, path: str) -> None:
    """Serve until standard input ends."""
    record = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    backend = Backend(int(port), record)
    while command := (await asyncio.to_thread(sys.stdin.readline)).strip():
        await backend.obey(command)
        sys.stdout.write("ok\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
