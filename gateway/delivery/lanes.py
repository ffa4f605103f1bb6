"""The lanes to the backends (D21): one pool, one health, one memory each.

Knows the settings of the backends. Every delivery runs in the task group it was given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.config.schema import Backend
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

# What we and Exchange add on the way: trace fields, Authentication-Results, later ARC (backends.md §4.9).
ROOM_OCTETS = 65_536
# Between two looks at the kept sessions; with pool.IDLE_SECONDS this stays below D1's 60 s.
SWEEP_SECONDS = 5.0
# Exchange under pressure delays the answer to MAIL by up to 55 s (backends.md §1.3).
KNOCK_SECONDS = 60.0
NOT_TRIED = "the hop is away; another attempt looks for it every few seconds"


@dataclass(frozen=True, slots=True)
class HopAnswer:
    """A backend's word on one recipient, asked without a message.

    `meaning`: "accepted" (2yz to RCPT), "refused" (permanent and about the recipient) or "uncertain".
    `stage`, `reply` and `detail` as in Outcome.
    """

    meaning: Literal["accepted", "refused", "uncertain"]
    stage: Stage
    reply: Reply | None = None
    detail: str = ""


class Lane:
    """The way to one backend."""

    def __init__(
        self, name: str, backend: Backend, around: Surroundings, publish: Publish, tasks: asyncio.TaskGroup
    ) -> None:
        self.name = name
        self.health = Health(name, around.clock, publish)
        self.capabilities: Capabilities | None = None
        self.pool = Pool(Opener(backend, around), backend.hosts, backend.max_connections, around.clock)
        protocol: Literal["smtp", "lmtp"] = "lmtp" if backend.transport == "lmtp" else "smtp"
        self._relay = Relay(self.pool, protocol, around.clock, self)
        self._publish = publish
        self._tasks = tasks
        self._clock = around.clock
        self._is_knocking = False
        # A dictionary attack must leave connections for messages.
        self._questions = asyncio.Semaphore(max(1, backend.max_connections // 2))

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

    def learned(self, capabilities: Capabilities) -> None:
        """What the hop announces (for `delivery.relay.Watch`)."""
        self.capabilities = capabilities

    def saw(self, endings: tuple[Ending, ...], outcomes: tuple[Outcome, ...]) -> None:
        """How it went (for `delivery.relay.Watch`); what we refused ourselves says nothing about the hop."""
        asked = tuple(outcome for ending, outcome in zip(endings, outcomes, strict=True) if not ending.is_ours)
        if asked:
            self.health.note(asked)
        if self.health.is_closed:
            self.pool.clear()

    async def _run(self, consignment: Consignment, deadline: float, attempt: Attempt, whole: bool) -> None:
        try:
            outcomes = await self._relay.hand_on(consignment, deadline, attempt.know, whole=whole)
        except Exception as error:  # noqa: BLE001 one message must not end the gateway: the group would stop all
            self._fault(error)
            # Nobody knows how far it came: the hop may have it.
            outcomes = self._same(consignment, Result.IN_DOUBT, Stage.DOT, "an unexpected error")
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


class Lanes:
    """All lanes by name, `backend:NAME`. `run` keeps their connections short-lived."""

    def __init__(
        self, backends: Mapping[str, Backend], around: Surroundings, publish: Publish, tasks: asyncio.TaskGroup
    ) -> None:
        self._clock = around.clock
        self._tasks = tasks
        self._lanes = {
            f"backend:{name}": Lane(f"backend:{name}", backend, around, publish, tasks)
            for name, backend in backends.items()
            if backend.transport != "imap-append"  # another way to deliver, with its own lane
        }

    def get(self, name: str) -> Lane | None:
        """The lane of this name, None when there is none."""
        return self._lanes.get(name)

    def all(self) -> tuple[Lane, ...]:
        """Every lane, by name."""
        return tuple(self._lanes[name] for name in sorted(self._lanes))

    def size_limit(self) -> int | None:
        """What SIZE to announce at most: the smallest lane's limit; None while no hop has said one."""
        limits = [lane.size_limit for lane in self._lanes.values() if lane.size_limit is not None]
        return min(limits, default=None)

    def knock(self) -> None:
        """Begin to find out how every hop is and what it announces: at start, or when somebody asks for it."""
        self._knock(self.all())

    async def run(self) -> None:
        """Close kept sessions in time and look for hops in trouble. Ends only by cancellation, then closes all."""
        try:
            while True:
                await self._clock.sleep(SWEEP_SECONDS)
                for lane in self.all():
                    lane.pool.sweep()
                self._knock(tuple(lane for lane in self.all() if lane.health.state in ("away", "sick")))
        finally:
            self.close()

    def _knock(self, lanes: tuple[Lane, ...]) -> None:
        deadline = self._clock.monotonic() + KNOCK_SECONDS
        for lane in lanes:
            self._tasks.create_task(lane.knock(deadline), name=f"knock {lane.name}")

    def close(self) -> None:
        """Close every kept session."""
        for lane in self._lanes.values():
            lane.pool.clear()
