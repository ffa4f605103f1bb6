"""Whom the office has written to: learned in batches, forgotten after a time and on demand."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.store import correspondents as module
from gateway.store.store import StoreLimits
from tests.support.storage import opened

DAY = 86_400


async def test_whom_the_office_wrote_to_is_known_at_once_and_after_a_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.correspondents.learn(["ann@sender.example"])
        assert "ann@sender.example" in it.store.correspondents
        assert "eve@sender.example" not in it.store.correspondents
    async with opened(tmp_path) as it:
        assert set(it.store.correspondents) == {"ann@sender.example"}
        assert len(it.store.correspondents) == 1


async def test_many_letters_of_a_day_are_one_write(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        commits = it.store.database.commits
        for number in range(100):
            it.store.correspondents.learn([f"a{number % 10}@sender.example"])
        assert it.store.database.commits == commits
        await it.store.flush_facts()
        it.store.correspondents.learn(["a1@sender.example"])
        await it.store.flush_facts()
        assert it.store.database.commits == commits + 1


async def test_who_got_no_letter_for_long_is_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path, limits=StoreLimits(correspondents_keep_days=10)) as it:
        known = it.store.correspondents
        known.learn(["old@sender.example", "kept@sender.example"])
        it.clock.advance(6 * DAY)
        known.learn(["kept@sender.example"])
        it.clock.advance(5 * DAY)
        assert "old@sender.example" not in known
        assert "kept@sender.example" in known
        await it.store.expire()
        assert set(known) == {"kept@sender.example"}
    async with opened(tmp_path) as it:
        assert set(it.store.correspondents) == {"kept@sender.example"}


async def test_a_person_can_be_forgotten_for_good(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        known = it.store.correspondents
        known.learn(["ann@sender.example"])
        await it.store.flush_facts()
        assert await known.forget("ann@sender.example")
        assert not await known.forget("ann@sender.example")
        known.learn(["bob@sender.example"])
        assert await known.forget("bob@sender.example")
    octets = _octets(tmp_path)
    assert b"ann@sender" not in octets
    assert b"bob@sender" not in octets


def _octets(folder: Path) -> bytes:
    """All that the database and its log hold."""
    return b"".join(each.read_bytes() for each in folder.glob("queue.sqlite3*"))


async def test_an_office_that_wants_nobody_known_has_nobody_known(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        known = it.store.correspondents
        known.learn(["ann@sender.example"])
        it.store.adopt(StoreLimits(correspondents_keep_days=0))
        assert "ann@sender.example" not in known
        known.learn(["bob@sender.example"])
        await it.store.expire()
        assert set(known) == set()


async def test_the_longest_unwritten_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ADDRESSES_MAXIMUM", 10)
    monkeypatch.setattr(module, "_MAKE_ROOM", 4)
    async with opened(tmp_path) as it:
        known = it.store.correspondents
        for number in range(11):
            known.learn([f"a{number:02}@sender.example"])
            it.clock.advance(DAY)
        assert sorted(known) == [f"a{number:02}@sender.example" for number in range(4, 11)]
        await it.store.flush_facts()
    async with opened(tmp_path) as it:
        assert len(it.store.correspondents) == 7


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["learn", "forget", "flush"])), max_size=20))
def test_what_is_on_disk_after_a_flush_is_what_is_known(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    async def run() -> None:
        folder = tmp_path_factory.mktemp("store")
        async with opened(folder) as it:
            for name, what in steps:
                if what == "learn":
                    it.store.correspondents.learn([f"{name}@x.example"])
                elif what == "forget":
                    await it.store.correspondents.forget(f"{name}@x.example")
                else:
                    await it.store.flush_facts()
            known = set(it.store.correspondents)
        async with opened(folder) as it:
            assert set(it.store.correspondents) == known

    asyncio.run(run())
