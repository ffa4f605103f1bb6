"""Asks all checks of one moment side by side; each gets its deadline and gives exactly one Finding (D4).

Knows no check and no policy: a crash, a hang or a wrong answer becomes a FailureFinding, never a pass.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.checks.base import ClientCheck, MessageCheck
from gateway.core.envelope import Client, Transaction
from gateway.core.finding import FailureFinding, Finding
from gateway.core.text import safe
from gateway.net.clock import Clock

DETAIL_MAXIMUM_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class TimedFinding:
    """A finding and how long its check took, in milliseconds."""

    finding: Finding
    elapsed_ms: float


_Question = tuple[str, Callable[[], Awaitable[Finding]]]


async def run_message_checks(
    checks: Sequence[MessageCheck], transaction: Transaction, timeout_seconds: float, clock: Clock
) -> tuple[TimedFinding, ...]:
    """One finding for each check, in their order. Raises nothing but the caller's own cancellation."""
    questions = [(check.name, partial(check.check, transaction)) for check in checks]
    return await _ask_all(questions, timeout_seconds, clock)


async def run_client_checks(
    checks: Sequence[ClientCheck], client: Client, timeout_seconds: float, clock: Clock
) -> tuple[TimedFinding, ...]:
    """One finding for each check, in their order. Raises nothing but the caller's own cancellation."""
    questions = [(check.name, partial(check.check, client)) for check in checks]
    return await _ask_all(questions, timeout_seconds, clock)


async def _ask_all(questions: Sequence[_Question], timeout_seconds: float, clock: Clock) -> tuple[TimedFinding, ...]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_ask(name, ask, timeout_seconds, clock)) for name, ask in questions]
    return tuple(task.result() for task in tasks)


async def _ask(name: str, ask: Callable[[], Awaitable[Finding]], timeout_seconds: float, clock: Clock) -> TimedFinding:
    started = clock.monotonic()
    finding = await _answer(name, ask, timeout_seconds, clock)
    return TimedFinding(finding, (clock.monotonic() - started) * 1000)


async def _answer(name: str, ask: Callable[[], Awaitable[Finding]], timeout_seconds: float, clock: Clock) -> Finding:
    """The check's finding, or why there is none.

    The check is a task outside any TaskGroup: a group would wait for one that swallows its
    cancellation, and so hold the message beyond its deadline. Such a task is cancelled and left alone.
    """
    loop = asyncio.get_running_loop()
    work = loop.create_task(_call(ask), name=f"check {name}")
    work.add_done_callback(_retrieve)
    alarm = loop.create_task(clock.sleep(timeout_seconds))
    try:
        await asyncio.wait({work, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            return FailureFinding(name, f"no answer within {timeout_seconds:g} s")
        return _result(name, work)
    finally:
        alarm.cancel()
        work.cancel()


async def _call(ask: Callable[[], Awaitable[Finding]]) -> Finding:
    return await ask()


def _result(name: str, work: asyncio.Task[Finding]) -> Finding:
    """The finding of a task that ended."""
    if work.cancelled():
        return FailureFinding(name, "the check cancelled itself")
    error = work.exception()
    if error is not None:
        return FailureFinding(name, _describe(error))
    finding = work.result()
    if not isinstance(finding, Finding):
        return FailureFinding(name, f"the check answered {type(finding).__name__}, which is no finding")
    return finding


def _describe(error: BaseException) -> str:
    """The exception in one line, with the place that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].name}, line {frames[-1].lineno})" if frames else ""
    return safe(f"{type(error).__name__}: {error}", DETAIL_MAXIMUM_CHARACTERS) + place


def _retrieve(task: asyncio.Task[Finding]) -> None:
    """Look at the exception of a task that nobody waits for any more, so that the loop does not report it."""
    if not task.cancelled():
        task.exception()
