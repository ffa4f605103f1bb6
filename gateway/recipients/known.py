"""Who exists as the gateway itself knows it: in memory, kept in the store, written in batches.

Outlives the settings. Knows addresses, sources and times; when something counts is decided by who asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from gateway.core.fold import fold
from gateway.core.recipientfact import DomainFact, Fact, PersonsChange, Source
from gateway.net.clock import Clock
from gateway.store.recipients import Batch, RecipientRows

# `seen` is good to a day: at most one row an address and day is written for it, together with others.
SEEN_SECONDS = 86_400.0
_Row = tuple[str, str, Source]


@dataclass(frozen=True, slots=True)
class Swapped:
    """What a new copy of a directory changed."""

    added: int
    removed: int


@dataclass(slots=True)
class _Memory:
    """Facts by domain, key and source."""

    facts: dict[str, dict[str, dict[Source, Fact]]] = field(default_factory=dict)

    def of(self, domain: str, key: str) -> Mapping[Source, Fact]:
        return self.facts.get(domain, {}).get(key, {})

    def put(self, fact: Fact) -> None:
        self.facts.setdefault(fact.domain, {}).setdefault(fact.key, {})[fact.source] = fact

    def drop(self, row: _Row) -> None:
        domain, key, source = row
        sources = self.facts.get(domain, {}).get(key, {})
        sources.pop(source, None)
        if not sources:
            self.facts.get(domain, {}).pop(key, None)


class Known:
    """`load` first. Reading is synchronous and from memory; `flush` writes what was learned meanwhile."""

    def __init__(self, rows: RecipientRows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._memory = _Memory()
        self._domains: dict[str, DomainFact] = {}
        self._unwritten: dict[_Row, Fact | None] = {}
        self._unwritten_domains: dict[str, DomainFact] = {}
        self._counts: dict[tuple[str, frozenset[Source]], int] = {}

    async def load(self) -> None:
        """Everything that the store has. Raises StoreError."""
        facts, domains = await self._rows.all()
        for fact in facts:
            self._memory.put(fact)
        self._domains = {each.domain: each for each in domains}

    # --- reading ----------------------------------------------------------------------------------------

    def facts(self, key: str) -> Mapping[Source, Fact]:
        """All that is known of this folded address."""
        return self._memory.of(domain_of(key), key)

    def domain(self, domain: str) -> DomainFact:
        """What is known of the domain as a whole."""
        return self._domains.get(domain, DomainFact(domain))

    def keys(self, domain: str, source: Source) -> frozenset[str]:
        """The addresses of a domain by this source."""
        return frozenset(key for key, found in self._memory.facts.get(domain, {}).items() if source in found)

    def count(self, domain: str, sources: frozenset[Source]) -> int:
        """How many addresses of the domain any of these sources knows, without those that a person removed."""
        key = (domain, sources)
        if key not in self._counts:
            found = self._memory.facts.get(domain, {}).values()
            self._counts[key] = sum(Source.REMOVED not in each and not sources.isdisjoint(each) for each in found)
        return self._counts[key]

    def page(
        self, domain: str, after: str, limit: int, text: str = ""
    ) -> tuple[tuple[str, Mapping[Source, Fact]], ...]:
        """Addresses in alphabetical order from behind `after`, of one domain or ("") of all, that hold `text`."""
        domains = [self._memory.facts.get(domain, {})] if domain else list(self._memory.facts.values())
        wanted = fold(text)
        keys = sorted(key for each in domains for key in each if key > after and wanted in fold(key))
        return tuple((key, self.facts(key)) for key in keys[:limit])

    def now(self) -> float:
        """The time for a row, 0 while the clock may be wrong (D17)."""
        return self._clock.now().timestamp() if self._clock.is_synchronised() else 0.0

    # --- what was learned: in memory at once, on disk with the next flush -------------------------------

    def learn(self, key: str, source: Source) -> None:
        """It exists, says this source, now."""
        before, now = self.facts(key).get(source), self.now()
        if before is None:
            self._note(Fact(domain_of(key), key, source, now, now))
        elif abs(now - before.seen) >= SEEN_SECONDS and now:
            self._note(replace(before, since=before.since or now, seen=now))

    def unlearn(self, key: str, sources: Collection[Source]) -> bool:
        """These sources know it no more. False when they did not."""
        found = [source for source in sources if source in self.facts(key)]
        for source in found:
            row = (domain_of(key), key, source)
            self._memory.drop(row)
            self._unwritten[row] = None
        self._counts.clear()
        return bool(found)

    def set_domain(self, fact: DomainFact) -> None:
        """What is known of a domain as a whole, from now on."""
        self._domains[fact.domain] = self._unwritten_domains[fact.domain] = fact

    def _note(self, fact: Fact) -> None:
        self._memory.put(fact)
        self._unwritten[(fact.domain, fact.key, fact.source)] = fact
        self._counts.clear()

    async def flush(self) -> None:
        """Write what waits, in one commit. Raises StoreError, and it waits on."""
        rows, domains = self._unwritten, self._unwritten_domains
        self._unwritten, self._unwritten_domains = {}, {}
        batch = Batch(
            gone=tuple(row for row, fact in rows.items() if fact is None),
            facts=tuple(fact for fact in rows.values() if fact is not None),
            domains=tuple(domains.values()),
        )
        if batch.is_empty:
            return
        try:
            await self._rows.write(batch)
        except BaseException:
            self._unwritten, self._unwritten_domains = rows | self._unwritten, domains | self._unwritten_domains
            raise

    # --- what people and directories say: on disk, then in memory ---------------------------------------

    async def change(self, batch: Batch) -> None:
        """Durable on return, all or nothing. Raises StoreError."""
        await self.flush()
        await self._rows.write(batch)
        for row in batch.gone:
            self._memory.drop(row)
            self._unwritten.pop(row, None)
        for fact in batch.facts:
            self._memory.put(fact)
        for domain in batch.domains:
            self._domains[domain.domain] = domain
            self._unwritten_domains.pop(domain.domain, None)
        self._counts.clear()

    async def swap(self, domain: str, found: Mapping[str, bool]) -> Swapped:
        """A new copy of the directory: its addresses, each with its inside_only. Raises StoreError."""
        now = self.now()
        before = {
            key: facts[Source.DIRECTORY]
            for key, facts in self._memory.facts.get(domain, {}).items()
            if Source.DIRECTORY in facts
        }
        gone = tuple((domain, key, Source.DIRECTORY) for key in before if key not in found)
        added = [key for key in found if key not in before]
        changed = [key for key, fact in before.items() if key in found and found[key] is not fact.inside_only]
        facts = (
            *(Fact(domain, key, Source.DIRECTORY, now, now, inside_only=found[key]) for key in added),
            *(replace(before[key], inside_only=found[key]) for key in changed),
        )
        await self.change(Batch(gone, facts, (replace(self.domain(domain), synced_at=now),)))
        return Swapped(len(added), len(gone))

    async def last_change(self) -> PersonsChange | None:
        """What a person did last. Raises StoreError."""
        return await self._rows.last_change()


def domain_of(key: str) -> str:
    """The domain of a folded address, as A-labels."""
    return key.rpartition("@")[2]


def base_of(key: str, delimiter: str) -> str:
    """The address without its detail, itself where it has none (RFC 5233); as `subaddress`, for folded addresses."""
    local, _, domain = key.rpartition("@")
    user, found, _ = local.partition(delimiter) if delimiter else (local, "", "")
    return f"{user}@{domain}" if found and user and not user.startswith('"') else key
