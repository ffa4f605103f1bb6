from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from gateway.store.errors import DiskFull, StoreError
from gateway.store.sqlite import QUEUE, connect
from gateway.store.writer import Reader, Writer
from tests.support.clock import settle


@asynccontextmanager
async def writing(path: Path) -> AsyncIterator[Writer]:
    writer = Writer(partial(connect, path / "db", QUEUE), "test-writer")
    await writer.run(lambda c: c.execute("CREATE TABLE IF NOT EXISTS t (x INTEGER PRIMARY KEY, y BLOB)") and None)
    try:
        yield writer
    finally:
        await writer.close()


def add(x: int, connection: sqlite3.Connection) -> int:
    connection.execute("INSERT INTO t VALUES (?, NULL)", (x,))
    return x


def numbers(path: Path) -> list[int]:
    connection = connect(path / "db", QUEUE)
    found = [row[0] for row in connection.execute("SELECT x FROM t ORDER BY x")]
    connection.close()
    return found


class Blocker:
    """A job that keeps the writer busy until it is let go, so that others gather behind it."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.go = threading.Event()

    def __call__(self, connection: sqlite3.Connection) -> None:
        self.began.set()
        assert self.go.wait(30)


async def test_those_who_wait_share_one_commit(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer, asyncio.TaskGroup() as tasks:
        blocker = Blocker()
        tasks.create_task(writer.run(blocker))
        await asyncio.to_thread(blocker.began.wait, 30)
        before = writer.commits
        answers = [tasks.create_task(writer.run(partial(add, x))) for x in range(50)]
        await settle()
        blocker.go.set()
        assert [await each for each in answers] == list(range(50))
        assert writer.commits == before + 2
    assert numbers(tmp_path) == list(range(50))


async def test_the_answer_comes_after_the_commit(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        await writer.run(partial(add, 7))
        assert numbers(tmp_path) == [7]


async def test_one_callers_error_undoes_its_own_work_only(tmp_path: Path) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        add(100, connection)
        raise ZeroDivisionError

    async with writing(tmp_path) as writer, asyncio.TaskGroup() as tasks:
        blocker = Blocker()
        tasks.create_task(writer.run(blocker))
        await asyncio.to_thread(blocker.began.wait, 30)
        jobs = [partial(add, 1), broken, partial(add, 1), partial(add, 2)]
        answers = [tasks.create_task(_outcome(writer, job)) for job in jobs]
        await settle()
        blocker.go.set()
    assert [each.result() for each in answers] == [1, "ZeroDivisionError", "StoreError", 2]
    assert numbers(tmp_path) == [1, 2]


async def _outcome(writer: Writer, job) -> object:
    try:
        return await writer.run(job)
    except (StoreError, ZeroDivisionError) as error:
        return type(error).__name__


async def test_a_job_that_loses_the_whole_transaction_costs_the_others_nothing(tmp_path: Path) -> None:
    def loses(connection: sqlite3.Connection) -> None:
        add(100, connection)
        # As SQLite itself does on some failures of the disk.
        connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    async with writing(tmp_path) as writer, asyncio.TaskGroup() as tasks:
        blocker = Blocker()
        tasks.create_task(writer.run(blocker))
        await asyncio.to_thread(blocker.began.wait, 30)
        answers = [tasks.create_task(_outcome(writer, job)) for job in (partial(add, 1), loses, partial(add, 2))]
        await settle()
        blocker.go.set()
    assert [each.result() for each in answers] == [1, "StoreError", 2]
    assert numbers(tmp_path) == [1, 2]


async def test_a_job_that_hides_the_loss_of_its_transaction_is_not_answered_with_success(tmp_path: Path) -> None:
    def hides(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")

    async with writing(tmp_path) as writer:
        with pytest.raises(StoreError):
            await writer.run(hides)
        assert await writer.run(partial(add, 1)) == 1


async def test_a_full_database_is_an_error_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (9, zeroblob(1000000))")

    async with writing(tmp_path) as writer:
        await writer.run(lambda c: c.execute("PRAGMA max_page_count = 20") and None)
        with pytest.raises(DiskFull):
            await writer.run(fill)
        await writer.run(partial(add, 1))
        await writer.run(lambda c: c.execute("PRAGMA max_page_count = 100000") and None)
        await writer.run(fill)
    assert numbers(tmp_path) == [1, 9]


async def test_a_commit_that_fails_is_nobodys_success_and_the_connection_is_made_anew(tmp_path: Path) -> None:
    made: list[_FailsOnce] = []

    def make() -> sqlite3.Connection:
        made.append(_FailsOnce(connect(tmp_path / "db", QUEUE), fails=len(made) == 0))
        return made[-1]  # type: ignore[return-value]  # stands in for a connection whose log cannot be synced

    async with writing(tmp_path):
        pass
    writer = Writer(make, "test-writer")
    with pytest.raises(StoreError):
        await writer.run(partial(add, 1))
    assert numbers(tmp_path) == []
    await writer.run(partial(add, 2))
    assert len(made) == 2
    await writer.close()
    assert numbers(tmp_path) == [2]


class _FailsOnce:
    """A connection whose COMMIT fails as it does when the log cannot be synced."""

    def __init__(self, connection: sqlite3.Connection, *, fails: bool) -> None:
        self._connection = connection
        self._fails = fails

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, sql: str, *rest: object) -> object:
        if self._fails and sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(sql, *rest)


async def test_a_cancelled_caller_does_not_undo_its_job(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer, asyncio.TaskGroup() as tasks:
        blocker = Blocker()
        tasks.create_task(writer.run(blocker))
        await asyncio.to_thread(blocker.began.wait, 30)
        waiting = tasks.create_task(writer.run(partial(add, 5)))
        await settle()
        waiting.cancel()
        await settle()
        blocker.go.set()
    assert numbers(tmp_path) == [5]


async def test_closing_finishes_what_waits_and_refuses_what_comes_later(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer, asyncio.TaskGroup() as tasks:
        blocker = Blocker()
        tasks.create_task(writer.run(blocker))
        await asyncio.to_thread(blocker.began.wait, 30)
        waiting = tasks.create_task(writer.run(partial(add, 5)))
        await settle()
        closing = tasks.create_task(writer.close())
        await settle()
        blocker.go.set()
        assert await waiting == 5
        await closing
        with pytest.raises(StoreError):
            await writer.run(partial(add, 6))
    assert numbers(tmp_path) == [5]


async def test_nothing_of_sqlite_runs_in_the_loops_thread(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        reader = Reader(partial(connect, tmp_path / "db", QUEUE, read_only=True), "test-reader")
        names = [await writer.run(_thread_name), await reader.run(_thread_name)]
        await reader.close()
    assert threading.main_thread().name not in names
    assert len(set(names)) == 2


def _thread_name(connection: sqlite3.Connection) -> str:
    return threading.current_thread().name


async def test_a_reader_sees_what_is_committed_cannot_write_and_translates_errors(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        reader = Reader(partial(connect, tmp_path / "db", QUEUE, read_only=True), "test-reader")
        await writer.run(partial(add, 3))
        assert await reader.run(lambda c: c.execute("SELECT x FROM t").fetchone()[0]) == 3
        with pytest.raises(StoreError):
            await reader.run(partial(add, 4))
        with pytest.raises(ZeroDivisionError):
            await reader.run(lambda c: 1 // 0)
        assert await reader.run(lambda c: c.execute("SELECT count(*) FROM t").fetchone()[0]) == 1
        await reader.close()
        await reader.close()
        with pytest.raises(StoreError):
            await reader.run(_thread_name)
