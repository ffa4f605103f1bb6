"""The bypass: for a set time mail is relayed without any check, and marked as such.

It answers when a filter stops an office's mail and nobody has time to find out why. Who may send to whom, whether
a recipient exists, and loops are looked at all the same. It ends by itself, and with the process.
"""

from __future__ import annotations

import asyncio

from gateway.core.alignment import DmarcResult
from gateway.core.case import Case, Office, Policy
from gateway.core.envelope import Transaction
from gateway.core.event import BypassChanged, Publish
from gateway.core.rules import loop
from gateway.core.verdict import Action, Flag, Reason, Verdict
from gateway.net.clock import Clock
from gateway.pipeline.judge import Judgement

# Whose order it is when its time is over.
CLOCK = "the clock"
_UNJUDGED = DmarcResult("none")


class Bypass:
    """On until its time is over; waiting is on the monotonic clock. `tasks` owns the wait for the end."""

    def __init__(self, clock: Clock, publish: Publish, tasks: asyncio.TaskGroup) -> None:
        self._clock = clock
        self._publish = publish
        self._tasks = tasks
        self._ends_at: float | None = None
        self._ending: asyncio.Task[None] | None = None
        self.by = ""
        self.until = 0.0

    def is_on(self) -> bool:
        """True while mail passes unfiltered."""
        return self._ends_at is not None and self._clock.monotonic() < self._ends_at

    def on(self, seconds: float, by: str) -> None:
        """From now on for so long, whatever was set before."""
        self._stop_waiting()
        self._ends_at = self._clock.monotonic() + seconds
        self.by, self.until = by, self._clock.now().timestamp() + seconds
        self._ending = self._tasks.create_task(self._end(seconds), name="end of the bypass")
        self._publish(BypassChanged(True, by, self.until))

    def off(self, by: str) -> None:
        """Filter again; nothing happens when it is off."""
        if self._ends_at is None:
            return
        self._stop_waiting()
        self._ends_at = None
        self.by, self.until = "", 0.0
        self._publish(BypassChanged(False, by))

    async def _end(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._ending = None
        self.off(CLOCK)

    def _stop_waiting(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None


def unfiltered(transaction: Transaction, hostname: str) -> Judgement:
    """Accept it for all, marked as bypassed; only what runs in a circle is refused (RFC 5321 §6.3)."""
    recipients = transaction.envelope.recipients
    case = Case(transaction, recipients[0], _UNJUDGED, Policy(), Office(frozenset(), hostname=hostname), 0.0)
    circle = loop(case)
    verdict = Verdict(Action.ACCEPT, 0.0, (Reason("bypassed", decides=True),), frozenset({Flag.BYPASSED}))
    if circle is not None:
        verdict = Verdict(Action.REJECT, 0.0, (Reason("loop", details=circle.reason.details, decides=True),))
    return Judgement(transaction, _UNJUDGED, tuple(verdict for _ in recipients), (), 0.0)
