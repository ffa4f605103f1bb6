"""DMARC judged (RFC 9989): what the findings of SPF, DKIM and the tree walks add up to.

Pure: looks nothing up and decides nothing about the message; `checks/dmarc` asked, `core/policy` acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.core.finding import (
    DkimFinding,
    DmarcFinding,
    DmarcRecord,
    DmarcWalk,
    FailureFinding,
    Finding,
    SpfFinding,
    find,
)

# RFC 9989 §4.10: no walk asks more often.
MAXIMUM_QUERIES: Final = 8
# The one author defect that leaves nothing to judge: there is no From field at all.
NO_AUTHOR: Final = "no From field"
# RFC 9989 §4.7, t: "y" asks for one step less than the published policy.
_MILDER: Final = MappingProxyType({"reject": "quarantine", "quarantine": "none", "none": "none"})


@dataclass(frozen=True, slots=True)
class DmarcResult:
    """What DMARC says of the message.

    `result`: pass, fail, none, temperror, or permerror (the From field names no single author domain).
    `policy` is the published policy that applies to this author domain, None without a record;
    `applied` is what to act on, one step milder for `t=y`. `domain` is the author domain ("" when
    there is no single one), `record_domain` the name whose record applies. `aligned_by` is "spf",
    "dkim", or both comma-separated; `reason` says in words why it is not a pass. `proven_by` is the same, and also
    said where no record asks for it: an aligned identity passed, so the author domain is proven.
    """

    result: str
    policy: str | None = None
    applied: str | None = None
    domain: str = ""
    record_domain: str | None = None
    aligned_by: str = ""
    reason: str = ""
    proven_by: str = ""


@dataclass(frozen=True, slots=True)
class _Claim:
    """One authenticated (or perhaps authenticated) domain that may speak for the author domain."""

    mechanism: str
    result: str
    domain: str


@dataclass(frozen=True, slots=True)
class _Policy:
    record: DmarcRecord
    record_domain: str
    published: str

    @property
    def applied(self) -> str:
        return _MILDER[self.published] if self.record.testing else self.published


def evaluate(findings: tuple[Finding, ...]) -> DmarcResult:
    """The DMARC result of one message. A missing or failed look-up is never a pass and never "no record"."""
    dmarc = find(findings, DmarcFinding)
    if dmarc is None:
        failed = any(isinstance(each, FailureFinding) and each.check == "dmarc" for each in findings)
        return DmarcResult("temperror", reason="the DMARC look-up failed") if failed else DmarcResult("none")
    if dmarc.author_defect or len(dmarc.author_domains) != 1:
        result = "permerror" if dmarc.author_domains or dmarc.author_defect != NO_AUTHOR else "none"
        return DmarcResult(result, reason=dmarc.author_defect)
    domain = dmarc.author_domains[0]
    walk = _walk(dmarc, domain)
    if dmarc.result == "temperror" or walk is None or walk.failed:
        return DmarcResult("temperror", domain=domain, reason="DNS failed while looking for the DMARC record")
    policy = None if walk.unusable else _policy(walk, dmarc.author_exists)
    if policy is None:
        reason = "the DMARC record is unusable" if walk.unusable else "no DMARC record"
        return DmarcResult("none", domain=domain, reason=reason, proven_by=_exactly(domain, findings))
    return _judge(dmarc, walk, policy, tuple(_claims(findings)))


def organizational_domain(walk: DmarcWalk) -> str:
    """The organizational domain of the walk's starting name (RFC 9989 §4.10.2)."""
    found = [(name, record) for name, record in walk.answers if record is not None]
    for name, record in found:
        if record.psd == "n":
            return name
        if record.psd == "y" and name != walk.domain:
            return _one_label_below(name, walk.domain)
    return min((name for name, _ in found), key=_labels, default=walk.domain)


def may_align(candidate: str, author_walk: DmarcWalk) -> bool:
    """False when no walk could show that `candidate` shares the author's organizational domain.

    That domain ends every name that belongs to it, so a stranger's DNS need not be asked at all.
    """
    organization = organizational_domain(author_walk)
    return candidate == organization or candidate.endswith("." + organization)


