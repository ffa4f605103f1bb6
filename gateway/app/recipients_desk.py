"""Who exists, as people see it and change it: `control.recipientsdesk.RecipientsDesk` of the running gateway.

Asks and relays; decides nothing. Whoever changed something stands in the journal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from gateway.config.schema import Settings
from gateway.control.recipientsdesk import RecipientsDesk
from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    DirectoryRead,
    ForeignDomain,
    KnownRecipient,
    RecipientCheck,
    RecipientRemoved,
    RecipientsUndone,
    SourceView,
)
from gateway.control.recipientswords import check_words, read_words, removed_words, source_words
from gateway.control.refusal import Refusal
from gateway.control.values import Page
from gateway.control.workvalues import DomainStatus
from gateway.core.address import ForwardPath
from gateway.core.directoryentry import mailbox_of
from gateway.core.envelope import Recipient
from gateway.core.recipientfact import LEARNED, Fact, Source
from gateway.pipeline.intake import existence_reply
from gateway.pipeline.parcels import is_postmaster
from gateway.recipients.base import Existence, Verification
from gateway.recipients.byhand import ByHand
from gateway.recipients.directory import Directory
from gateway.recipients.known import Known, domain_of
from gateway.recipients.ldap import Synced

logger = logging.getLogger(__name__)
SHOWN = 100
NO_ADDRESS = Refusal("That is no mail address.")
# The methods that look at the list that people keep.
_LISTENING = ("learned", "ldap")
_ORDER = tuple(Source)


class GatewayRecipients(RecipientsDesk):
    """`settings` and `directory` are those of now. Every method that changes something raises StoreError."""

    def __init__(
        self, known: Known, by_hand: ByHand, settings: Callable[[], Settings], directory: Callable[[], Directory]
    ) -> None:
        self._known = known
        self._by_hand = by_hand
        self._settings = settings
        self._directory = directory

    def page(self, domain: str, after: str, limit: int, language: str, text: str = "") -> Page[KnownRecipient]:
        """Alphabetical."""
        found = self._known.page(domain, after, limit + 1, text)
        shown = found[:limit]
        items = tuple(KnownRecipient(key, _sources(facts, language)) for key, facts in shown)
        return Page(items, shown[-1][0] if len(found) > limit else None)

    async def check(self, address: str, language: str) -> RecipientCheck | Refusal:
        """As a stranger's RCPT would be answered."""
        mailbox = mailbox_of(address)
        if mailbox is None:
            return NO_ADDRESS
        recipient = Recipient(ForwardPath(mailbox))
        domain = self._settings().domain.get(mailbox.ascii_domain)
        found = await self._directory().verify(recipient)
        reply = existence_reply(recipient, found, is_inside=False)
        return RecipientCheck(
            address=address,
            reply=str(reply),
            existence="inside-only" if found.inside_only else found.existence.value,
            source=found.source,
            method=domain.recipient_verification.method if domain else "",
            text=check_words(_key(recipient, found, is_ours=domain is not None), found.cause, language),
            sources=_sources(self._known.facts(mailbox.key), language),
        )

    async def add(self, addresses: Sequence[str], by: str, *, is_import: bool, is_rehearsal: bool) -> AddressesAdded:
        """All or none."""
        domains = self._settings().domain
        added = await self._by_hand.add(addresses, domains, by, ends_learning=is_import, is_rehearsal=is_rehearsal)
        done = not added.bad and not is_rehearsal
        ours = {domain_of(key) for key in (*added.new, *added.confirmed)}
        if done:
            logger.info("%s put %d addresses on the list of recipients", by, len(added.new) + len(added.confirmed))
        return AddressesAdded(
            done=done,
            is_rehearsal=is_rehearsal,
            new=added.new[:SHOWN],
            new_count=len(added.new),
            confirmed_count=len(added.confirmed),
            already_count=added.already,
            bad=added.bad[:SHOWN],
            bad_count=len(added.bad),
            foreign=tuple(ForeignDomain(name, number) for name, number in sorted(added.foreign.items()))[:SHOWN],
            learning_ended=tuple(
                each for each in added.ended if domains[each].recipient_verification.method == "learned"
            ),
            idle=tuple(each for each in sorted(ours) if domains[each].recipient_verification.method not in _LISTENING),
        )

    async def remove(self, address: str, by: str, language: str) -> RecipientRemoved | Refusal | None:
        """One."""
        mailbox = mailbox_of(address)
        if mailbox is None:
            return NO_ADDRESS
        if await self._by_hand.remove(mailbox.key, by):
            logger.info("%s took %s off the list of recipients", by, mailbox.key)
            return RecipientRemoved(address, removed_words(language))
        if Source.DIRECTORY in self._known.facts(mailbox.key):
            return Refusal(f"{address} stands in the directory: remove it there, then: poterne recipients sync")
        return None

    async def undo(self, by: str) -> RecipientsUndone | None:
        """The last."""
        undone = await self._by_hand.undo()
        if undone is None:
            return None
        logger.info("%s took back what %s did to the recipients (%s)", by, undone.by, undone.what)
        return RecipientsUndone(undone.what, undone.by, undone.addresses)

    async def sync(self, domain: str, language: str, *, accepts_loss: bool) -> DirectoriesRead | None:
        """One after the other."""
        copies = self._directory().copies
        wanted = [copy for name, copy in sorted(copies.items()) if domain in ("", name)]
        if not wanted:
            return None
        items = [_read(copy.domain, await copy.sync(accepts_loss=accepts_loss), language) for copy in wanted]
        return DirectoriesRead(all(each.outcome == "adopted" for each in items), tuple(items))

    def domains(self) -> tuple[DomainStatus, ...]:
        """How well the recipients of each domain are verified."""
        return tuple(self._status(name, state) for name, state in self._directory().states().items())

    def _status(self, name: str, state: str) -> DomainStatus:
        how = self._settings().domain[name].recipient_verification if name in self._settings().domain else None
        copy = self._directory().copies.get(name)
        if how is None or how.method not in _LISTENING:
            return DomainStatus(name, state)
        sources = LEARNED if copy is None else frozenset({Source.DIRECTORY})
        known = self._known.count(name, sources | {Source.PERSON})
        since = self._known.domain(name).learning_since
        until = (
            _moment(since + timedelta(days=how.learn_days).total_seconds()) if state == "learning" and since else None
        )
        return DomainStatus(name, state, known, until, copy.cause if copy else "")


def _key(recipient: Recipient, found: Verification, *, is_ours: bool) -> str:
    """Which sentence is true."""
    if not is_ours:
        return "not-ours"
    if found.existence is Existence.KNOWN:
        if found.inside_only:
            return "inside-only"
        return {"learning": "learning", "none": "everybody"}.get(found.source, "known")
    if found.existence is Existence.UNKNOWN and is_postmaster(recipient):
        return "postmaster"
    return "removed" if found.source == "removed" else found.existence.value


def _read(domain: str, synced: Synced, language: str) -> DirectoryRead:
    details = {"known": str(synced.known), "added": str(synced.added), "removed": str(synced.removed)}
    text = read_words(synced.outcome, language, cause=synced.cause, **details)
    return DirectoryRead(domain, synced.outcome, synced.known, synced.added, synced.removed, text)


def _sources(facts: Mapping[Source, Fact], language: str) -> tuple[SourceView, ...]:
    return tuple(
        SourceView(
            source.value,
            source_words(source.value, facts[source].by, language),
            _moment(facts[source].since),
            _moment(facts[source].seen),
            facts[source].by,
        )
        for source in _ORDER
        if source in facts
    )


def _moment(seconds: float) -> datetime | None:
    """None for a time when the clock was not set."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
