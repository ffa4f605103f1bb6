"""Letting a held message go: through delivery like any other, but judged no more; and teaching the scanner with it.

Knows the quarantine, the routes and a way to try; nothing of who asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.control.desk import Refusal
from gateway.core.address import ReversePath
from gateway.core.consignment import Consignment
from gateway.core.edits import without_our_fields
from gateway.core.envelope import Recipient
from gateway.core.event import MessageFollowed, Publish
from gateway.core.followup import follow_up, released
from gateway.core.held import HeldMessage
from gateway.core.message import Edits, Message
from gateway.core.outcome import Outcome, Result
from gateway.core.rspamdreply import RspamdError
from gateway.core.schedule import is_outside
from gateway.delivery.base import Delivery
from gateway.net.clock import Clock
from gateway.net.rspamd import RspamdClient
from gateway.pipeline.routes import Routes
from gateway.store.format import StoredMessage
from gateway.store.quarantine import Quarantine

# A person waits in front of a screen; what takes longer is better tried again.
RELEASE_SECONDS = 45.0

GONE = Refusal("Its file is damaged or gone; it was set aside and cannot be released.")


@dataclass(frozen=True, slots=True)
class Warden:
    """What it works with; `rspamd` is None where there is no scanner."""

    quarantine: Quarantine
    delivery: Delivery
    routes: Routes
    rspamd: RspamdClient | None
    clock: Clock
    publish: Publish

    async def release(self, code: str, wanted: Sequence[str]) -> tuple[Outcome, ...] | Refusal | None:
        """Deliver to `wanted`, or to all who lack it; who got it is noted. None: there is no such message."""
        held = await self.quarantine.show(code)
        if held is None:
            return None
        stored = await self.quarantine.open(code)
        if stored is None:
            return GONE
        recipients = _recipients(held, stored, wanted)
        if not recipients:
            return Refusal(
                "Everybody it was for has it already." if not wanted else "None of these is one of its recipients."
            )
        outcomes = await self._deliver(code, stored, recipients)
        got = [str(each.recipient) for each in outcomes if each.result is Result.DELIVERED]
        if got:
            await self.quarantine.mark_released(code, got)
            self.publish(MessageFollowed(follow_up(code, self.clock.now().timestamp(), released(outcomes))))
        return outcomes

    async def learn(self, code: str, learn_as: str) -> bool | Refusal | None:
        """Teach the scanner; False when it knew. None: there is no such message."""
        if self.rspamd is None:
            return Refusal("There is no spam scanner to teach.")
        if await self.quarantine.show(code) is None:
            return None
        stored = await self.quarantine.open(code)
        if stored is None:
            return GONE
        teach = self.rspamd.learn_spam if learn_as == "spam" else self.rspamd.learn_ham
        try:
            return await teach(_as_sent(stored))
        except RspamdError as error:
            return Refusal(f"The spam scanner did not learn it: {error}.")

    async def _deliver(self, code: str, stored: StoredMessage, recipients: Sequence[Recipient]) -> tuple[Outcome, ...]:
        message = Message.of(stored.octets)
        deadline = self.clock.monotonic() + RELEASE_SECONDS
        outcomes: list[Outcome] = []
        for lane, members in _by_lane(self.routes, stored.header.envelope.reverse_path, recipients).items():
            envelope = replace(stored.header.envelope, recipients=tuple(members))
            edits = without_our_fields(message) if is_outside(lane) else Edits()
            attempt = await self.delivery.attempt(Consignment(code, lane, envelope, message, edits), deadline)
            outcomes += attempt.outcomes
        return tuple(outcomes)


def _recipients(held: HeldMessage, stored: StoredMessage, wanted: Sequence[str]) -> tuple[Recipient, ...]:
    keys = {each.casefold() for each in wanted}
    open_ones = [each for each in stored.header.envelope.recipients if str(each) not in held.released_to]
    return tuple(each for each in open_ones if not keys or str(each).casefold() in keys)


def _by_lane(routes: Routes, reverse_path: ReversePath, recipients: Sequence[Recipient]) -> dict[str, list[Recipient]]:
    lanes: dict[str, list[Recipient]] = {}
    for each in recipients:
        lanes.setdefault(routes.lane_of(reverse_path, each) or "", []).append(routes.addressed(each))
    return lanes


def _as_sent(stored: StoredMessage) -> list[bytes | memoryview]:
    """Without the fields that we put on top: the scanner must not learn to know us."""
    message = Message.of(stored.octets)
    ours = next((index for index, each in enumerate(message.fields) if each.key == "received"), -1)
    skip = sum(len(each.octets) for each in message.fields[: ours + 1])
    return [message.octets[skip:]]
