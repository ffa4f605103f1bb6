"""The wire: lines, blocks, gathered replies, and waits that end."""

import asyncio
import contextlib
import socket
import ssl

import pytest

from gateway.core import replies
from gateway.smtp.link import CONTENT_READ_OCTETS, Link
from gateway.smtp.wire import Gone, Late, Wire


@pytest.fixture
async def pair():
    """Our wire, and the peer's socket."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    wire = Wire(Link(ours, memoryview(bytearray(CONTENT_READ_OCTETS))))
    yield wire, theirs
    theirs.close()
    wire.abort()


async def test_lines_are_cut_at_crlf(pair):
    wire, peer = pair
    peer.send(b"one\r\ntwo\r\nthr")
    assert await wire.line(512, 5) == b"one"
    assert wire.has_input
    assert await wire.line(512, 5) == b"two"
    peer.send(b"ee\r\n")
    assert await wire.line(512, 5) == b"three"
    assert not wire.has_input


async def test_a_bare_lf_is_refused_with_what_hides_behind_it(pair):
    wire, peer = pair
    peer.send(b"one\nMAIL FROM:<>\r\nthree\r\nfour\nfive")
    assert await wire.line(512, 5) == replies.BAD_LINE_END
    assert await wire.line(512, 5) == b"three"
    assert await wire.line(512, 5) == replies.BAD_LINE_END
    assert not wire.has_input
    peer.send(b"six\n\r\nseven\r\n")
    assert await wire.line(512, 5) == replies.BAD_LINE_END
    assert await wire.line(512, 5) == b"seven"


async def test_a_line_without_end_takes_no_memory(pair):
    wire, peer = pair
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        line = group.create_task(wire.line(512, 10))
        await loop.sock_sendall(peer, b"x" * 1_000_000 + b"\r\nnext\r\n")
    assert line.result() == replies.LINE_TOO_LONG
    assert await wire.line(512, 5) == b"next"


async def test_blocks_give_what_is_there_and_take_back_what_was_too_much(pair):
    wire, peer = pair
    peer.send(b"abcdef")
    assert await wire.block(4, 5) == b"abcd"
    assert await wire.block(4, 5) == b"ef"
    wire.unread(b"QUIT\r\n")
    assert await wire.line(512, 5) == b"QUIT"


async def test_a_reply_leaves_at_once_when_no_command_waits(pair):
    wire, peer = pair
    wire.say(replies.NOOP_OK)
    assert peer.recv(1_000) == replies.NOOP_OK.to_octets()


async def test_replies_to_a_group_leave_together_before_the_next_wait(pair):
    wire, peer = pair
    peer.send(b"NOOP\r\nNOOP\r\n")
    await wire.line(512, 5)
    wire.say(replies.NOOP_OK)
    wire.say(replies.BYE)
    with pytest.raises(BlockingIOError):
        peer.recv(100)
    await wire.flush(5)
    assert peer.recv(1_000) == replies.NOOP_OK.to_octets() + replies.BYE.to_octets()


async def test_a_reply_does_not_wait_long_for_company(pair):
    wire, peer = pair
    peer.send(b"NOOP\r\nNOOP\r\n")
    await wire.line(512, 5)
    wire.say(replies.NOOP_OK)
    async with asyncio.timeout(5):
        assert await asyncio.get_running_loop().sock_recv(peer, 1_000) == replies.NOOP_OK.to_octets()


async def test_silence_is_late_and_an_end_is_gone(pair):
    wire, peer = pair
    with pytest.raises(Late):
        await wire.line(512, 0.01)
    assert not await wire.speaks_within(0.01)
    peer.send(b"x")
    assert await wire.speaks_within(5)
    assert await wire.speaks_within(0.0), "what has come already counts"
    peer.close()
    with pytest.raises(Gone):
        await wire.line(512, 5)


async def test_a_peer_that_does_not_read_is_late(pair):
    wire, peer = pair
    with pytest.raises(Late):
        await _talk_without_end(wire)
    peer.send(b"NOOP\r\n")
    assert await wire.speaks_within(5)
    with pytest.raises(Late):
        await wire.line(512, 0.05)


async def test_a_wait_for_a_line_can_be_ended_but_not_one_for_content(pair):
    wire, peer = pair
    wire.interrupt()
    async with asyncio.TaskGroup() as group:
        group.create_task(_late(wire))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        wire.interrupt()
    async with asyncio.TaskGroup() as group:
        block = group.create_task(wire.block(10, 5))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        wire.interrupt()
        peer.send(b"content")
    assert block.result() == b"content"


async def test_closing_lets_the_peer_read_the_last_reply(pair):
    wire, peer = pair
    peer.send(b"unread " * 1_000)
    wire.say(replies.TIMED_OUT)
    async with asyncio.TaskGroup() as group:
        closing = group.create_task(wire.close())
        loop = asyncio.get_running_loop()
        assert await loop.sock_recv(peer, 1_000) == replies.TIMED_OUT.to_octets()
        assert await loop.sock_recv(peer, 1_000) == b""
        assert not closing.done(), "the end is said before the linger, not after it"
        peer.close()
    assert closing.result(), "it ended its side in order"


async def test_a_peer_that_breaks_off_has_not_read_the_last_reply(pair):
    wire, peer = pair
    wire.say(replies.NOOP_OK)
    peer.close()
    assert not await wire.close()


async def _late(wire):
    with pytest.raises(Late):
        await wire.line(512, 60)


async def _talk_without_end(wire):
    for count in range(200_000):
        wire.say(replies.NOOP_OK)
        if count % 1_000 == 0:
            await wire.flush(0.05)


async def test_an_aborted_connection_is_closed_without_waiting(pair):
    wire, _peer = pair
    wire.say(replies.NOOP_OK)
    wire.abort()
    async with asyncio.timeout(1):
        await wire.close()


async def test_plain_octets_before_tls_are_dropped_wherever_they_are(pair):
    wire, peer = pair
    peer.send(b"NOOP\r\n")
    assert await wire.speaks_within(5)
    peer.close()
    with pytest.raises(Gone):
        await wire.start_tls(replies.READY_FOR_TLS, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), 5)
    assert not wire.has_input


async def test_a_line_that_drips_has_one_deadline_for_all_of_it(pair):
    wire, peer = pair
    async with asyncio.TaskGroup() as group:
        line = group.create_task(_line_or_late(wire, 0.2))
        while not line.done():
            with contextlib.suppress(BlockingIOError):
                peer.send(b"x")
            await asyncio.sleep(0)
    assert line.result() is Late


async def test_a_wait_can_be_made_shorter_but_not_longer(pair):
    wire, _ = pair
    async with asyncio.TaskGroup() as group:
        line = group.create_task(_line_or_late(wire, 3_600))
        await asyncio.sleep(0)
        wire.hurry(7_200)
        wire.hurry(0.01)
    assert line.result() is Late


async def test_exactly_takes_what_is_asked_and_leaves_the_rest(pair):
    wire, peer = pair
    peer.send(b"abc")
    async with asyncio.TaskGroup() as group:
        five = group.create_task(wire.exactly(5, 5))
        await asyncio.sleep(0)
        peer.send(b"defg")
    assert five.result() == b"abcde"
    assert await wire.block(10, 5) == b"fg"


async def test_a_peer_that_is_held_waits_whatever_it_sends(pair):
    wire, peer = pair
    peer.send(b"hurry up\r\n")
    await wire.hold(0.05)
    assert await wire.line(512, 5) == b"hurry up"
    peer.close()
    with pytest.raises(Gone):
        await wire.hold(5)


async def _line_or_late(wire, seconds):
    try:
        return await wire.line(10_000_000, seconds)
    except Late:
        return Late
