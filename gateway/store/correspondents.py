"""To whom the office has written: addresses with the day of the last time, learned in memory, written by and by.

Forgotten after a time without a word, or when a person asks for it. Nothing here is promised: a power cut may take the
last minutes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from heapq import nsmallest

from gateway.store.base import Clock
from gateway.store.database import Database
from gateway.store.text import storable

# 150 octets each; an office of fifty writes to some thousand a year.
ADDRESSES_MAXIMUM = 20_000
# So many go at once when there are more, so that the oldest are not looked for with each new one.
_MAKE_ROOM = 1_000
_DAY_SECONDS = 86_400


class Correspondents(AbstractSet[str]):
    """The addresses, folded (`Mailbox.key`). `keep_days` 0: nobody is learned and nobody known."""

    def __init__(self, database: Database, clock: Clock, keep_days: int = 180) -> None:
        self._database = database
        self._clock = clock
        self.keep_days = keep_days
        self._days: dict[str, int] = {}
        self._fresh: set[str] = set()
        self._gone: set[str] = set()

    def __contains__(self, address: object) -> bool:
        """True when the office wrote to it within `keep_days`."""
        day = self._days.get(address) if isinstance(address, str) else None
        return day is not None and self.keep_days > 0 and day >= self._today() - self.keep_days

    def __iter__(self) -> Iterator[str]:
        """All of them, in no order."""
        return iter(tuple(self._days))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._days)

    async def load(self) -> None:
        """Read them, once. Raises StoreError."""
        self._days = await self._database.read(_all)

    def learn(self, addresses: Iterable[str]) -> None:
        """The office has written to these now."""
        if self.keep_days <= 0:
            return
        today = self._today()
        for address in addresses:
            if self._days.get(address) != today:
                self._days[address] = today
                self._fresh.add(address)
                self._gone.discard(address)
        if len(self._days) > ADDRESSES_MAXIMUM:
            for address in nsmallest(_MAKE_ROOM, self._days, key=self._days.__getitem__):
                self._drop(address)

    async def flush(self) -> None:
        """Write what was learned, in one transaction. Raises StoreError: then it waits on."""
        fresh = {address: self._days[address] for address in self._fresh}
        gone = frozenset(self._gone)
        if not (fresh or gone):
            return
        await self._database.write(lambda connection: _write(connection, fresh, gone))
        # Not what was learned on another day meanwhile.
        self._fresh -= {address for address, day in fresh.items() if self._days.get(address) == day}
        self._gone -= gone

    async def forget(self, address: str) -> bool:
        """Take an address out for good. False when it was not there. Raises StoreError."""
        known = address in self._days
        self._drop(address)
        if known:
            await self.flush()
            await self._database.clear_log()
        return known

    async def expire(self) -> int:
        """Forget to whom nobody has written for `keep_days`; nothing while the clock may be wrong (D17)."""
        if not self._clock.is_synchronised():
            return 0
        oldest = self._today() - self.keep_days
        old = [address for address, day in self._days.items() if self.keep_days <= 0 or day < oldest]
        for address in old:
            self._drop(address)
        await self.flush()
        return len(old)

    def _drop(self, address: str) -> None:
        if self._days.pop(address, None) is not None:
            self._fresh.discard(address)
            self._gone.add(address)

    def _today(self) -> int:
        return int(self._clock.now().timestamp() // _DAY_SECONDS)


def _all(connection: sqlite3.Connection) -> dict[str, int]:
    return {row["address"]: row["day"] for row in connection.execute("SELECT address, day FROM correspondent")}


def _write(connection: sqlite3.Connection, fresh: dict[str, int], gone: Iterable[str]) -> None:
    connection.executemany("DELETE FROM correspondent WHERE address = ?", [(storable(each),) for each in gone])
    connection.executemany(
        "INSERT INTO correspondent (address, day) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET day = excluded.day",
        [(storable(address), day) for address, day in fresh.items()],
    )