def tree_walk_names(domain: str) -> tuple[str, ...]:
    """The names to ask, longest first, at most 8 (RFC 9989 §4.10): `domain`, then from 7 labels down to one."""
    labels = domain.split(".")
    below = labels[1:] if len(labels) <= MAXIMUM_QUERIES else labels[-(MAXIMUM_QUERIES - 1) :]
    return (domain, *(".".join(below[index:]) for index in range(len(below))))


def _judge(dmarc: DmarcFinding, walk: DmarcWalk, policy: _Policy, claims: tuple[_Claim, ...]) -> DmarcResult:
    aligned = [claim for claim in claims if _is_aligned(claim, dmarc, walk, policy.record)]
    proven = sorted({claim.mechanism for claim in aligned if claim.result == "pass"})
    reason = ""
    result = "pass"
    if not proven:
        unsure = any(claim.result == "temperror" for claim in aligned) or _undecided(claims, dmarc, walk)
        result = "temperror" if unsure else "fail"
        reason = "an aligned identity could not be checked" if unsure else "no aligned identity passed"
    by = ",".join(proven)
    return DmarcResult(result, policy.published, policy.applied, walk.domain, policy.record_domain, by, reason, by)


def _exactly(domain: str, findings: tuple[Finding, ...]) -> str:
    """What proves this very name. Without a record nothing says which other names belong to it (RFC 9989 §4.10.2)."""
    passing = (each for each in _claims(findings) if each.result == "pass" and each.domain == domain)
    return ",".join(sorted({each.mechanism for each in passing}))


def _policy(walk: DmarcWalk, author_exists: bool) -> _Policy | None:
    """RFC 9989 §4.10.1: the author domain's record, else its organizational domain's, else the PSD's."""
    records = {name: record for name, record in walk.answers if record is not None}
    own = records.get(walk.domain)
    if own is not None:
        return _Policy(own, walk.domain, own.p)
    organization = organizational_domain(walk)
    suffix = next((name for name, record in records.items() if record.psd == "y"), "")
    for name in (organization, suffix):
        if record := records.get(name):
            return _Policy(record, name, record.sp if author_exists else record.np)
    return None


def _claims(findings: tuple[Finding, ...]) -> Iterator[_Claim]:
    """SPF and each DKIM signature; a check that failed as a whole claims for any domain (domain "")."""
    for finding in findings:
        match finding:
            case SpfFinding(result=result, domain=domain):
                yield _Claim("spf", result, domain)
            case DkimFinding(signatures=signatures):
                # Octets behind l= are unsigned: such a signature speaks for nobody (RFC 6376 §8.2).
                yield from (_Claim("dkim", each.result, each.domain) for each in signatures if each.covers_body)
            case FailureFinding(check=("spf" | "dkim") as check):
                yield _Claim(check, "temperror", "")
            case _:
                pass


def _is_aligned(claim: _Claim, dmarc: DmarcFinding, walk: DmarcWalk, record: DmarcRecord) -> bool:
    if not claim.domain:
        return claim.result == "temperror"
    if claim.domain == walk.domain:
        return True
    if record.strict_spf if claim.mechanism == "spf" else record.strict_dkim:
        return False
    other = _walk(dmarc, claim.domain)
    if other is None or other.failed:
        return False
    return organizational_domain(other) == organizational_domain(walk)


def _undecided(claims: tuple[_Claim, ...], dmarc: DmarcFinding, walk: DmarcWalk) -> bool:
    """A pass whose own walk failed, for a domain that might have aligned."""
    for claim in claims:
        other = _walk(dmarc, claim.domain)
        if claim.result == "pass" and other is not None and other.failed and may_align(claim.domain, walk):
            return True
    return False


def _walk(dmarc: DmarcFinding, domain: str) -> DmarcWalk | None:
    return next((walk for walk in dmarc.walks if walk.domain == domain), None)


def _one_label_below(name: str, start: str) -> str:
    return ".".join(start.split(".")[-(_labels(name) + 1) :])


def _labels(name: str) -> int:
    return name.count(".") + 1
