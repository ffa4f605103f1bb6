"""What people say of who exists: added, imported, removed, and taken back. All of it or nothing, and noted.

Knows no file and no socket: addresses come as text, and go out as what became of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.core.directoryentry import mailbox_of
from gateway.core.recipientfact import DomainFact, Fact, PersonsChange, Source
from gateway.recipients.known import Known, domain_of
from gateway.store.recipients import Batch

_BY_PEOPLE = (Source.PERSON, Source.REMOVED)


@dataclass(frozen=True, slots=True)
class Added:
    """What became, or would become, of a list of addresses.

    `new` was known to nobody, `confirmed` by mail or a directory only, `already` on the list. `foreign` counts what is
    not of our domains, by domain. `bad` are no addresses: then nothing was done. `ended`: learning is over there.
    """

    new: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    already: int = 0
    foreign: Mapping[str, int] = field(default_factory=dict)
    bad: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """A person's change that was taken back: what it was and whose, and how many addresses it was about."""

    what: str
    by: str
    addresses: int


class ByHand:
    """Every method raises StoreError; what a person says is on disk when it returns."""

    def __init__(self, known: Known) -> None:
        self._known = known

    async def add(
        self, addresses: Sequence[str], ours: Iterable[str], by: str, *, ends_learning: bool, is_rehearsal: bool = False
    ) -> Added:
        """Put them on the list. `is_rehearsal`: only say what would happen."""
        added = self._sorted(addresses, frozenset(ours))
        if added.bad:
            return added
        wanted = (*added.new, *added.confirmed)
        domains = self._ending(added, addresses) if ends_learning else ()
        added = replace(added, ended=tuple(each.domain for each in domains))
        if is_rehearsal or not (wanted or domains):
            return added
        now = self._known.now()
        facts = tuple(Fact(domain_of(key), key, Source.PERSON, now, now, by) for key in wanted)
        gone = tuple(
            (domain_of(key), key, Source.REMOVED) for key in wanted if Source.REMOVED in self._known.facts(key)
        )
        ended = tuple(replace(each, learning_ended=now or 1.0, ended_by=by) for each in domains)
        change = self._change(by, "import" if ends_learning else "add", wanted, domains)
        await self._known.change(Batch(gone, facts, ended, change))
        return added

    async def remove(self, key: str, by: str) -> bool:
        """Take it off: nothing that is learned brings it back. False when nobody but a directory knew it."""
        found = [fact for source, fact in self._known.facts(key).items() if source is not Source.DIRECTORY]
        if not found or Source.REMOVED in self._known.facts(key):
            return False
        now = self._known.now()
        gone = tuple((fact.domain, fact.key, fact.source) for fact in found)
        tombstone = Fact(domain_of(key), key, Source.REMOVED, now, now, by)
        await self._known.change(Batch(gone, (tombstone,), (), self._change(by, "remove", (key,), ())))
        return True

    async def undo(self) -> Undone | None:
        """Take back what a person did last. None: there is nothing left to take back."""
        change = await self._known.last_change()
        if change is None:
            return None
        before = {(fact.key, fact.source) for fact in change.before}
        gone = tuple(
            (domain_of(key), key, source)
            for key in change.keys
            for source in _BY_PEOPLE
            if source in self._known.facts(key) and (key, source) not in before
        )
        # What mail taught meanwhile is newer than what it was then.
        facts = tuple(
            fact
            for fact in change.before
            if fact.source in _BY_PEOPLE or fact.source not in self._known.facts(fact.key)
        )
        await self._known.change(Batch(gone, facts, change.domains_before, undone=change.number))
        return Undone(change.what, change.by, len(change.keys))

    def _sorted(self, addresses: Sequence[str], ours: frozenset[str]) -> Added:
        new: list[str] = []
        confirmed: list[str] = []
        bad: list[str] = []
        foreign: Counter[str] = Counter()
        already = 0
        seen: set[str] = set()
        for address in addresses:
            mailbox = mailbox_of(address)
            if mailbox is None:
                bad.append(address)
                continue
            if mailbox.key in seen:
                continue
            seen.add(mailbox.key)
            facts = self._known.facts(mailbox.key)
            if mailbox.ascii_domain not in ours:
                foreign[mailbox.ascii_domain] += 1
            elif Source.PERSON in facts:
                already += 1
            else:
                (confirmed if facts.keys() - {Source.REMOVED} else new).append(mailbox.key)
        return Added(tuple(new), tuple(confirmed), already, dict(foreign), tuple(bad))

    def _ending(self, added: Added, addresses: Sequence[str]) -> tuple[DomainFact, ...]:
        """The domains that are listed now and whose learning went on until then, as they were."""
        listed = {mailbox.ascii_domain for each in addresses if (mailbox := mailbox_of(each))} - added.foreign.keys()
        return tuple(fact for each in sorted(listed) if not (fact := self._known.domain(each)).learning_ended)

    def _change(self, by: str, what: str, keys: tuple[str, ...], domains: tuple[DomainFact, ...]) -> PersonsChange:
        before = tuple(
            fact for key in keys for source, fact in self._known.facts(key).items() if source is not Source.DIRECTORY
        )
        return PersonsChange(0, self._known.now(), by, what, keys, before, domains)
