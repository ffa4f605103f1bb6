"""A process that works with a store and stands still at a named point, so that a test can kill it there.

    python -m tests.support.storechild FOLDER WORK POINT [LIMIT_OCTETS]

Points: `before:CALL` and `after:CALL` of a disk call during the work, `in:commit` (rows written, not committed)
and `after:commit`. It prints STOPPED there, or DONE / the error's name at the end of the work.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import threading
from pathlib import Path
from typing import NoReturn

from gateway.store.errors import StoreError
from gateway.store.store import Store
from tests.support.clock import HandClock
from tests.support.failingdisk import FailingDisk
from tests.support.storage import LANE, envelope, held, outcome, put
from tests.support.values import ORDINARY


class _Stops:
    """Stands still at one point, once the work has begun."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.working = False

    def __call__(self, point: str) -> None:
        if self.working and point == self.point:
            stand_still()


def say(*words: str) -> None:
    """One line for the test."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def stand_still() -> NoReturn:
    """Say so and wait for the end."""
    say("STOPPED")
    threading.Event().wait()
    raise AssertionError("nobody wakes it")


async def work(store: Store, name: str, stops: _Stops) -> None:
    """What is done first is done whole; then the watched part begins."""
    match name:
        case "put":
            stops.working = True
            await put(store)
        case "settle":
            await put(store)
            (entry,) = await store.queue.claim(LANE)
            stops.working = True
            await store.queue.settle(entry.id, [outcome()], 0.0)
        case "drop":
            entry = await put(store)
            stops.working = True
            await store.queue_desk.drop(entry.id)
        case "retry":
            entry = await put(store)
            await store.queue_desk.drop(entry.id)
            stops.working = True
            await store.queue_desk.retry(entry.id)
        case "doubt":
            entry = await put(store)
            stops.working = True
            await store.queue.doubt(entry.id)
        case "hold":
            stops.working = True
            await store.quarantine.hold(held(), envelope(), [ORDINARY])
        case "delete":
            await store.quarantine.hold(held(), envelope(), [ORDINARY])
            stops.working = True
            await store.quarantine.delete("F7K2Q")
        case "fill":
            stops.working = True
            for index in range(10_000):
                await put(store, f"C{index}")
                say("KEPT", f"C{index}")


def _stop_in_commits(store: Store, stops: _Stops) -> None:
    """Let jobs stand still when their rows are written, or when they are committed."""
    real = store.database.write

    async def write(job):
        def stopping(connection):
            result = job(connection)
            stops("in:commit")
            return result

        result = await real(stopping)
        stops("after:commit")
        return result

    store.database.write = write


async def main(folder: str, name: str, point: str, limit_octets: str = "") -> None:
    """Open, work, and say how it ended."""
    stops = _Stops(point)
    store = await Store.open(Path(folder), HandClock(), lambda event: None, disk=FailingDisk(stops))
    _stop_in_commits(store, stops)
    if limit_octets:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit_octets), int(limit_octets)))
    try:
        await work(store, name, stops)
    except StoreError as error:
        say(type(error).__name__)
    else:
        say("DONE")
    stand_still()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
