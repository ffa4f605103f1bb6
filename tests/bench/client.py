"""The world's mail servers of the bench, a process of its own: sends a list of messages over so many connections.

`python -m tests.bench.client`. One session a message, from the sender's own address; MAIL, RCPT and DATA go in one
write where PIPELINING is announced. The time of a message is from the connect to the reply to the final dot.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.child import serve_requests
from tests.bench.world import RECIPIENT

SESSION_SECONDS = 60.0
# For all messages of one turn; what is not sent by then has failed.
TURN_SECONDS = 180.0


class Broken(Exception):
    """The server ended the session, or said what it should not."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One message as it goes over the wire, with its final dot."""

    payload: bytes = field(repr=False)
    domain: str
    address: str


class Wire(asyncio.Protocol):
    """Replies in, octets out."""

    def __init__(self) -> None:
        self._buffer = b""
        self._replies: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._has_ended = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        # Only the last line of a reply counts, and of EHLO's whether PIPELINING was among them.
        for line in lines:
            if line[3:4] != b"-" or line[4:] == b"PIPELINING":
                self._replies.append(line)
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_ended = True
        self._wake()

    async def reply(self) -> bytes:
        """The next one. Raises Broken."""
        while not self._replies:
            if self._has_ended:
                raise Broken("closed")
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._replies.popleft()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def send(port: int, name: str, message: Loaded) -> float:
    """Send one message; milliseconds from the connect to the final reply. Raises Broken, OSError, TimeoutError."""
    begun = time.monotonic()
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SESSION_SECONDS):
        _, wire = await loop.create_connection(Wire, "127.0.0.1", port, local_addr=(message.address, 0))
        assert wire.transport is not None
        try:
            await _converse(wire, name, message)
            elapsed = time.monotonic() - begun
            wire.transport.write(b"QUIT\r\n")
            await wire.reply()
        finally:
            wire.transport.abort()
    return 1_000 * elapsed


async def _converse(wire: Wire, name: str, message: Loaded) -> None:
    assert wire.transport is not None
    await _expect(wire, b"220")
    wire.transport.write(b"EHLO mail.%s\r\n" % message.domain.encode())
    pipelined = (await _expect(wire, b"250")).endswith(b"PIPELINING")
    while pipelined and (await _expect(wire, b"250"))[3:4] == b"-":
        continue
    size = len(message.payload)
    commands = [f"MAIL FROM:<{name}> SIZE={size}", f"RCPT TO:<{RECIPIENT}>", "DATA"]
    if pipelined:
        wire.transport.write(("\r\n".join(commands) + "\r\n").encode())
    for command, code in zip(commands, (b"250", b"250", b"354"), strict=True):
        if not pipelined:
            wire.transport.write(command.encode() + b"\r\n")
        await _expect(wire, code)
    wire.transport.write(message.payload)
    await _expect(wire, b"250")


async def _expect(wire: Wire, code: bytes) -> bytes:
    reply = await wire.reply()
    if not reply.startswith(code):
        raise Broken(reply.decode("latin-1"))
    return reply


class Client:
    """Keeps the messages between requests, so that reading them is in no figure."""

    def __init__(self) -> None:
        self._messages: list[Loaded] = []

    async def answer(self, request: dict[str, Any]) -> object:
        """{"do": "load", "folder"}, or {"do": "send", "port", "connections", "names": {reverse-path: number}}."""
        if request["do"] == "load":
            self._messages = _load(Path(request["folder"]))
            return {"messages": len(self._messages)}
        todo = deque(request["names"].items())
        times: list[float] = []
        failures: dict[str, str] = {}
        begun = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_SECONDS), asyncio.TaskGroup() as group:
                for _ in range(request["connections"]):
                    group.create_task(self._work(request["port"], todo, times, failures))
        failures |= {name: "not sent in time" for name, _ in todo}
        return {"begun": begun, "ended": time.monotonic(), "times_ms": times, "failures": failures}

    async def _work(
        self, port: int, todo: deque[tuple[str, int]], times: list[float], failures: dict[str, str]
    ) -> None:
        while todo:
            name, number = todo.popleft()
            try:
                times.append(await send(port, name, self._messages[number]))
            except (Broken, OSError, TimeoutError) as error:
                failures[name] = f"{type(error).__name__}: {error}"


def _load(folder: Path) -> list[Loaded]:
    senders = json.loads((folder / "senders.json").read_text())
    messages = []
    for number, (domain, address) in enumerate(senders):
        octets = (folder / f"{number}.eml").read_bytes()
        # RFC 5321 §4.5.2: a line that begins with a dot gets another one.
        payload = (b"\r\n" + octets).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
        messages.append(Loaded(payload, domain, address))
    return messages


if __name__ == "__main__":
    asyncio.run(serve_requests(Client().answer))
