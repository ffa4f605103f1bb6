"""One message to one next hop: a session, the transaction, one more try where that is right.

Knows when to try again (a kept session that broke before our dot) and when to split (the hop refused
the whole for what may be one recipient's fault), not who waits for the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol as Typed

from gateway.core.address import ForwardPath, Mailbox
from gateway.core.consignment import Consignment
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.dialogue.steps import Ending, Script
from gateway.core.dialogue.transaction import Errand, Transacted, anyone_accepted, knock, question, transact
from gateway.core.envelope import Recipient
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.classify import UNDIVIDED, may_be_split, outcome_of
from gateway.delivery.link import NO_LOAD, Load
from gateway.delivery.memory import AcceptedLately
from gateway.delivery.pool import Pool
from gateway.delivery.way import NoLink, Way
from gateway.net.clock import Clock

# D1: splitting takes one transaction per recipient; with less time left it would only make doubt.
SPLIT_SECONDS = 15.0
# Stands in the outcome of a question that is about no recipient.
_NOBODY = Recipient(ForwardPath(Mailbox("", "", "")))

Doubt = Callable[[tuple[Outcome, ...]], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """One transaction: the endings of its recipients, at which hop."""

    hop: str
    endings: tuple[Ending, ...]


class Watch(Typed):
    """Who wants to know how the hop is."""

    def learned(self, capabilities: Capabilities, *, is_encrypted: bool) -> None:
        """A session announced this, within TLS or not."""
        ...

    def saw(self, endings: tuple[Ending, ...], outcomes: tuple[Outcome, ...]) -> None:
        """A transaction or question ended so."""
        ...


class Relay:
    """Hands messages to one next hop and asks it questions. Never raises for what the hop does."""

    def __init__(self, pool: Pool, way: Way, clock: Clock, watch: Watch) -> None:
        self._pool = pool
        self._protocol = way.protocol
        self._refused = way.refused
        self._accepted = AcceptedLately(clock)
        self._clock = clock
        self._watch = watch

    async def hand_on(
        self, consignment: Consignment, deadline: float, doubt: Doubt, *, whole: bool = True
    ) -> tuple[Outcome, ...]:
        """Deliver; `doubt` hears what is known when the deadline passes after our final dot.

        `whole`: to all recipients or to none of them, where one must wait (D1); else to whom it can be.
        """
        ended = await self._carry(consignment, deadline, doubt, whole)
        outcomes = self._outcomes(consignment, ended)
        if self._protocol == "lmtp" or not may_be_split(ended.endings):
            return outcomes
        refused = tuple(ending.stage is Stage.DOT for ending in ended.endings)
        if deadline - self._clock.monotonic() < SPLIT_SECONDS:
            return tuple(_undivided(each) if again else each for each, again in zip(outcomes, refused, strict=True))
        return await self._split(consignment, outcomes, refused, deadline, doubt)

    async def ask(self, recipient: Recipient, deadline: float) -> tuple[Ending, Outcome]:
        """Would the hop take mail for this recipient? The session is given back at once."""
        ended = await self._perform(lambda known: question(recipient, known), 1, deadline, NO_LOAD)
        outcome = self._outcome(recipient, ended.endings[0], ended.hop)
        self._note((recipient,), ended)
        return ended.endings[0], outcome

    async def knock(self, deadline: float) -> None:
        """Find out whether the hop takes mail at all, and what it announces."""
        self._note((_NOBODY,), await self._perform(lambda _: knock(), 1, deadline, NO_LOAD))

    async def _carry(self, consignment: Consignment, deadline: float, doubt: Doubt, whole: bool) -> Ended:
        errand = _errand(consignment)

        def in_doubt(hop: str, endings: tuple[Ending, ...]) -> None:
            doubt(self._outcomes(consignment, Ended(hop, endings)))

        def script(known: Capabilities) -> Script[Transacted]:
            may_go_on = self._nobody_must_wait(consignment) if whole else anyone_accepted
            return transact(errand, known, self._protocol, may_go_on)

        load = Load(_Pieces(consignment), in_doubt, consignment.is_honest)
        ended = await self._perform(script, len(consignment.recipients), deadline, load)
        self._note(consignment.recipients, ended)
        return ended

    async def _perform(
        self, script: Callable[[Capabilities], Script[Transacted]], count: int, deadline: float, load: Load
    ) -> Ended:
        """One transaction; once more on a fresh session when a kept one broke before our final dot."""
        fresh = False
        while True:
            link = await self._pool.acquire(deadline, fresh=fresh)
            if isinstance(link, NoLink):
                return Ended(link.hop, (link.ending,) * count)
            self._watch.learned(link.capabilities, is_encrypted=link.is_encrypted)
            was_kept = link.transactions > 0
            is_reusable = False
            try:
                done = await link.perform(script(link.capabilities), deadline, load)
                is_reusable = done.is_reusable
            finally:
                self._pool.release(link, is_reusable=is_reusable)
            may_retry = was_kept and self._clock.monotonic() < deadline
            if not may_retry or not all(_broke_early(ending) for ending in done.endings):
                return Ended(link.hop, done.endings)
            fresh = True

    async def _split(
        self,
        consignment: Consignment,
        outcomes: tuple[Outcome, ...],
        refused: tuple[bool, ...],
        deadline: float,
        doubt: Doubt,
    ) -> tuple[Outcome, ...]:
        """One transaction per recipient of the refused whole; the others keep their outcome."""
        known = [_undivided(each) if again else each for each, again in zip(outcomes, refused, strict=True)]
        for index, again in enumerate(refused):
            if not again:
                continue
            single = _only(consignment, consignment.recipients[index])

            def in_doubt(one: tuple[Outcome, ...], at: int = index) -> None:
                doubt((*known[:at], *one, *known[at + 1 :]))

            ended = await self._carry(single, deadline, in_doubt, whole=True)
            known[index] = self._outcomes(single, ended)[0]
        return tuple(known)

    def _nobody_must_wait(self, consignment: Consignment) -> Callable[[tuple[Ending, ...]], bool]:
        """D1: cut through for all or for none. Somebody who must wait holds the others back, before DATA."""

        def decide(endings: tuple[Ending, ...]) -> bool:
            pairs = zip(consignment.recipients, endings, strict=True)
            return all(ending.is_positive or self._outcome(each, ending, "").is_final for each, ending in pairs)

        return decide

    def _outcomes(self, consignment: Consignment, ended: Ended) -> tuple[Outcome, ...]:
        pairs = zip(consignment.recipients, ended.endings, strict=True)
        return tuple(self._outcome(recipient, ending, ended.hop) for recipient, ending in pairs)

    def _outcome(self, recipient: Recipient, ending: Ending, hop: str) -> Outcome:
        lately = recipient in self._accepted
        return outcome_of(ending, recipient, hop, lately_accepted=lately, refused=self._refused)

    def _note(self, recipients: tuple[Recipient, ...], ended: Ended) -> None:
        pairs = tuple(zip(recipients, ended.endings, strict=True))
        self._watch.saw(ended.endings, tuple(self._outcome(each, ending, ended.hop) for each, ending in pairs))
        for recipient, ending in pairs:
            if ending.is_positive:
                self._accepted.note(recipient)


class _Pieces:
    """The pieces of a consignment, from the start each time somebody iterates."""

    def __init__(self, consignment: Consignment) -> None:
        self._consignment = consignment

    def __iter__(self) -> Iterator[bytes | memoryview]:
        return self._consignment.octets()


def _errand(consignment: Consignment) -> Errand:
    message = consignment.message
    size = sum(len(piece) for piece in consignment.octets())
    header_is_ascii = bytes(message.octets[: message.body_at]).isascii()
    return Errand(consignment.envelope, size, header_is_ascii)


def _only(consignment: Consignment, recipient: Recipient) -> Consignment:
    return replace(consignment, envelope=replace(consignment.envelope, recipients=(recipient,)))


def _undivided(outcome: Outcome) -> Outcome:
    return replace(outcome, result=Result.DEFERRED, detail=UNDIVIDED)


def _broke_early(ending: Ending) -> bool:
    """True when the session failed under us before the final dot: the hop had already ended it, or said 421."""
    if ending.is_ours or ending.stage is Stage.DOT:
        return False
    return bool(ending.failure) or (ending.reply is not None and ending.reply.code == 421)
