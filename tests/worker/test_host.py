import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.core.finding import AttachmentFinding
from gateway.worker.host import WorkerPool
from gateway.worker.sealed import Growing
from tests.support.clock import settle
from tests.support.files import PROGRAM

MESSAGE = b"Content-Type: application/x; name=a.exe\r\n\r\n" + PROGRAM
GREETING = "import sys; w = lambda b: (sys.stdout.buffer.write(len(b).to_bytes(8, 'big') + b), sys.stdout.flush());"


async def ask(pool: WorkerPool, message: bytes = MESSAGE, timeout_seconds: float = 20) -> AttachmentFinding:
    return await pool.inspect([memoryview(message)], len(message), timeout_seconds)


HANG = "import signal; signal.pause()"


def fake(body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"{GREETING} w(b'[]');\n{body}")


@asynccontextmanager
async def made(*command: str, size: int = 1, jobs_maximum: int = 200) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(size, command, jobs_maximum)
    try:
        yield pool
    finally:
        await pool.close()


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    async with made() as pool:
        yield pool


def process_of(pool: WorkerPool) -> asyncio.subprocess.Process:
    (worker,) = pool._idle
    return worker.process


async def test_a_real_worker_answers_and_is_used_again(pool: WorkerPool) -> None:
    assert pool.not_enforced is None
    first = await ask(pool)
    process = process_of(pool)
    second = await ask(pool)
    assert first == second
    assert [hit.kind for hit in first.hits] == ["executable"]
    assert process_of(pool) is process
    assert isinstance(pool.not_enforced, tuple)


async def test_a_message_larger_than_a_pipe_goes_through_in_pieces(pool: WorkerPool) -> None:
    pieces = [memoryview(MESSAGE), memoryview(bytes(3_000_000)), memoryview(b"x")]
    finding = await pool.inspect(pieces, sum(map(len, pieces)), 20)
    assert finding.result == "hits"


async def test_a_worker_killed_in_its_work_is_unscannable_and_the_next_message_is_answered(pool: WorkerPool) -> None:
    await pool.start()
    process = process_of(pool)
    os.kill(process.pid, signal.SIGSTOP)
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(ask(pool))
        await asyncio.sleep(0)
        os.kill(process.pid, signal.SIGKILL)
    assert asked.result().result == "unscannable"
    assert (await ask(pool)).result == "hits"
    assert process_of(pool) is not process


async def test_a_worker_that_died_while_idle_is_not_asked(pool: WorkerPool) -> None:
    await pool.start()
    process = process_of(pool)
    process.kill()
    await process.wait()
    assert (await ask(pool)).result == "hits"


async def test_a_worker_that_hangs_is_killed_at_the_deadline() -> None:
    async with made(*fake(HANG)) as pool:
        await pool.start()
        process = process_of(pool)
        finding = await ask(pool, timeout_seconds=0.2)
    assert finding == AttachmentFinding((), "unscannable", detail="no answer within 0.2 s")
    assert await process.wait() == -signal.SIGKILL


async def test_a_worker_can_change_nothing_of_the_message_it_is_given() -> None:
    """What it holds is a copy, but one that a second reader could be given: nobody can write into it."""
    tried = (
        "import json, os, socket\n"
        "s = socket.socket(fileno=0); _, (d,), _, _ = socket.recv_fds(s, 8, 1)\n"
        "found = []\n"
        "for name, do in (('write', lambda: os.pwrite(d, b'x', 0)), ('cut', lambda: os.ftruncate(d, 0)),\n"
        "                 ('grow', lambda: os.ftruncate(d, 99))):\n"
        "    try: do(); found.append(name)\n"
        "    except PermissionError: pass\n"
        "text = os.pread(d, 99, 0).decode()\n"
        "w(json.dumps(dict(result='clean', hits=[], names=found, detail=text, parts=1)).encode())"
    )
    async with made(*fake(tried)) as pool:
        finding = await ask(pool, b"the message")
    assert (finding.result, finding.names, finding.detail) == ("clean", (), "the message")


