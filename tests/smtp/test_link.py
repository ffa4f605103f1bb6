"""The socket's side: bounded buffers, one timer, an end that gives everything back."""

import asyncio
import socket

import pytest

from gateway.smtp.link import COMMAND_READ_OCTETS, CONTENT_READ_OCTETS, Link
from tests.support.edge import until


@pytest.fixture
async def pair():
    """Our link, and the peer's socket."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    link = Link(ours, memoryview(bytearray(CONTENT_READ_OCTETS)))
    yield link, theirs
    theirs.close()
    link.close()


def fill(peer):
    """As much as the kernel takes."""
    total = 0
    try:
        while True:
            total += peer.send(b"x" * 65_536)
    except BlockingIOError:
        return total


async def test_what_nobody_reads_stays_with_the_peer(pair):
    link, peer = pair
    for _ in range(20):
        fill(peer)
        await asyncio.sleep(0)
    assert len(link.buffer) < 2 * COMMAND_READ_OCTETS
    link.buffer.clear()
    link.read_on()
    await until(lambda: len(link.buffer) > 0)


async def test_an_idle_link_holds_no_buffer(pair):
    link, peer = pair
    peer.send(b"x" * 10_000)
    await until(lambda: len(link.buffer) == 10_000)
    link.buffer = bytearray()
    assert link.buffer.__sizeof__() < 100
    assert link.unsent_octets == 0


async def test_a_wait_ends_by_octets_by_time_and_by_a_call(pair):
    link, peer = pair
    now = asyncio.get_running_loop().time
    peer.send(b"x")
    assert await link.wait_until(now() + 60)
    assert not await link.wait_until(now() + 0.01)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(link.wait_until(now() + 60))
        await asyncio.sleep(0)
        link.wake(in_time=False)
    assert not waiting.result()


async def test_one_timer_serves_every_wait(pair):
    link, peer = pair
    now = asyncio.get_running_loop().time
    timers = set()
    for _ in range(50):
        peer.send(b"x")
        await link.wait_until(now() + 300)
        timers.add(id(link._timer))
    assert len(timers) == 1
    assert not await link.wait_until(now() + 0.01)


async def test_an_early_timer_does_not_end_a_later_wait(pair):
    link, peer = pair
    now = asyncio.get_running_loop().time
    peer.send(b"x")
    assert await link.wait_until(now() + 0.05)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(link.wait_until(now() + 60))
        await until(lambda: link._timer is not None and link._timer.when() > now() + 30)
        assert not waiting.done()
        peer.send(b"y")
    assert waiting.result()


async def test_what_the_kernel_does_not_take_is_kept_and_sent_later(pair):
    link, peer = pair
    octets = bytes(range(256)) * 8_192
    link.write(octets)
    assert link.unsent_octets > 0
    found = bytearray()
    while len(found) < len(octets):
        found += await asyncio.get_running_loop().sock_recv(peer, 65_536)
    assert found == octets
    await until(lambda: link.unsent_octets == 0)
    assert not asyncio.get_running_loop().remove_writer(link._descriptor)


async def test_a_wait_ends_when_the_kernel_has_taken_everything(pair):
    link, peer = pair
    loop = asyncio.get_running_loop()
    link.write(b"x" * 1_000_000)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(link.wait_until(loop.time() + 60))
        await asyncio.sleep(0)
        while link.unsent_octets:
            await loop.sock_recv(peer, 65_536)
    assert waiting.result()


async def test_all_that_the_kernel_holds_can_be_dropped_at_once(pair):
    link, peer = pair
    sent = fill(peer)
    assert sent > 4 * COMMAND_READ_OCTETS
    link.drop_all()
    assert link.arrived_octets == sent
    peer.send(b"after")
    await until(lambda: len(link.buffer) > 0)
    assert link.buffer == b"after"


async def test_to_say_no_more_is_an_end_for_the_peer_only(pair):
    link, peer = pair
    link.say_no_more()
    assert peer.recv(1) == b""
    peer.send(b"x")
    await until(lambda: link.buffer == b"x")


async def test_a_reset_is_an_end_that_is_not_in_order(pair):
    link, peer = pair
    link.write(b"x" * 10_000_000)
    peer.close()
    await until(lambda: link.has_ended and link.is_broken)
    assert link.unsent_octets == 0
    link.write(b"nobody")


async def test_a_half_close_is_an_end_in_order_and_we_may_still_speak(pair):
    link, peer = pair
    peer.shutdown(socket.SHUT_WR)
    await until(lambda: link.has_ended)
    assert not link.is_broken
    link.write(b"goodbye")
    assert peer.recv(100) == b"goodbye"


async def test_closing_leaves_nothing_in_the_loop_and_may_be_done_twice(pair):
    link, _ = pair
    link.write(b"x" * 10_000_000)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(link.wait_until(asyncio.get_running_loop().time() + 60))
        await asyncio.sleep(0)
        link.close(at_once=True)
        link.close()
    assert waiting.done()
    assert link._timer is None
    loop = asyncio.get_running_loop()
    assert not loop.remove_reader(link._descriptor)
    assert not loop.remove_writer(link._descriptor)
