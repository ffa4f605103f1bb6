"""Fifty damaged files and rows among five hundred sound ones: those are delivered, the damaged kept and listed."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope
from gateway.core.message import Edits, Message
from gateway.net.clock import SystemClock
from gateway.store.queue import Spool
from gateway.store.store import Store
from tests.probes import letters
from tests.probes.world import World
from tests.support.values import recipient, reverse_path
from tests.support.waiting import until

SOUND = 500
DAMAGED = 50
# After the start, which takes about a second by itself (reliability.md §10 row 28).
SECONDS = 5.0


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    octets = path.read_bytes()
    path.write_bytes(octets[: len(octets) * 2 // 3])


def zeroed(path: Path) -> None:
    """The size is right and the octets are gone, as after a power cut."""
    path.write_bytes(bytes(path.stat().st_size))


def foreign(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + os.urandom(500))


def changed(path: Path) -> None:
    """One bit of the message: only the hash shows it, when the message is opened."""
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)


def unreadable(path: Path) -> None:
    """Nothing that can be read as a file stands in its place."""
    path.rename(path.with_name("." + path.name))
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


DAMAGES: Sequence[Callable[[Path], None]] = (empty, cut, zeroed, foreign, changed, unreadable, gone)


async def filled(state: Path, chance: random.Random) -> dict[str, str]:
    """A queue as a stop left it; the letter's name by the entry's."""
    store = await Store.open(state, SystemClock(), lambda event: None)
    names = {}
    try:
        for number in range(SOUND + DAMAGED):
            each = letters.letter(f"d-{number}", chance)
            envelope = Envelope(reverse_path("ann@shop.example"), tuple(recipient(one) for one in each.recipients))
            consignment = Consignment(f"C{number}", "backend:office", envelope, Message.of(each.octets), Edits())
            (entry,) = await store.queue.put([Spool(consignment, time.time())])
            names[entry.id] = each.name
    finally:
        await store.close()
    return names


def damage(state: Path, chosen: Sequence[str]) -> int:
    """Most ways are of files, some of rows; how many files are damaged and not gone."""
    files = 0
    with closing(sqlite3.connect(state / "queue.sqlite3")) as rows:
        for number, entry in enumerate(chosen):
            if number % 10 == 9:
                rows.execute("UPDATE queue_entry SET state = 'nonsense' WHERE id = ?", (entry,))
                continue
            if number % 10 == 8:
                rows.execute("DELETE FROM queue_recipient WHERE entry_id = ?", (entry,))
                continue
            way = DAMAGES[number % len(DAMAGES)]
            way(state / "messages" / entry)
            files += way is not gone
        rows.commit()
    return files


async def test_fifty_damaged_among_five_hundred_stop_nobody_and_none_is_deleted(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(28)
    with World(tmp_path / "world") as world:
        names = await filled(world.folder / "state", chance)
        chosen = chance.sample(sorted(names), DAMAGED)
        files = damage(world.folder / "state", chosen)
        sound = {name for entry, name in names.items() if entry not in chosen}
        world.start()
        world.await_greeting()
        began = time.monotonic()
        until(lambda: {each.name for each in world.server.arrivals()} >= sound, "the sound are delivered", 60)
        seconds = time.monotonic() - began
        record_property("figure", f"{SOUND} of {SOUND + DAMAGED} delivered in {seconds:.1f} s from the greeting")
        arrived = [each.name for each in world.server.arrivals()]
        assert sorted(arrived) == sorted(sound)
        assert all(each.is_whole for each in world.server.arrivals())
        # A message whose octets were changed shows it when it is opened, at its turn.
        until(lambda: listed(world) == set(chosen), "the damaged are listed", 30)
        assert world.ask("status")["queue"]["damaged"] == files
        aside = [each for each in (world.folder / "state/damaged").iterdir() if not each.name.endswith(".why")]
        assert len(aside) == files
        assert seconds < SECONDS


def listed(world: World) -> set[str]:
    """What a person sees of the entries that are not delivered: dead letters, and what was put on hold."""
    dead = world.ask("dead", "list", "--all")["items"]
    held = [each for each in world.ask("queue", "list", "--all")["items"] if each["state"] == "held"]
    return {each["id"] for each in (*dead, *held)}
