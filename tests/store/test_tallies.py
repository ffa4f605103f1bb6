from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.record import Disposition
from gateway.core.tally import NAMES_MAXIMUM, OTHERS, RECIPIENT, SCORE, VERDICT, Place, hour_of
from gateway.store import tallies
from tests.support.control import NOON, record
from tests.support.storage import opened

HOUR = hour_of(NOON.timestamp())


async def test_charts_have_what_was_flushed_and_what_was_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        history = it.store.history
        history.append(record(0))
        await history.flush()
        history.append(record(1))
        found = await history.statistics(HOUR, HOUR - 24)
        assert sum(found.hours.values()) == 2
        assert (
            found.hours[Place(HOUR, VERDICT, "quarantine")] + found.hours[Place(HOUR - 1, VERDICT, "quarantine")] == 2
        )
        await history.flush()
        again = await history.statistics(HOUR - 1, HOUR - 24)
        assert again.hours == found.hours
        assert again.scores == {Place(0, SCORE, "9"): 2}
        assert again.senders == {"rene@sender.example": (2, 2)}
        assert again.recipients == {"anna@office.example": (2, 2)}


async def test_an_address_that_is_forgotten_is_counted_no_more(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record(0))
        await it.store.history.flush()
        await it.store.history.forget("Anna@office.example")
        assert (await it.store.history.statistics(HOUR, HOUR)).recipients == {}


async def test_hours_that_are_too_old_go_with_the_rows(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record(0, time=0.0))
        await it.store.history.flush()
        await it.store.history.expire()
        assert (await it.store.history.statistics(0, 0)).hours == {}


async def test_a_flood_of_invented_names_does_not_fill_the_card(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for flush in range(3):
            for number in range(190):
                to = (Disposition(f"u{flush}-{number}@office.example", "accept", "delivered"),)
                it.store.history.append(record(number=0, code=f"C{flush}{number}", dispositions=to))
            await it.store.history.flush()
        names = (await it.store.history.statistics(HOUR, HOUR)).recipients
        assert len(names) == NAMES_MAXIMUM + 1
        assert names[OTHERS] == (570 - NAMES_MAXIMUM, 570 - NAMES_MAXIMUM)


@pytest.mark.parametrize("kind", [RECIPIENT])
async def test_the_most_frequent_names_come_first(tmp_path: Path, kind: str) -> None:
    async with opened(tmp_path) as it:
        for number in range(5):
            to = tuple(Disposition(f"u{n}@office.example", "accept", "delivered") for n in range(number + 1))
            it.store.history.append(record(code=f"C{number}", dispositions=to))
        await it.store.history.flush()
        database = it.store._history_database
        found = await database.read(lambda c: tallies.names(c, kind, HOUR, HOUR, 2))
        assert found == {"u0@office.example": (5, 5), "u1@office.example": (4, 4)}
