"""DMARC's questions to DNS (RFC 9989 §4.10): the tree walks of the author domain and of what may align with it.

Gathers facts; `core/alignment` judges them when SPF and DKIM are known too. Runs beside those checks and
does not wait for them: it walks from every domain they may come to prove.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gateway.core.alignment import may_align, tree_walk_names
from gateway.core.author import Author, author_of
from gateway.core.dmarc_record import select_dmarc_record
from gateway.core.domain import to_ascii
from gateway.core.envelope import Transaction
from gateway.core.finding import DmarcFinding, DmarcRecord, DmarcWalk
from gateway.core.signature import claimed_domains
from gateway.net.dns import Resolver, TemporaryFailure

# RFC 9989 §3.2.13: a domain without any of these does not exist.
_EXISTENCE_KINDS: Final = ("A", "AAAA", "MX")


@dataclass(frozen=True, slots=True)
class DmarcCheck:
    """Finds the author domain and walks from it, then from the candidates below its organizational domain."""

    resolver: Resolver
    name: str = "dmarc"

    async def check(self, transaction: Transaction) -> DmarcFinding:
        """The walks; raises nothing for what the message or DNS holds."""
        author = author_of(transaction.message)
        if author.defect:
            return DmarcFinding(author.domains, author.defect, author_exists=False, walks=(), result="none")
        walker = _Walker(self.resolver)
        walk = await walker.walk(author.domains[0])
        if walk.failed:
            return _finding(author, (walk,), "temperror")
        try:
            exists = await self._exists(walk)
        except TemporaryFailure:
            return _finding(author, (walk,), "temperror")
        walks = [walk]
        for domain in dict.fromkeys(_candidates(transaction)):
            # Another name than the author's, and one that could share its organizational domain.
            if domain != walk.domain and _found(walk) and may_align(domain, walk):
                walks.append(await walker.walk(domain))
        return _finding(author, tuple(walks), "ok", exists=exists)

    async def _exists(self, walk: DmarcWalk) -> bool:
        """Only asked when np= and sp= of another name's record differ; else it changes nothing."""
        own = dict(walk.answers).get(walk.domain)
        others = [record for _, record in walk.answers if record is not None]
        if own is not None or all(record.np == record.sp for record in others):
            return True
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._lookup(walk.domain, kind)) for kind in _EXISTENCE_KINDS]
        answers = [task.result() for task in tasks]
        if any(answer is True for answer in answers):
            return True
        for answer in answers:
            if isinstance(answer, TemporaryFailure):
                raise answer
        return False

    async def _lookup(self, name: str, kind: str) -> bool | TemporaryFailure:
        try:
            return bool((await self.resolver.lookup(name, kind)).values)
        except TemporaryFailure as failure:
            return failure


@dataclass(slots=True)
class _Walker:
    """The walks of one message; a name is asked once."""

    resolver: Resolver
    _seen: dict[str, tuple[DmarcRecord | None, bool]] = field(default_factory=dict)

    async def walk(self, domain: str) -> DmarcWalk:
        answers: list[tuple[str, DmarcRecord | None]] = []
        unusable = False
        for name in tree_walk_names(domain):
            try:
                record, claimed = await self._ask(name)
            except TemporaryFailure:
                return DmarcWalk(domain, tuple(answers), unusable, failed=True)
            unusable = unusable or (claimed and name == domain)
            answers.append((name, record))
            # RFC 9989 §4.10: psd=y and psd=n end the walk.
            if record is not None and record.psd != "u":
                break
        return DmarcWalk(domain, tuple(answers), unusable)

    async def _ask(self, name: str) -> tuple[DmarcRecord | None, bool]:
        if name not in self._seen:
            answer = await self.resolver.lookup(f"_dmarc.{name}", "TXT")
            self._seen[name] = select_dmarc_record(answer.values)
        return self._seen[name]


def _candidates(transaction: Transaction) -> Iterator[str]:
    """Domains that SPF or a signature may prove (RFC 9989 §4.4)."""
    reverse_path = transaction.envelope.reverse_path
    if reverse_path.is_null:
        helo = to_ascii(transaction.client.helo)
        if helo:
            yield helo
    else:
        yield reverse_path.ascii_domain
    yield from claimed_domains(transaction.message)


def _found(walk: DmarcWalk) -> bool:
    """Without any record there is nothing to align for."""
    return any(record is not None for _, record in walk.answers)


def _finding(author: Author, walks: tuple[DmarcWalk, ...], result: str, *, exists: bool = True) -> DmarcFinding:
    return DmarcFinding(
        author.domains,
        "",
        author_exists=exists,
        walks=walks,
        result=result,
        author_addresses=author.addresses,
    )
