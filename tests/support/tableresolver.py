"""A Resolver from a table: what is not in it does not exist; a name can fail or never answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from gateway.net.dns import Answer, TemporaryFailure


class TableResolver:
    """`table`: (name, kind) to values. Names in `failing` raise, those in `hanging` wait for `release`.

    `asked` is every question in order; `together` the most questions that were open at once.
    """

    def __init__(
        self,
        table: Mapping[tuple[str, str], tuple[str, ...]],
        *,
        failing: tuple[str, ...] = (),
        hanging: tuple[str, ...] = (),
    ) -> None:
        self.table = dict(table)
        self.failing = set(failing)
        self.hanging = set(hanging)
        self.release = asyncio.Event()
        self.asked: list[tuple[str, str]] = []
        self.together = 0
        self._open = 0

    async def lookup(self, name: str, kind: str) -> Answer:
        """The values of the table."""
        self.asked.append((name, kind))
        self._open += 1
        self.together = max(self.together, self._open)
        try:
            await asyncio.sleep(0)
            if name in self.hanging:
                await self.release.wait()
        finally:
            self._open -= 1
        if name in self.failing:
            raise TemporaryFailure(f"SERVFAIL for {name}")
        values = self.table.get((name, kind), ())
        return Answer(values, exists=bool(values) or any(known == name for known, _ in self.table))
