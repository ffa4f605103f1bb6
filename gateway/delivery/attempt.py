"""One try to hand a message on, seen by two: who answers the sender by the deadline, and who waits for the end.

Knows outcomes and events only. The work runs in a task that neither of them owns, so that a client
that hangs up never cancels a delivery in progress.
"""

from __future__ import annotations

import asyncio

from gateway.core.outcome import Outcome, Result


class Attempt:
    """`outcomes` holds what is known at the deadline; `late` waits for what became of those in doubt."""

    def __init__(self) -> None:
        self._known = asyncio.Event()
        self._ended = asyncio.Event()
        self.outcomes: tuple[Outcome, ...] = ()
        self._final: tuple[Outcome, ...] = ()

    @property
    def is_in_doubt(self) -> bool:
        """True when our final dot went out and somebody's answer has not come: await `late` before trying again."""
        return any(outcome.result is Result.IN_DOUBT for outcome in self.outcomes)

    def know(self, outcomes: tuple[Outcome, ...]) -> None:
        """The deadline passed in doubt: this is what is known so far. Only the first word counts."""
        if not self._known.is_set():
            self.outcomes = outcomes
            self._known.set()

    def end(self, outcomes: tuple[Outcome, ...]) -> None:
        """Nothing more will come."""
        self._final = outcomes
        self.know(outcomes)
        self._ended.set()

    async def known(self) -> tuple[Outcome, ...]:
        """What to tell the sender: at the latest shortly after the deadline."""
        await self._known.wait()
        return self.outcomes

    async def late(self) -> tuple[Outcome, ...]:
        """How it ended: at the latest when `timeouts.next_hop_dot_seconds` have passed since our final dot.

        IN_DOUBT now means that no answer came at all: the hop may have the message (RFC 1047).
        """
        await self._ended.wait()
        return self._final
