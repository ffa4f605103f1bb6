"""A small disk that runs full under load: what was promised is delivered, senders are put off before DATA (§ disk)."""

from __future__ import annotations

import os
import random
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.probes import letters
from tests.probes.clients import Client
from tests.probes.crashload import judge
from tests.probes.world import World
from tests.support.waiting import until

MIB = 1_048_576
DISK_OCTETS = 24 * MIB
LIMITS = f"[limits]\nmessage_size_octets = {MIB}\nmemory_octets = {4 * MIB}\n"
AT_MAIL = "452 4.3.1 No room to keep a message, please try again later"
PACE = 10.0


def may_mount() -> bool:
    """True where we may have a file system of our own."""
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not may_mount(), reason="only root can mount a small file system, and not everywhere")


def large(name: str, chance: random.Random) -> letters.Letter:
    """Messages that fill a disk soon."""
    return letters.letter(name, chance, smallest_octets=50_000)


def fill(path: Path) -> None:
    """What another program does: take everything that is left, to the last octet."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for size in (MIB, 4_096, 1):
            with suppress(OSError):
                while os.write(descriptor, bytes(size)):
                    pass
    finally:
        os.close(descriptor)


def put_off(clients: list[Client]) -> list[str]:
    return [reply for client in clients for story in client.sent for reply in story.deferrals]


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("disk")
@pytest.mark.parametrize("others_fill_the_rest", [False, True])
def test_a_full_disk_puts_off_before_data_keeps_its_promises_and_recovers_by_itself(
    tmp_path: Path, others_fill_the_rest: bool
) -> None:
    with World(tmp_path / "world", {"top": LIMITS}, DISK_OCTETS) as world:
        world.server.obey("closed")
        world.start(PACE)
        world.await_greeting()
        clients = [Client(f"c{n}", world.port, n, make=large) for n in range(4)]
        for client in clients:
            client.start()
        try:
            until(partial(is_full, clients), "the disk is full", 60)
            promised = world.waiting_files()
            assert promised > 50
            if others_fill_the_rest:
                fill(world.state / "filler")
            assert world.ask("status")["lanes"][0]["state"] == "away"
            assert world.ask("queue", "list")["items"]
            world.server.obey("up")
            if others_fill_the_rest:
                # It delivers what it has, with no octet free for the outcomes but what the messages give back.
                until(lambda: world.waiting_files() < promised // 2, "it delivers on a full disk", 60)
                (world.state / "filler").unlink()
            until(lambda: len(world.server.arrivals()) > promised + 20, "it takes new mail by itself", 120)
        finally:
            for client in clients:
                client.stop.set()
        for client in clients:
            assert client.join(60)
        until(lambda: world.waiting_files() == 0, "the queue is empty", 60)
        stories = [story for client in clients for story in client.sent]
        tally = judge(stories, world.server.arrivals(), [])
        assert (tally.lost, tally.damaged, tally.doubled, tally.refused) == ([], [], [], [])
        assert set(put_off(clients)) == {AT_MAIL}
        assert sum(story.unanswered for story in stories) == 0


def is_full(clients: list[Client]) -> bool:
    """Every sender hears that there is no room."""
    return all(client.sent and client.sent[-1].deferrals[-3:] == [AT_MAIL] * 3 for client in clients)
