"""What mail itself teaches of who exists: deliveries, the office's own senders, and what servers say is not there.

Learns from a next hop's word on the whole message only: that it takes RCPT proves nothing where it takes any.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from gateway.core.address import ReversePath
from gateway.core.directoryentry import mailbox_of
from gateway.core.event import Event, Fault, MessageFollowed, MessageHandled, Publish
from gateway.core.message import Message
from gateway.core.recipientfact import LEARNED, Source
from gateway.core.record import Disposition
from gateway.core.undeliverable import says_unknown, undeliverable
from gateway.core.verdict import Action
from gateway.net.clock import Clock
from gateway.recipients.known import Known, base_of, domain_of

# A hundred times the mailboxes of a small office: beyond it somebody makes addresses up.
LEARNED_MAXIMUM = 20_000
# A server that forgets so many at once is ill, and its word does not count (frozen, D1).
UNLEARN_WINDOW_SECONDS = 3_600.0
UNLEARN_LEAST = 5
UNLEARN_SHARE = 0.2
DAY_SECONDS = 86_400.0
ALL_OF_US = LEARNED | {Source.PERSON}


class Learning:
    """Listens to events. `adopt` says which domains are ours, each with its subaddress delimiter."""

    def __init__(self, known: Known, clock: Clock, publish: Publish) -> None:
        self._known = known
        self._clock = clock
        self._publish = publish
        self._ours: Mapping[str, str] = {}
        self._unlearned: dict[str, deque[float]] = {}
        self._told: set[str] = set()

    def adopt(self, ours: Mapping[str, str]) -> None:
        """Other settings hold from now on."""
        self._ours = ours

    def hear(self, event: Event) -> None:
        """What became of a message, now or later."""
        if isinstance(event, MessageHandled | MessageFollowed):
            for each in event.record.dispositions:
                self._hear(each)

    def note_sender(self, reverse_path: ReversePath) -> None:
        """Mail of the office's own, from a client that may send as this domain: who wrote it exists."""
        if reverse_path.mailbox is not None:
            self._learn(reverse_path.mailbox.key, Source.SENDER)

    def note_notice(self, message: Message) -> None:
        """A notice from the office's own server."""
        for address in undeliverable(message.octets):
            if mailbox := mailbox_of(address):
                self._unlearn(mailbox.key)

    # --- the time of learning ---------------------------------------------------------------------------

    def is_going_on(self, domain: str, days: int) -> bool:
        """True while unknown recipients of this domain are still taken, to learn who they are.

        It begins with the first question, and ends after `days`, or with an import; never by a clock that may be
        wrong (D17), and not before anybody is known, or all mail would be refused.
        """
        fact, now = self._known.domain(domain), self._known.now()
        if fact.learning_ended:
            return False
        if not now:
            return True
        if not fact.learning_since:
            self._known.set_domain(replace(fact, learning_since=now))
            return True
        if now - fact.learning_since < days * DAY_SECONDS or not self._known.count(domain, ALL_OF_US):
            return True
        self._known.set_domain(replace(fact, learning_ended=now, ended_by="time"))
        return False

    # --- one address ------------------------------------------------------------------------------------

    def _hear(self, each: Disposition) -> None:
        if not each.hop:
            return
        mailbox = mailbox_of(each.recipient)
        if mailbox is None:
            return
        if each.state == "delivered" and each.action != Action.MARK.value:
            # Spam goes to made-up addresses, and a server that takes everything takes it there too.
            self._learn(mailbox.key, Source.DELIVERY)
        elif each.state in ("refused", "quarantined") and says_unknown(each.hop_reply):
            self._unlearn(mailbox.key)

    def _learn(self, key: str, source: Source) -> None:
        domain = domain_of(key)
        if domain not in self._ours:
            return
        key = base_of(key, self._ours[domain])
        facts = self._known.facts(key)
        if Source.REMOVED in facts:
            return
        if not facts and self._known.count(domain, ALL_OF_US) >= LEARNED_MAXIMUM:
            self._tell(domain, f"more than {LEARNED_MAXIMUM} addresses of {domain}: no more are learned")
            return
        self._known.learn(key, source)

    def _unlearn(self, key: str) -> None:
        domain = domain_of(key)
        if domain not in self._ours or not LEARNED & self._known.facts(key).keys():
            return
        times, now = self._unlearned.setdefault(domain, deque()), self._clock.monotonic()
        while times and now - times[0] >= UNLEARN_WINDOW_SECONDS:
            times.popleft()
        known = self._known.count(domain, ALL_OF_US) + len(times)
        if len(times) >= max(UNLEARN_LEAST, known * UNLEARN_SHARE):
            self._tell(
                domain, f"the server of {domain} denies too many addresses at once: none is forgotten for an hour"
            )
            return
        self._told.discard(domain)
        times.append(now)
        self._known.unlearn(key, LEARNED)

    def _tell(self, domain: str, text: str) -> None:
        """Once, until things are in order again."""
        if domain not in self._told:
            self._told.add(domain)
            self._publish(Fault("recipients", text))
