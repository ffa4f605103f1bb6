"""One thread that writes to a database and one that reads; everybody who waits shares the next commit.

Knows no table. What a caller asked for happens even when the caller is cancelled meanwhile:
a settled delivery must not be forgotten because nobody listens any more.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from gateway.store.errors import StoreError, of_sqlite

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
Connect = Callable[[], sqlite3.Connection]

# One commit serves at most so many: it bounds how long the first of them waits on a slow card.
GROUP_MAXIMUM = 256


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A job and who waits for it."""

    job: Job[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a job returned or raised."""

    value: Any = None
    error: Exception | None = None


class Writer:
    """`run` gives a job the only writing connection inside a transaction and answers after its commit.

    `commits` counts them. A job may run twice (its first transaction was lost to another's full disk),
    so it does nothing but SQL. `close` first does what is waiting.
    """

    def __init__(self, connect: Connect, name: str) -> None:
        self.commits = 0
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._is_closed = False
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """The job's result, once it is committed. Raises StoreError, or what the job raised."""
        if self._is_closed:
            raise StoreError("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.put(_Waiting(job, loop, future))
        return await future

    async def close(self) -> None:
        """Finish what waits, then close the connection. A second call does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        """The thread: one group after the other."""
        while group := self._next_group():
            answers = self._serve(group)
            for loop in {each.loop for each in group}:
                _tell(loop, [(w, a) for w, a in zip(group, answers, strict=True) if w.loop is loop])
        self._drop_connection()

    def _next_group(self) -> list[_Waiting]:
        """Wait for one job, take all that came with it; empty at the end."""
        first = self._waiting.get()
        group = [first] if first else []
        while group and len(group) < GROUP_MAXIMUM:
            try:
                more = self._waiting.get_nowait()
            except Empty:
                break
            if more is None:
                self._waiting.put(None)
                break
            group.append(more)
        return group

    def _serve(self, group: Sequence[_Waiting]) -> list[_Answer]:
        """One transaction for all; when it is lost, one each."""
        answers = self._transact(group)
        if answers is None and len(group) > 1:
            return [self._serve([each])[0] for each in group]
        return answers or [_Answer(error=StoreError("the transaction was lost"))]

    def _transact(self, group: Sequence[_Waiting]) -> list[_Answer] | None:
        """Answers in order, or None when one of several jobs took the whole transaction with it."""
        try:
            connection = self._connection = self._connection or self._connect()
            connection.execute("BEGIN IMMEDIATE")
            answers: list[_Answer] = []
            for each in group:
                answers.append(_attempt(connection, each.job))
                if not connection.in_transaction:
                    return None if len(group) > 1 or answers[0].error is None else answers
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            # After a failed sync the log's descriptor may lie (reliability.md §1): it is never asked again.
            self._drop_connection()
            return [_Answer(error=of_sqlite(error)) for _ in group]
        self.commits += 1
        return answers

    def _drop_connection(self) -> None:
        """Close it; an open transaction is rolled back by that."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sqlite3.Error:
                return


class Reader:
    """`run` gives a job a connection that cannot write, in a snapshot, in its own thread."""

    def __init__(self, connect: Connect, name: str) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, job: Job[T]) -> T:
        """The job's result. Raises StoreError, or what the job raised."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, job)
        except RuntimeError as error:
            raise StoreError("the database is closed") from error

    async def close(self) -> None:
        """Close the connection and end the thread."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._drop_connection)
        except RuntimeError:
            return
        self._pool.shutdown(wait=False)

    def _read(self, job: Job[T]) -> T:
        """Run in a snapshot of its own."""
        try:
            connection = self._connection = self._connection or self._connect()
            connection.execute("BEGIN")
            try:
                return job(connection)
            finally:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._drop_connection()
            raise of_sqlite(error) from error

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _attempt(connection: sqlite3.Connection, job: Job[Any]) -> _Answer:
    """Run one job behind a savepoint, so that its error undoes its own work only."""
    connection.execute("SAVEPOINT job")
    try:
        answer = _Answer(job(connection))
    except sqlite3.Error as error:
        answer = _Answer(error=of_sqlite(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the caller who waits for this job
        answer = _Answer(error=error)
    if connection.in_transaction:
        if answer.error is not None:
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
    return answer


def _tell(loop: asyncio.AbstractEventLoop, answers: Sequence[tuple[_Waiting, _Answer]]) -> None:
    """Wake those who wait; a loop that is closed has nobody left."""
    try:
        loop.call_soon_threadsafe(_resolve, answers)
    except RuntimeError:
        return


def _resolve(answers: Sequence[tuple[_Waiting, _Answer]]) -> None:
    """In the loop: hand each answer over, but not to the cancelled."""
    for waiting, answer in answers:
        if waiting.future.done():
            continue
        if answer.error is not None:
            waiting.future.set_exception(answer.error)
        else:
            waiting.future.set_result(answer.value)
