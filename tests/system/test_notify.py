import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.system.notify import Notifier, keep_alive, notifier_from, watchdog_seconds
from tests.support.clock import HandClock, settle


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        yield receiver


def test_each_state_is_one_datagram(manager: socket.socket) -> None:
    notifier = Notifier(manager.getsockname())
    notifier.ready()
    notifier.status("2 lanes\nREADY=0")
    notifier.alive()
    notifier.stopping()
    assert [manager.recv(100) for _ in range(4)] == [
        b"READY=1",
        b"STATUS=2 lanes READY=0",
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("")
        receiver.setblocking(False)
        Notifier("@" + receiver.getsockname()[1:].decode()).ready()
        assert receiver.recv(100) == b"READY=1"


def test_without_a_manager_or_with_one_that_is_gone_nothing_happens(tmp_path: Path) -> None:
    Notifier("").ready()
    Notifier(str(tmp_path / "nobody")).ready()


def test_a_manager_that_does_not_read_does_not_hold_us(manager: socket.socket) -> None:
    notifier = Notifier(manager.getsockname())
    for _ in range(2_000):
        notifier.alive()


def test_the_environment_names_the_socket() -> None:
    assert notifier_from({"NOTIFY_SOCKET": "/run/x"}) == Notifier("/run/x")
    assert notifier_from({}) == Notifier("")


def test_the_watchdog_is_meant_for_one_process_only() -> None:
    assert watchdog_seconds({"WATCHDOG_USEC": "30000000"}, 5) == 30.0
    assert watchdog_seconds({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "5"}, 5) == 30.0
    assert watchdog_seconds({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "6"}, 5) is None
    for absent in ({}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "x"}):
        assert watchdog_seconds(absent, 5) is None


async def test_signs_of_life_come_three_times_in_an_interval(manager: socket.socket) -> None:
    clock = HandClock()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep_alive(Notifier(manager.getsockname()), 30, clock.sleep))
        await clock.turn(29)
        task.cancel()
    assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    with pytest.raises(BlockingIOError):
        manager.recv(100)


async def test_a_loop_that_does_not_turn_gives_no_sign_of_life_and_no_burst_afterwards(manager: socket.socket) -> None:
    clock = HandClock()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep_alive(Notifier(manager.getsockname()), 30, clock.sleep))
        await settle()
        assert manager.recv(100) == b"WATCHDOG=1"
        # Time passes, and whoever has the loop does not give it back.
        for _ in range(10):
            clock.advance(10)
            with pytest.raises(BlockingIOError):
                manager.recv(100)
        await settle()
        assert manager.recv(100) == b"WATCHDOG=1"
        with pytest.raises(BlockingIOError):
            manager.recv(100)
        task.cancel()
