"""Starts, asks and ends the worker processes: a few at once, each used again until it is old, slow or broken (D10).

Knows no format; what a worker cannot answer in time is *unscannable*.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from gateway.core.finding import AttachmentFinding
from gateway.worker.protocol import (
    ANSWER_MAXIMUM_OCTETS,
    LENGTH_OCTETS,
    MESSAGE_MAXIMUM_OCTETS,
    ProtocolError,
    decode_finding,
    decode_words,
    frame_length,
    length_prefix,
)
from gateway.worker.sealed import Growing, Sealed

# A leak in a parser ends with its process; a new one costs as much as some hundred messages.
JOBS_MAXIMUM: Final = 2_000
# A process that the kernel cannot end sooner hangs in a device; it must not hold the mail.
END_SECONDS: Final = 2.0
GREETING_MAXIMUM_OCTETS: Final = 65_536
# Copied at once; then the loop turns.
PIECE_OCTETS: Final = 1_048_576
# What a worker is started with: nothing of ours, which may name secrets; and large memory goes back when it is freed.
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_ARENA_MAX": "1"}


class WorkerDied(Exception):
    """The process ended or talked nonsense; the text says what is known."""


@dataclass(slots=True)
class _Worker:
    """A running process that has said its greeting, how it is given messages, and how many it has seen."""

    process: Process
    messages: socket.socket
    jobs: int = 0

    async def end(self) -> None:
        """Kill it; nothing of it is left then."""
        self.messages.close()
        await _end(self.process)


class WorkerPool:
    """At most `size` workers; each starts when it is first needed. Close it at the end."""

    def __init__(self, size: int = 1, command: Sequence[str] = (), jobs_maximum: int = JOBS_MAXIMUM) -> None:
        self._command = tuple(command) or (sys.executable, "-P", "-B", "-m", "gateway.worker")
        self._jobs_maximum = jobs_maximum
        self._places = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []
        self._not_enforced: tuple[str, ...] | None = None

    @property
    def not_enforced(self) -> tuple[str, ...] | None:
        """The fences that this machine does not give a worker, for `status`; None before the first one started."""
        return self._not_enforced

    async def start(self) -> None:
        """Start one worker now, so that the first message does not wait for it; a failure shows with that message."""
        with suppress(WorkerDied, OSError, ProtocolError):
            self._idle.append(await self._started())

    async def inspect(
        self, pieces: Iterable[memoryview], size_octets: int, timeout_seconds: float
    ) -> AttachmentFinding:
        """The finding about the message in these pieces; "unscannable" when it takes longer or the worker dies."""
        if not size_octets:
            # Nothing is in it, and nothing can be mapped.
            return AttachmentFinding((), "clean")
        if size_octets > MESSAGE_MAXIMUM_OCTETS:
            return _unscannable(f"the message has more than {MESSAGE_MAXIMUM_OCTETS} octets")
        try:
            async with asyncio.timeout(timeout_seconds), self._places:
                return await self._inspect(pieces, size_octets)
        except TimeoutError:
            return _unscannable(f"no answer within {timeout_seconds:g} s")
        except (WorkerDied, OSError, ProtocolError) as error:
            return _unscannable(f"the worker failed: {error}")

    async def close(self) -> None:
        """End all idle workers; those that work end with their callers."""
        while self._idle:
            await self._idle.pop().end()

    async def _inspect(self, pieces: Iterable[memoryview], size_octets: int) -> AttachmentFinding:
        worker = await self._taken() or await self._started()
        is_well = False
        try:
            finding = await _ask(worker, pieces, size_octets)
            worker.jobs += 1
            is_well = worker.jobs < self._jobs_maximum
            return finding
        finally:
            if is_well:
                self._idle.append(worker)
            else:
                await worker.end()

    async def _taken(self) -> _Worker | None:
        """An idle worker that has not died meanwhile."""
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            await worker.end()
        return None

    async def _started(self) -> _Worker:
        # The path is ours, wherever our packages lie.
        environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **_ENVIRONMENT}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        try:
            with theirs:
                # Its error output could hold foreign text: what matters comes as an answer.
                process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=theirs.fileno(), stdout=PIPE, stderr=DEVNULL, env=environment
                )
        except BaseException:
            ours.close()
            raise
        worker = _Worker(process, ours)
        try:
            self._not_enforced = decode_words(await _frame(process, GREETING_MAXIMUM_OCTETS))
        except BaseException:
            await worker.end()
            raise
        return worker


async def _ask(worker: _Worker, pieces: Iterable[memoryview], size_octets: int) -> AttachmentFinding:
    """Hand the message over and read the answer."""
    try:
        sealed = await _sealed(tuple(pieces), size_octets)
        socket.send_fds(worker.messages, [length_prefix(size_octets)], [sealed.descriptor])
    except OSError as error:
        raise WorkerDied("the message could not be handed over") from error
    return decode_finding(await _frame(worker.process, ANSWER_MAXIMUM_OCTETS))


async def _sealed(pieces: Sequence[memoryview], size_octets: int) -> Sealed:
    """The pieces in sealed memory: where they lie in such memory already, no copy. Raises OSError."""
    if len(pieces) == 1 and isinstance(pieces[0].obj, Sealed) and len(pieces[0].obj) == size_octets:
        return pieces[0].obj
    growing = Growing()
    for piece in pieces:
        for at in range(0, len(piece), PIECE_OCTETS):
            growing.add(piece[at : at + PIECE_OCTETS])
            if at:
                await asyncio.sleep(0)
    return growing.sealed()


async def _frame(process: Process, maximum: int) -> bytes:
    reader = process.stdout
    if reader is None:
        raise WorkerDied("it has no output")
    try:
        length = frame_length(await reader.readexactly(LENGTH_OCTETS), maximum)
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise WorkerDied("it ended without an answer") from error


async def _end(process: Process) -> None:
    """Kill it, and wait until the kernel has: then its pipes are closed and nothing of it is left."""
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(END_SECONDS):
            await process.communicate()


def _unscannable(detail: str) -> AttachmentFinding:
    return AttachmentFinding((), "unscannable", detail=detail)
