"""Versions of the settings on disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from gateway.core.settingsversion import Change, Version, VersionState
from gateway.store import versions as module
from gateway.store.versions import Versions, recent
from tests.support.storage import opened


def version(text: str = "x = 1\n", state: VersionState = VersionState.KEPT, by: str = "anna") -> Version:
    return Version(0, 1_000.5, by, "try", "0.1.0", state, (Change("hostname", '"a"', '"é"'),), text)


async def test_a_version_survives_as_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        kept = await Versions(at.store.database).add(version("# é\nx = 1\r\n"))
    async with opened(tmp_path) as at:
        assert await Versions(at.store.database).get(kept.number) == kept
    assert kept.number == 1
    assert kept.text == "# é\nx = 1\r\n"


async def test_they_are_listed_newest_first_page_by_page(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        all_versions = Versions(at.store.database)
        for number in range(5):
            await all_versions.add(version(f"x = {number}\n"))
        first = await all_versions.list(None, 2)
        second = await all_versions.list(first.next, 2)
        third = await all_versions.list(second.next, 2)
        assert [each.number for page in (first, second, third) for each in page.items] == [5, 4, 3, 2, 1]
        assert third.next is None
        assert await all_versions.get(9) is None


async def test_the_state_changes_and_says_why(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        all_versions = Versions(at.store.database)
        tried = await all_versions.add(version(state=VersionState.TRIAL))
        await all_versions.set_state(tried.number, VersionState.REVERTED, "nobody kept it")
        found = await all_versions.get(tried.number)
        assert found is not None
        assert (found.state, found.ended) == (VersionState.REVERTED, "nobody kept it")


async def test_the_version_before_is_the_last_that_was_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        all_versions = Versions(at.store.database)
        for state in (VersionState.KEPT, VersionState.REVERTED, VersionState.KEPT):
            await all_versions.add(version(state=state))
        before = await all_versions.kept_before(3)
        assert before is not None
        assert before.number == 1
        assert await all_versions.kept_before(1) is None


async def test_the_oldest_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEP_VERSIONS", 3)
    async with opened(tmp_path) as at:
        all_versions = Versions(at.store.database)
        for _ in range(5):
            await all_versions.add(version())
        assert [each.number for each in (await all_versions.list()).items] == [5, 4, 3]


async def test_they_can_be_read_before_the_store_is_open(tmp_path: Path) -> None:
    async with opened(tmp_path) as at:
        kept = await Versions(at.store.database).add(version())
        assert recent(tmp_path / "queue.sqlite3") == (kept,)
    assert recent(tmp_path / "queue.sqlite3") == (kept,)


@pytest.mark.parametrize("octets", [None, b"", b"no database at all, but long enough to look at" * 100])
def test_a_database_that_cannot_be_read_has_none(tmp_path: Path, octets: bytes | None) -> None:
    path = tmp_path / "queue.sqlite3"
    if octets is not None:
        path.write_bytes(octets)
    assert recent(path) == ()


def test_a_database_of_an_older_release_has_none(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE queue_entry (id TEXT)")
    connection.close()
    assert recent(path) == ()
