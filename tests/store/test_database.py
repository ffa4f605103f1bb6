from __future__ import annotations

from pathlib import Path

import pytest

from gateway.store.database import Database
from gateway.store.errors import StoreError
from gateway.store.sqlite import HISTORY, QUEUE
from tests.support.clock import HandClock


async def test_what_is_written_is_read_and_survives_closing(tmp_path: Path) -> None:
    insert = "INSERT INTO message (id, time, code, action, folded, record) VALUES ('1', 1, 'F7K2Q', 'accept', '', '')"
    first = await Database.open(tmp_path / "a", HISTORY, HandClock())
    assert first.opened.is_new
    await first.write(lambda connection: connection.execute(insert) and None)
    assert await first.read(lambda connection: connection.execute("SELECT code FROM message").fetchone()[0]) == "F7K2Q"
    assert first.commits == 1
    await first.clear_log()
    await first.close()
    await first.close()
    second = await Database.open(tmp_path / "a", HISTORY, HandClock())
    assert not second.opened.is_new
    assert await second.read(lambda connection: connection.execute("SELECT count(*) FROM message").fetchone()[0]) == 1
    await second.close()


async def test_it_says_what_its_file_and_its_log_take(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    database = await Database.open(path, QUEUE, HandClock())
    log = tmp_path / "queue.sqlite3-wal"
    assert database.octets == path.stat().st_size + log.stat().st_size > 0
    await database.close()
    assert database.octets == path.stat().st_size


async def test_a_damaged_file_is_set_aside_with_the_time_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"foreign" * 1_000)
    database = await Database.open(tmp_path / "a", QUEUE, HandClock())
    assert database.opened.set_aside == tmp_path / "a.damaged-20261124T120000Z"
    await database.close()


async def test_a_place_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        await Database.open(tmp_path / "no" / "a", QUEUE, HandClock())


async def test_the_index_of_the_log_is_there_from_the_start_so_that_a_full_disk_can_be_read(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "a", HISTORY, HandClock())
    assert (tmp_path / "a-shm").stat().st_size > 0
    await database.close()