SEEN = (
    "import json, os, socket\n"
    "s = socket.socket(fileno=0); _, (d,), _, _ = socket.recv_fds(s, 8, 1)\n"
    "w(json.dumps(dict(result='clean', hits=[], names=[str(os.fstat(d).st_ino)], detail='', parts=1)).encode())"
)


async def test_a_message_in_sealed_memory_is_given_as_it_is_and_a_part_of_it_is_copied() -> None:
    growing = Growing()
    growing.add(b"the message")
    sealed = growing.sealed()
    own = (str(os.fstat(sealed.descriptor).st_ino),)
    for view, is_same in ((memoryview(sealed), True), (memoryview(sealed)[:5], False)):
        async with made(*fake(SEEN)) as pool:
            finding = await pool.inspect([view], len(view), 20)
        assert finding.result == "clean"
        assert (finding.names == own) is is_same
    assert sealed[:] == b"the message"


async def test_an_empty_message_needs_no_worker() -> None:
    assert (await ask(WorkerPool(command=("/none",)), b"")).result == "clean"


async def test_nothing_stays_open_for_workers_that_ended() -> None:
    async with made(jobs_maximum=1) as pool:
        await ask(pool)
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(3):
            assert (await ask(pool)).result == "hits"
        assert len(os.listdir("/proc/self/fd")) <= before


async def test_a_worker_that_reads_nothing_does_not_hold_a_large_message() -> None:
    async with made(*fake(HANG)) as pool:
        finding = await ask(pool, bytes(5_000_000), timeout_seconds=0.3)
    assert finding.result == "unscannable"


async def test_cancelling_the_check_kills_the_worker_and_is_passed_on() -> None:
    async with made(*fake(HANG)) as pool:
        await pool.start()
        process = process_of(pool)
        task = asyncio.ensure_future(ask(pool))
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize(
    "body",
    [
        "",
        "import os; os.read(0, 8); w(b'nonsense')",
        "import os; os.read(0, 8); sys.stdout.buffer.write(b'\\xff' * 8)",
        "import os; os.read(0, 8); w(b'{}')",
    ],
)
async def test_a_worker_that_talks_nonsense_is_unscannable(body: str) -> None:
    async with made(*fake(body)) as pool:
        assert (await ask(pool)).result == "unscannable"


async def test_a_worker_that_cannot_start_is_unscannable() -> None:
    for command in (("/does/not/exist",), (sys.executable, "-c", ""), (sys.executable, "-c", "print('x' * 100)")):
        async with made(*command) as pool:
            await pool.start()
            assert (await ask(pool)).result == "unscannable"


async def test_a_worker_retires_after_its_number_of_jobs() -> None:
    async with made(jobs_maximum=2) as pool:
        await ask(pool)
        process = process_of(pool)
        await ask(pool)
        assert pool._idle == []
    assert await process.wait() == -signal.SIGKILL


async def test_no_more_workers_run_than_there_are_places() -> None:
    async with made(size=2) as pool:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(pool)) for _ in range(6)]
        assert {task.result().result for task in tasks} == {"hits"}
        assert len(pool._idle) <= 2


async def test_the_wait_for_a_place_counts_as_time() -> None:
    async with made(*fake(HANG)) as pool, asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(pool, timeout_seconds=0.3)) for _ in range(3)]
    assert {task.result().result for task in tasks} == {"unscannable"}


async def test_a_message_beyond_all_sense_is_not_even_sent() -> None:
    assert (await WorkerPool(command=("/none",)).inspect([], 10**9, 1)).result == "unscannable"


async def test_the_worker_is_given_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POTERNE_TEST_SECRET", "hunter2")
    answer = "import json, os; os.read(0, 8);"
    answer += "w(json.dumps(dict(result='clean', hits=[], names=list(os.environ), detail='', parts=1)).encode())"
    async with made(*fake(answer)) as pool:
        finding = await ask(pool)
    assert finding.result == "clean"
    assert "POTERNE_TEST_SECRET" not in finding.names
