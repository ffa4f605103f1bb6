"""Asks all checks of one moment side by side; each gets its deadline and gives exactly one Finding (D4).

A check that can often answer without waiting has a `glance` too (`checks.base`): only what it leaves open has a task.

Knows no check and no policy: a crash, a hang or a wrong answer becomes a FailureFinding, never a pass.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.checks.base import ClientCheck, Glancing, MessageCheck
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


_Ask = Callable[[], Awaitable[Finding]]
_Question = tuple[str, _Ask]


async def run_message_checks(
    checks: Sequence[MessageCheck], transaction: Transaction, timeout_seconds: float, clock: Clock
) -> tuple[TimedFinding, ...]:
    """One finding for each check, in their order. Raises nothing but the caller's own cancellation."""
    told = [_glanced(check, transaction, clock) for check in checks]
    questions = [
        (check.name, partial(check.check, transaction)) for check, known in zip(checks, told, strict=True) if not known
    ]
    heard = iter(await _ask_all(questions, timeout_seconds, clock) if questions else ())
    return tuple(known or next(heard) for known in told)


async def run_client_checks(
    checks: Sequence[ClientCheck], client: Client, timeout_seconds: float, clock: Clock
) -> tuple[TimedFinding, ...]:
    """One finding for each check, in their order. Raises nothing but the caller's own cancellation."""
    questions = [(check.name, partial(check.check, client)) for check in checks]
    return await _ask_all(questions, timeout_seconds, clock)


async def _ask_all(questions: Sequence[_Question], timeout_seconds: float, clock: Clock) -> tuple[TimedFinding, ...]:
    """One finding for each question, however its check ends; one alarm is for all of them.

    The checks are tasks outside any TaskGroup: a group would wait for one that swallows its cancellation,
    and so hold the message beyond its deadline. Such a task is cancelled and left alone.
    """
    loop = asyncio.get_running_loop()
    started = clock.monotonic()
    works = [loop.create_task(_call(ask), name=f"check {name}") for name, ask in questions]
    watch = _Watch(works, clock)
    alarm = loop.call_later(timeout_seconds, watch.end)
    try:
        await watch.is_over
        return tuple(
            TimedFinding(_answer(name, work, timeout_seconds), 1_000 * (watch.ended_at(work) - started))
            for (name, _), work in zip(questions, works, strict=True)
        )
    finally:
        alarm.cancel()
        for work in works:
            work.cancel()


class _Watch:
    """When each task ended, and whether all have, or nobody waits any more."""

    def __init__(self, works: Sequence[asyncio.Task[Finding]], clock: Clock) -> None:
        self.is_over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._open = len(works)
        self._times: dict[asyncio.Task[Finding], float] = {}
        for work in works:
            work.add_done_callback(self._note)
        if not works:
            self.end()

    def end(self) -> None:
        """All have ended, or the time is over."""
        if not self.is_over.done():
            self.is_over.set_result(None)

    def ended_at(self, work: asyncio.Task[Finding]) -> float:
        """Monotonic seconds; now, for one that has not ended."""
        return self._times.get(work, self._clock.monotonic())

    def _note(self, work: asyncio.Task[Finding]) -> None:
        self._times[work] = self._clock.monotonic()
        # Looked at, so that the loop does not report the exception of one that nobody waits for any more.
        if not work.cancelled():
            work.exception()
        self._open -= 1
        if not self._open:
            self.end()


async def _call(ask: _Ask) -> Finding:
    return await ask()


def _glanced(check: MessageCheck, transaction: Transaction, clock: Clock) -> TimedFinding | None:
    """What the check says at once, where it can; a crash is for `check` to repeat, whose failures are told."""
    if not isinstance(check, Glancing):
        return None
    started = clock.monotonic()
    try:
        finding = check.glance(transaction)
    except Exception:  # noqa: BLE001 - whatever it is, the whole check tells of it or answers
        return None
    return TimedFinding(finding, 1_000 * (clock.monotonic() - started)) if finding else None


def _answer(name: str, work: asyncio.Task[Finding], timeout_seconds: float) -> Finding:
    """The check's finding, or why there is none."""
    if not work.done():
        return FailureFinding(name, f"no answer within {timeout_seconds:g} s")
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
