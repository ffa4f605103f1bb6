from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.net.tls_client import TlsPolicy, client_context
from gateway.net.wire import TlsFailure, Wire
from tests.support.certificate import make


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Wire, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A wire and the hop's end of it."""
    accepted: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.put_nowait((reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port)
    reader, writer = await accepted.get()
    try:
        yield wire, reader, writer
    finally:
        wire.abort()
        writer.transport.abort()
        server.close()


async def test_what_is_sent_arrives_and_what_arrives_is_read() -> None:
    async with connected() as (wire, reader, writer):
        await wire.write(b"EHLO x\r\n")
        assert await reader.readline() == b"EHLO x\r\n"
        writer.write(b"250 x\r\n")
        assert await wire.read() == b"250 x\r\n"
        assert wire.is_quiet


async def test_what_came_before_the_end_is_still_read() -> None:
    async with connected() as (wire, _, writer):
        writer.write(b"421 bye\r\n")
        writer.close()
        await writer.wait_closed()
        assert await wire.read() == b"421 bye\r\n"
        assert await wire.read() == b""
        assert not wire.is_open
        assert wire.cause == "the hop closed the connection"


async def test_a_connection_that_breaks_says_so_in_words() -> None:
    async with connected() as (wire, _, writer):
        linger_not = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        writer.transport.abort()
        assert await wire.read() == b""
        assert wire.cause == "the connection broke: Connection reset by peer"


async def test_writing_to_a_closed_connection_is_no_exception() -> None:
    async with connected() as (wire, _, writer):
        writer.transport.abort()
        assert await wire.read() == b""
        assert not await wire.write(b"x" * 1_000_000)
        assert not wire.is_open


async def test_writing_waits_while_the_hop_does_not_read() -> None:
    async with connected() as (wire, reader, _):
        with pytest.raises(TimeoutError):
            await wire.write(b"x" * 50_000_000, 0.1)
        assert reader is not None


async def test_reading_has_an_end_too_and_what_arrives_later_is_not_lost() -> None:
    async with connected() as (wire, _, writer):
        with pytest.raises(TimeoutError):
            await wire.read(0.0)
        writer.write(b"250 ok\r\n")
        assert await wire.read(60.0) == b"250 ok\r\n"


async def test_whoever_is_cancelled_while_it_waits_leaves_the_wire_as_it_was() -> None:
    async with connected() as (wire, _, writer):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await wire.read(60.0)
        writer.write(b"250 ok\r\n")
        assert await wire.read(60.0) == b"250 ok\r\n"


async def test_what_was_written_waits_no_longer_in_our_memory() -> None:
    """So that only the final dot is left to doubt when the content is written."""
    async with connected() as (wire, reader, _):
        for _ in range(20):
            assert await wire.write(b"x" * 10_000)
            assert wire._transport is not None
            assert wire._transport.get_write_buffer_size() == 0
            await reader.read(10_000)


async def test_who_waits_to_write_hears_the_hop_speak() -> None:
    async with connected() as (wire, _, writer):
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(wire.write(b"x" * 50_000_000))
            await asyncio.sleep(0)
            writer.write(b"552 5.3.4 enough\r\n")
        assert writing.result() is False
        assert await wire.read() == b"552 5.3.4 enough\r\n"


async def test_a_hop_that_floods_is_made_to_wait() -> None:
    async with connected() as (wire, _, writer):
        writer.write(b"x" * 5_000_000)
        first = await wire.read()
        for _ in range(50):
            await asyncio.sleep(0)
        held = await wire.read()
        assert len(first) + len(held) < 2_000_000
        total = len(first) + len(held)
        while total < 5_000_000:
            total += len(await wire.read())


async def test_what_came_in_clear_is_dropped_by_the_handshake(tmp_path: Path) -> None:
    """Exim's CVE-2021-38371: a reply put behind the 220 in clear must not be read after the handshake."""
    context = make(tmp_path).context()
    async with connected() as (wire, _, writer):
        writer.write(b"250 injected\r\n")
        await wire._wait(None, lambda: not wire.is_quiet)
        policy = TlsPolicy("require")
        async with asyncio.TaskGroup() as group:
            group.create_task(writer.start_tls(context))
            group.create_task(wire.start_tls(client_context(policy), "hop.example"))
        writer.write(b"250 true\r\n")
        assert await wire.read() == b"250 true\r\n"
        assert wire.peer_certificate


async def test_every_write_over_tls_comes_to_its_end(tmp_path: Path) -> None:
    context = make(tmp_path).context()
    async with connected() as (wire, reader, writer):
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            tasks.create_task(writer.start_tls(context))
            tasks.create_task(wire.start_tls(client_context(TlsPolicy("opportunistic")), "hop.example"))
        for size in (1, 10, 100_000, 1, 0, 10, 100_000):
            async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
                tasks.create_task(wire.write(b"x" * size))
                tasks.create_task(reader.readexactly(size))


async def test_a_hop_that_speaks_no_tls_fails_in_words() -> None:
    async with connected() as (wire, _, writer):
        async with asyncio.TaskGroup() as group:
            shaking = group.create_task(_failure(wire))
            await asyncio.sleep(0)
            writer.write(b"500 what is this\r\n")
        assert "handshake failed" in shaking.result()
        assert not wire.is_open


async def test_a_handshake_on_a_closed_connection_fails_in_words() -> None:
    async with connected() as (wire, _, _):
        wire.abort()
        assert await _failure(wire) == "we dropped the connection"


async def _failure(wire: Wire) -> str:
    with pytest.raises(TlsFailure) as caught:
        await wire.start_tls(client_context(TlsPolicy()), "hop.example")
    return str(caught.value)
