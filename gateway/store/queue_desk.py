"""What a person sees of the queue and does to it: list, retry, hold, drop, delete. Delivery uses `queue` instead."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.core.page import Cursor, Page
from gateway.core.queued import LaneCause, LaneLoad, QueueEntry, QueueState
from gateway.store import queue_rows as rows
from gateway.store.base import Clock
from gateway.store.database import Database
from gateway.store.errors import MissingMessage, StoreError
from gateway.store.inflight import InFlight
from gateway.store.queue import QueueFolders

WAITING = (QueueState.QUEUED, QueueState.IN_DOUBT, QueueState.HELD)
DEAD = (QueueState.DEAD,)


class QueueDesk:
    """Every method raises StoreError. None and False mean: not there, or not possible in its state."""

    def __init__(self, database: Database, folders: QueueFolders, inflight: InFlight, clock: Clock) -> None:
        self._database = database
        self._folders = folders
        self._inflight = inflight
        self._clock = clock

    @property
    def octets(self) -> int:
        """What all messages of the queue take, dead ones included."""
        return self._inflight.octets

    async def list(
        self, after: Cursor | None = None, limit: int = 100, states: Iterable[QueueState] = WAITING
    ) -> Page[QueueEntry]:
        """Entries newest first, from behind `after`."""
        place, wanted = (after.time, after.id) if after else None, tuple(states)
        found = await self._database.read(lambda connection: rows.page(connection, place, limit + 1, wanted))
        shown = found[:limit]
        return Page(shown, Cursor(shown[-1].since, shown[-1].id) if len(found) > limit else None)

    async def of_code(self, code: str) -> tuple[QueueEntry, ...]:
        """The entries of one message, dead ones too, oldest first."""
        return await self._database.read(lambda connection: rows.of_code(connection, code))

    async def find(self, name: str) -> tuple[QueueEntry, ...]:
        """The entry of this id, else the entries of the message of this code, oldest first."""
        entry = await self._get(name)
        return (entry,) if entry else await self.of_code(name)

    async def causes(self, limit: int = 100) -> tuple[LaneCause, ...]:
        """What waits, by lane, state and cause, the most first."""
        return await self._database.read(lambda connection: rows.causes(connection, limit))

    async def loads(self) -> tuple[LaneLoad, ...]:
        """How much waits in each lane and state."""
        return await self._database.read(rows.loads)

    async def make_due(self, lane: str) -> None:
        """The lane's next hop is back: what waits for it need not wait for its time. Doubts stay as they are."""
        now = self._clock.now().timestamp()
        await self._database.write(lambda connection: rows.make_due(connection, lane, now))

    async def retry(self, name: str) -> QueueEntry | None:
        """Try as soon as possible; also brings back what is held or dead.

        An entry in doubt stays in doubt: nobody's hurry makes the hop answer (D1).
        """
        entry = await self._get(name)
        if entry is None or entry.state is QueueState.IN_DOUBT:
            return entry
        if entry.state is QueueState.DEAD:
            try:
                await self._folders.dead.move_to(self._folders.waiting, name)
            except MissingMessage:
                # A move to `dead/` that failed left it where it is wanted now.
                if name not in await self._folders.waiting.names():
                    return None
        return await self._move(name, QueueState.QUEUED, "", self._clock.now().timestamp())

    async def hold(self, name: str, cause: str = "held by a person") -> QueueEntry | None:
        """Keep it, don't try it. An attempt under way still counts when it ends. Not for doubtful and dead ones."""
        entry = await self._get(name)
        if entry is None or entry.state not in (QueueState.QUEUED, QueueState.HELD):
            return None
        return await self._move(name, QueueState.HELD, cause)

    async def drop(self, name: str, cause: str = "dropped by a person") -> QueueEntry | None:
        """Give up without a notice; the file is kept in `dead/`. Not while it is being tried."""
        if self._inflight.is_claimed(name):
            return None
        entry = await self._move(name, QueueState.DEAD, cause)
        if entry is None:
            return None
        self._inflight.end_wait(name)
        try:
            await self._folders.waiting.move_to(self._folders.dead, name)
        except StoreError:
            return entry  # the row is dead already; the next start moves the file
        return entry

    async def delete(self, name: str) -> bool:
        """Remove a dead letter for good."""
        entry = await self._get(name)
        if entry is None or entry.state is not QueueState.DEAD:
            return False
        await self._database.write(lambda connection: rows.move(connection, name, QueueState.DONE))
        await self._folders.dead.remove(name)
        await self._folders.waiting.remove(name)
        await self._database.write(lambda connection: rows.forget(connection, [name]))
        self._inflight.free(entry.size_octets)
        return True

    async def _get(self, name: str) -> QueueEntry | None:
        entry = await self._database.read(lambda connection: rows.get(connection, name))
        return None if entry is None or entry.state is QueueState.DONE else entry

    async def _move(self, name: str, state: QueueState, cause: str, next_attempt: float = 0.0) -> QueueEntry | None:
        entry = await self._database.write(
            lambda connection: rows.move(connection, name, state, next_attempt=next_attempt, cause=cause)
        )
        return None if entry is None or entry.state is QueueState.DONE else entry
