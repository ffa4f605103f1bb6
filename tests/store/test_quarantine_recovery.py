from __future__ import annotations

from pathlib import Path

from gateway.core.event import Fault
from tests.support.storage import envelope, held, opened
from tests.support.values import ORDINARY


async def filled(folder: Path, *codes: str) -> None:
    async with opened(folder) as it:
        for code in codes:
            await it.store.quarantine.hold(held(code), envelope(), [ORDINARY])


async def test_the_rows_are_made_again_from_the_files(tmp_path: Path) -> None:
    await filled(tmp_path, "AAAAA", "BBBBB")
    (tmp_path / "queue.sqlite3").write_bytes(b"foreign" * 1_000)
    async with opened(tmp_path) as it:
        assert {each.code for each in (await it.store.quarantine.list()).items} == {"AAAAA", "BBBBB"}
        assert await it.store.quarantine.show("AAAAA") == held("AAAAA")
        assert any(isinstance(each, Fault) and "set aside" in each.text for each in it.events)


async def test_a_rebuild_sets_damaged_files_aside(tmp_path: Path) -> None:
    await filled(tmp_path, "AAAAA", "BBBBB")
    bad = sorted((tmp_path / "quarantine").iterdir())[0]
    bad.write_bytes(bad.read_bytes()[:50])
    (tmp_path / "queue.sqlite3").write_bytes(b"")
    async with opened(tmp_path) as it:
        assert [each.code for each in (await it.store.quarantine.list()).items] == ["BBBBB"]
        assert [each.name for each in await it.store.damaged()] == [bad.name]


async def test_a_file_without_a_row_is_nobodys_and_a_row_without_a_file_goes(tmp_path: Path) -> None:
    await filled(tmp_path, "AAAAA", "BBBBB")
    gone, kept = sorted((tmp_path / "quarantine").iterdir())
    (tmp_path / "quarantine" / "CCCCC-00000000").write_bytes(kept.read_bytes())
    gone.unlink()
    async with opened(tmp_path) as it:
        assert [each.code for each in (await it.store.quarantine.list()).items] == ["BBBBB"]
        assert [each.name for each in (tmp_path / "quarantine").iterdir()] == [kept.name]
        assert [each.name for each in (tmp_path / "orphaned").iterdir()] == ["CCCCC-00000000"]
        assert any(isinstance(each, Fault) and "AAAAA" in each.text for each in it.events)
