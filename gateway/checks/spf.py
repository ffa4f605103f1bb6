"""SPF (RFC 7208) by pyspf, whose look-ups are replayed from answers that we fetch ourselves.

pyspf is synchronous and asks DNS in the middle of its work. So it runs against the answers known so far;
what it misses is noted, fetched asynchronously on our resolver, and it runs again from the start: no thread
waits for DNS, and neither resolv.conf nor its search list is ever used. Knows nothing of other checks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

import spf

from gateway.core.envelope import Transaction
from gateway.core.finding import SpfFinding
from gateway.net.dns import Answer, Resolver, TemporaryFailure

# RFC 7208 §4.6.4: at least 20 seconds for the whole evaluation.
TIMEOUT_SECONDS: Final = 20.0
# 10 mechanisms with 10 names each, their explanations and the start: more runs than that is a loop.
RUNS_MAXIMUM: Final = 150
# Real records end below 4 KiB (RFC 7208 §3.4 advises 512 octets).
RECORD_MAXIMUM_OCTETS: Final = 8_192
# pyspf's macro expansion is quadratic in one term, and in an explanation: 15 KB of macros took it 1.3 s.
TERM_MAXIMUM_OCTETS: Final = 400
# Policy text read in all runs together: about a second of pyspf at its worst.
WORK_MAXIMUM_OCTETS: Final = 600_000
# With more text than this in play a run no longer belongs into the loop.
INLINE_MAXIMUM_OCTETS: Final = 8_192
# RFC 7208 §4.6.4: that many names of an mx or ptr mechanism are looked at.
NAMES_MAXIMUM: Final = 10
EXPLANATION_MAXIMUM_CHARACTERS: Final = 500

_Question = tuple[str, str]


class _Missing(BaseException):
    """pyspf needs an answer that we don't have yet. No Exception, so that pyspf's own handlers let it pass."""


@dataclass(slots=True)
class _Known:
    """The answers of one evaluation, and what the last run missed."""

    answers: dict[_Question, Answer | TemporaryFailure] = field(default_factory=dict)
    missing: list[_Question] = field(default_factory=list)

    @property
    def text_octets(self) -> int:
        return sum(
            len(value)
            for (_, kind), answer in self.answers.items()
            if kind == "TXT" and isinstance(answer, Answer)
            for value in answer.values
        )


@dataclass(frozen=True, slots=True)
class _Identity:
    """What is checked: MAIL FROM, or HELO for the null reverse-path (RFC 7208 §2.4)."""

    name: str
    domain: str
    local_part: str


# pyspf has one hook for all evaluations; each finds its own answers here.
_KNOWN: ContextVar[_Known] = ContextVar("spf_answers")


@dataclass(frozen=True, slots=True)
class SpfCheck:
    """Asks whether the client may send for the reverse-path's domain. `receiver` is our name, for the macro %{r}."""

    resolver: Resolver
    receiver: str = "unknown"
    timeout_seconds: float = TIMEOUT_SECONDS
    name: str = "spf"

    async def check(self, transaction: Transaction) -> SpfFinding:
        """The result; raises nothing for what the client, its domain or DNS does."""
        identity = _identity(transaction)
        if not transaction.door.origin_known:
            return SpfFinding("none", identity.domain, identity.name, "the client's own address is not known")
        try:
            async with asyncio.timeout(self.timeout_seconds):
                result, explanation = await self._evaluate(transaction, identity)
        except TimeoutError:
            result, explanation = "temperror", f"no result within {self.timeout_seconds:g} s"
        return SpfFinding(result, identity.domain, identity.name, explanation[:EXPLANATION_MAXIMUM_CHARACTERS])

    async def _evaluate(self, transaction: Transaction, identity: _Identity) -> tuple[str, str]:
        known = _Known()
        spf.DNSLookup = _replayed_lookup
        token = _KNOWN.set(known)
        try:
            # Every policy begins there; without it the first run would only find out that it misses it.
            known.missing.append((identity.domain, "TXT"))
            await self._fetch(known)
            work_octets = 0
            for _ in range(RUNS_MAXIMUM):
                work_octets += known.text_octets
                if work_octets > WORK_MAXIMUM_OCTETS:
                    break
                known.missing.clear()
                found = await self._run(transaction, identity, known)
                if not known.missing:
                    return found
                await self._fetch(known)
        finally:
            _KNOWN.reset(token)
        return "permerror", "the policy takes too much work"

    async def _run(self, transaction: Transaction, identity: _Identity, known: _Known) -> tuple[str, str]:
        """One run of pyspf. A thread takes our context, and so the answers, along."""
        arguments = (str(transaction.client.ip), identity, transaction.client.helo, self.receiver)
        if known.text_octets > INLINE_MAXIMUM_OCTETS:
            return await asyncio.to_thread(_run_pyspf, *arguments)
        return _run_pyspf(*arguments)

    async def _fetch(self, known: _Known) -> None:
        """Get what was missed, and at once the addresses of an mx or ptr mechanism's names, side by side."""
        follow_up: list[_Question] = []
        for question in dict.fromkeys(known.missing):
            answer = known.answers[question] = await self._lookup(question)
            if isinstance(answer, Answer) and question[1] in ("MX", "PTR"):
                names = [value.rpartition(" ")[2].lower() for value in answer.values[:NAMES_MAXIMUM]]
                follow_up += [(name, kind) for name in names for kind in _address_kinds(known)]
        wanted = [question for question in dict.fromkeys(follow_up) if question not in known.answers]
        if not wanted:
            return
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._lookup(question)) for question in wanted]
        known.answers.update({question: task.result() for question, task in zip(wanted, tasks, strict=True)})

    async def _lookup(self, question: _Question) -> Answer | TemporaryFailure:
        try:
            return await self.resolver.lookup(*question)
        except TemporaryFailure as failure:
            return failure


