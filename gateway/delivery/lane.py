"""One lane (D21): one next hop with its pool, its health, its memory.

Knows one way. Every delivery runs in the task group it was given.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from gateway.core.consignment import Consignment
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.dialogue.steps import Ending
from gateway.core.envelope import Recipient
from gateway.core.event import Fault, Publish
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.delivery.attempt import Attempt
from gateway.delivery.health import Health
from gateway.delivery.opener import Opener, Surroundings
from gateway.delivery.pool import Pool
from gateway.delivery.relay import Relay
from gateway.delivery.way import Way

# What we and Exchange add on the way: trace fields, Authentication-Results, later ARC (backends.md §4.9).
ROOM_OCTETS = 65_536
NOT_TRIED = "the hop is away; another attempt looks for it every few seconds"


@dataclass(frozen=True, slots=True)
class HopAnswer:
    """A next hop's word on one recipient, asked without a message.

    `meaning`: "accepted" (2yz to RCPT), "refused" (permanent and about the recipient) or "uncertain".
    `stage`, `reply` and `detail` as in Outcome.
    """

    meaning: Literal["accepted", "refused", "uncertain"]
    stage: Stage
    reply: Reply | None = None
    detail: str = ""


class Lane:
    """The way to one next hop. `used_at` is when a delivery last began or ended (monotonic)."""

    def __init__(self, name: str, way: Way, around: Surroundings, publish: Publish, tasks: asyncio.TaskGroup) -> None:
        self.name = name
        self.health = Health(name, around.clock, publish)
        self.capabilities: Capabilities | None = None
        self.is_encrypted: bool | None = None
        self.pool = Pool(Opener(way, around), way.hosts, way.max_connections, around.clock)
        self.used_at = around.clock.monotonic()
        self._relay = Relay(self.pool, way, around.clock, self)
        self._publish = publish
        self._tasks = tasks
        self._clock = around.clock
        self._is_knocking = False
        self._deliveries = 0
        # A dictionary attack must leave connections for messages.
        self._questions = asyncio.Semaphore(max(1, way.max_connections // 2))

    @property
    def size_limit(self) -> int | None:
        """The largest message we may take for this hop, by the SIZE it last announced; None while unknown."""
        size = self.capabilities.size_octets if self.capabilities else None
        return None if size is None else max(0, size - ROOM_OCTETS)

    @property
    def is_closed(self) -> bool:
        """True while the hop can't be asked (D1: what is known of recipients is frozen)."""
        return self.health.is_closed

    @property
    def is_idle(self) -> bool:
        """True when no delivery is under way and no session is kept."""
        return not self._deliveries and not self.pool.idle

    @property
    def has_smtputf8(self) -> bool:
        """True when the hop announced SMTPUTF8 in the last session."""
        return self.capabilities is not None and self.capabilities.has("SMTPUTF8")

    def start(self, consignment: Consignment, deadline: float, *, whole: bool = True) -> Attempt:
        """Begin to hand on; the attempt goes on whoever waits for it. `whole` as in `Relay.hand_on`."""
        attempt = Attempt()
        if self.health.may_try():
            work = self._run(consignment, deadline, attempt, whole)
            self._tasks.create_task(work, name=f"{self.name} {consignment.code}")
        else:
            attempt.end(self._unasked(consignment))
        return attempt

    async def ask(self, recipient: Recipient, deadline: float) -> HopAnswer:
        """Would the hop take mail for this recipient? Until `deadline` (monotonic)."""
        if not self.health.may_try():
            return HopAnswer("uncertain", Stage.CONNECT, None, self.health.cause or NOT_TRIED)
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock.monotonic())):
                await self._questions.acquire()
        except TimeoutError:
            return HopAnswer("uncertain", Stage.CONNECT, None, "too many questions at once")
        try:
            return _meaning(*await self._relay.ask(recipient, deadline))
        except Exception as error:  # noqa: BLE001 the one who asks may be a task whose group would stop all
            self._fault(error)
            return HopAnswer("uncertain", Stage.CONNECT, None, "an unexpected error")
        finally:
            self._questions.release()

    async def knock(self, deadline: float) -> None:
        """Find out how the hop is and what it announces, unless somebody does so already."""
        if self._is_knocking or not self.health.may_try():
            return
        self._is_knocking = True
        try:
            await self._relay.knock(deadline)
        finally:
            self._is_knocking = False

    def learned(self, capabilities: Capabilities, *, is_encrypted: bool) -> None:
        """What the hop announces, and whether the session is within TLS (for `delivery.relay.Watch`)."""
        self.capabilities, self.is_encrypted = capabilities, is_encrypted

    def saw(self, endings: tuple[Ending, ...], outcomes: tuple[Outcome, ...]) -> None:
        """How it went (for `delivery.relay.Watch`); what we refused ourselves says nothing about the hop."""
        asked = tuple(outcome for ending, outcome in zip(endings, outcomes, strict=True) if not ending.is_ours)
        if asked:
            self.health.note(asked)
        if self.health.is_closed:
            self.pool.clear()

    async def _run(self, consignment: Consignment, deadline: float, attempt: Attempt, whole: bool) -> None:
        def doubt(outcomes: tuple[Outcome, ...]) -> None:
            attempt.know(outcomes)
            # Who is silent for so long is not well; the lane stays open, for it may only be slow.
            self.health.note(outcomes)

        self._deliveries += 1
        self.used_at = self._clock.monotonic()
        try:
            outcomes = await self._relay.hand_on(consignment, deadline, doubt, whole=whole)
        except Exception as error:  # noqa: BLE001 one message must not end the gateway: the group would stop all
            self._fault(error)
            # Nobody knows how far it came: the hop may have it.
            outcomes = self._same(consignment, Result.IN_DOUBT, Stage.DOT, "an unexpected error")
        finally:
            self._deliveries -= 1
            self.used_at = self._clock.monotonic()
        attempt.end(outcomes)

    def _fault(self, error: Exception) -> None:
        self._publish(Fault(f"delivery {self.name}", f"{type(error).__name__}: {error}"))

    def _unasked(self, consignment: Consignment) -> tuple[Outcome, ...]:
        return self._same(consignment, Result.HOP_AWAY, Stage.CONNECT, self.health.cause or NOT_TRIED)

    def _same(self, consignment: Consignment, result: Result, stage: Stage, detail: str) -> tuple[Outcome, ...]:
        return tuple(Outcome(each, result, stage, detail=detail) for each in consignment.recipients)


def _meaning(ending: Ending, outcome: Outcome) -> HopAnswer:
    if ending.is_positive:
        return HopAnswer("accepted", ending.stage, ending.reply)
    is_refused = outcome.result is Result.REFUSED_RECIPIENT
    return HopAnswer("refused" if is_refused else "uncertain", ending.stage, ending.reply, outcome.detail)
