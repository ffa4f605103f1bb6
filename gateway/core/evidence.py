"""Findings as plain words and numbers for history and for people: which check, its result, what it saw.

Presentation of facts only: no judgement, and foreign text stays raw until it is shown.
"""

from __future__ import annotations

from functools import singledispatch

from gateway.core.alignment import DmarcResult
from gateway.core.finding import (
    ArcFinding,
    ArrivalFinding,
    AttachmentFinding,
    DkimFinding,
    DmarcFinding,
    DnsblFinding,
    FailureFinding,
    Finding,
    ReverseNameFinding,
    RspamdFinding,
    SpfFinding,
    VirusFinding,
)
from gateway.core.record import Evidence

# Of the files of a message; those behind are there for the policy.
NAMES_SHOWN = 100

Details = tuple[tuple[str, str], ...]


def evidence_of(finding: Finding, elapsed_ms: float = 0.0) -> Evidence:
    """One finding for display."""
    return Evidence(finding.check, finding.result, details_of(finding), elapsed_ms)


def dmarc_evidence(dmarc: DmarcResult) -> Evidence:
    """The DMARC result, which is judged from several findings."""
    details = (
        ("author domain", dmarc.domain),
        ("published policy", dmarc.policy or ""),
        ("record at", dmarc.record_domain or ""),
        ("reason", dmarc.reason),
    )
    return Evidence("dmarc", dmarc.result, tuple(pair for pair in details if pair[1]))


@singledispatch
def details_of(finding: Finding) -> Details:
    """What the check saw, as pairs of label and text."""
    raise TypeError(f"no display form for {type(finding).__name__}")


@details_of.register
def _(finding: FailureFinding) -> Details:
    return (("cause", finding.detail),)


@details_of.register
def _(finding: SpfFinding) -> Details:
    pairs = (("domain", finding.domain), ("identity", finding.identity), ("explanation", finding.explanation))
    return tuple(pair for pair in pairs if pair[1])


@details_of.register
def _(finding: DkimFinding) -> Details:
    return tuple(
        (
            f"signature {number}",
            " ".join(part for part in (each.result, each.domain, each.selector, each.reason) if part),
        )
        for number, each in enumerate(finding.signatures, 1)
    )


@details_of.register
def _(finding: ArcFinding) -> Details:
    sealers = ", ".join(each.sealer for each in finding.sets)
    return tuple(pair for pair in (("sealers", sealers), ("reason", finding.reason)) if pair[1])


@details_of.register
def _(finding: DmarcFinding) -> Details:
    authors = ", ".join(finding.author_domains)
    return tuple(pair for pair in (("authors", authors), ("defect", finding.author_defect)) if pair[1])


@details_of.register
def _(finding: RspamdFinding) -> Details:
    head = (("action", finding.action), ("score", f"{finding.score:.2f}"))
    ordered = sorted(finding.symbols, key=lambda symbol: (-abs(symbol.score), symbol.name))
    symbols = tuple((symbol.name, f"{symbol.score:+.2f} {' '.join(symbol.options)}".strip()) for symbol in ordered)
    return head + symbols


@details_of.register
def _(finding: DnsblFinding) -> Details:
    hits = tuple((listing.zone, f"{listing.address} {listing.text}".strip()) for listing in finding.listings)
    return hits or ((("cause", finding.detail),) if finding.detail else ())


@details_of.register
def _(finding: ReverseNameFinding) -> Details:
    return (("hostname", finding.hostname),) if finding.hostname else ()


@details_of.register
def _(finding: AttachmentFinding) -> Details:
    hits = tuple((hit.kind, f"{hit.path}: {hit.found}") for hit in finding.hits)
    names = (("names", ", ".join(finding.names[:NAMES_SHOWN])),) if finding.names else ()
    return hits + names + ((("cause", finding.detail),) if finding.detail else ())


@details_of.register
def _(finding: VirusFinding) -> Details:
    return (("found", finding.virus),) if finding.virus else ()


@details_of.register
def _(finding: ArrivalFinding) -> Details:
    antivirus = () if finding.antivirus == "ok" else (("antivirus", finding.antivirus),)
    return (("scanner", finding.scanner), *antivirus)