def _identity(transaction: Transaction) -> _Identity:
    mailbox = transaction.envelope.reverse_path.mailbox
    if mailbox is None:
        return _Identity("helo", transaction.client.helo.lower().removesuffix("."), "postmaster")
    # RFC 7208 §4.3: an empty local part is "postmaster".
    return _Identity("mailfrom", mailbox.ascii_domain, mailbox.local_part or "postmaster")


def _run_pyspf(ip: str, identity: _Identity, helo: str, receiver: str) -> tuple[str, str]:
    """The result and the domain owner's explanation, or pyspf's own words for an error."""
    if not identity.domain:
        return "none", ""
    try:
        query = spf.query(i=ip, s=f"postmaster@{identity.domain}", h=helo, receiver=receiver, querytime=0)
        # Set apart: pyspf splits an address at its first @, which a quoted local part may hold.
        query.l, query.s, query.ident = identity.local_part, f"{identity.local_part}@{identity.domain}", identity.name
        query.set_default_explanation("")
        result, _, explanation = query.check()
    except _Missing:
        return "temperror", ""
    except Exception as error:  # noqa: BLE001 -- pyspf raises AssertionError, IndexError and more for hostile records
        return "permerror", f"pyspf failed on the record ({type(error).__name__})"
    shown = explanation if result in ("fail", "permerror", "temperror") else ""
    return result, shown


def _replayed_lookup(
    name: str, kind: str, _strict: object = True, _timeout: float = 0
) -> list[tuple[_Question, object]]:
    """What pyspf calls instead of DNS: the known answer in pydns' form, or a note that it is missing."""
    known = _KNOWN.get()
    question = (name, kind)
    answer = known.answers.get(question)
    if answer is None:
        known.missing.append(question)
        raise _Missing
    if isinstance(answer, TemporaryFailure):
        raise spf.TempError(f"DNS {answer}")
    return [(question, value) for value in _pydns_values(kind, answer.values)]


def _pydns_values(kind: str, values: Iterable[str]) -> Iterable[object]:
    for value in values:
        if kind == "TXT":
            yield (_bounded(value.encode("latin-1")),)
        elif kind == "MX":
            preference, _, exchange = value.partition(" ")
            yield (int(preference), exchange)
        else:
            yield value


def _bounded(octets: bytes) -> bytes:
    """A TXT record that pyspf reads in reasonable time; only a policy's meaning depends on its end."""
    if not octets[:7].lower().startswith(b"v=spf1"):
        return octets[:TERM_MAXIMUM_OCTETS]
    if len(octets) > RECORD_MAXIMUM_OCTETS or max(map(len, octets.split(b" "))) > TERM_MAXIMUM_OCTETS:
        raise spf.PermError("the record, or a term of it, is too long")
    return octets


def _address_kinds(known: _Known) -> tuple[str, ...]:
    """The address type that this evaluation has asked for so far, else the one of IPv4."""
    return ("AAAA",) if any(kind == "AAAA" for _, kind in known.answers) else ("A",)
