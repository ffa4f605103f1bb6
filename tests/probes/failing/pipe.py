"""A pipe between the gateway and the real rspamd, in which an answer can be late, cut, or something else."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType
from typing import Literal

Manner = Literal["well", "slow", "hung", "cut", "garbage", "refusing", "endless"]
SLOW_SECONDS = 10.0
GARBAGE = b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"action":"no action","score":"0",\xff\xfe\x00]]]'


class Pipe:
    """Listens on `path` and asks `target`, both Unix sockets; `manner` holds for whoever connects then."""

    def __init__(self, path: Path, target: Path) -> None:
        self.path = path
        self.manner: Manner = "well"
        self._target = target
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Pipe:
        """It listens."""
        self._server = await asyncio.start_unix_server(self._serve, self.path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        manner = self.manner
        if manner == "refusing":
            return
        answer = await self._asked(reader)
        if manner == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        elif manner == "hung":
            await reader.read()
        elif manner == "cut":
            answer = answer[: len(answer) // 2]
        elif manner == "garbage":
            answer = GARBAGE
        elif manner == "endless":
            answer = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n" + b" " * 1_000_000
        writer.write(answer)
        with contextlib.suppress(OSError):
            await writer.drain()
            writer.write_eof()
            await reader.read()

    async def _asked(self, reader: asyncio.StreamReader) -> bytes:
        """The real answer to this request."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        body = await reader.readexactly(length)
        try:
            theirs, ours = await asyncio.open_unix_connection(self._target)
        except OSError:
            return b""
        ours.write(head + body)
        answer = await theirs.read()
        ours.close()
        return answer
