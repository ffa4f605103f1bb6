"""What the checks learned, one frozen class for each question asked.

A finding states facts in the words of RFC 8601; it never says what to do about them. The judge
adds some of its own (`ArrivalFinding`), so that everything the policy weighs stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class FailureFinding:
    """A check that could not answer: crashed, out of time, or its DNS or service failed (D4).

    `result` is "temperror". `detail` is for the admin and never leaves the box.
    """

    check: str
    detail: str
    result: str = "temperror"


@dataclass(frozen=True, slots=True)
class SpfFinding:
    """RFC 7208 result for one identity.

    `result`: none neutral pass fail softfail temperror permerror. `domain` is what was checked;
    `identity` "mailfrom", or "helo" for the null reverse-path. `explanation` is the domain owner's
    text: foreign, for the admin only.
    """

    result: str
    domain: str
    identity: str
    explanation: str = ""
    check: str = "spf"


@dataclass(frozen=True, slots=True)
class DkimSignature:
    """One DKIM-Signature field, judged (RFC 6376, RFC 8301, RFC 8463).

    `result`: pass fail neutral policy temperror permerror. `domain`, `selector`, `identity` (i=) are
    "" where the field does not hold a valid one. `covers_body` is False when l= leaves octets
    unsigned: then it never counts for DMARC. `testing` is the key's t=y. `signed_fields` in lower case.
    """

    result: str
    domain: str
    selector: str
    identity: str = ""
    algorithm: str = ""
    key_bits: int = 0
    covers_body: bool = True
    testing: bool = False
    signed_fields: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DkimFinding:
    """All signatures of the message in header order, at most the limit of `checks/dkim`.

    `result` is "none" without signatures, else the best of them (pass first).
    """

    signatures: tuple[DkimSignature, ...]
    result: str
    check: str = "dkim"


@dataclass(frozen=True, slots=True)
class ArcSet:
    """One instance of an ARC chain (RFC 8617): who sealed it and what it said it had found.

    `authentication_results` is the payload of ARC-Authentication-Results after `i=N;`, unfolded.
    """

    instance: int
    sealer: str
    authentication_results: str


@dataclass(frozen=True, slots=True)
class ArcFinding:
    """The chain's validation: `result` none, pass, fail or temperror; sets from the oldest to the newest."""

    result: str
    sets: tuple[ArcSet, ...] = ()
    reason: str = ""
    check: str = "arc"


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """A DMARC policy record (RFC 9989) with its defaults resolved.

    Policies are "none", "quarantine" or "reject"; `np` and `sp` already default as the RFC says.
    `psd` is "y", "n" or "u". `strict_spf`/`strict_dkim` are aspf=s / adkim=s. `testing` is t=y.
    """

    p: str
    sp: str
    np: str
    psd: str = "u"
    strict_spf: bool = False
    strict_dkim: bool = False
    testing: bool = False
    rua: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DmarcWalk:
    """The tree walk from one domain (RFC 9989): each name asked, longest first, with its record or None.

    `unusable`: the domain itself publishes DMARC records, but several or without a policy to apply.
    `failed`: DNS failed on the way, so the answers say nothing.
    """

    domain: str
    answers: tuple[tuple[str, DmarcRecord | None], ...]
    unusable: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class DmarcFinding:
    """What DNS says for DMARC about this message; `core.alignment` judges it.

    `author_domains`: the distinct A-label domains of all From fields; `author_defect` says in words
    why they are no single valid author domain, "" when they are one. `author_exists`: it has A, AAAA
    or MX; True also where that changes no policy and was not asked. `walks`: the author domain's
    first, then one for each other domain that might align with it.
    `result`: "ok", "none" (no usable author domain) or "temperror" (DNS failed on the walk). `author_addresses` as in
    `core.author`.
    """

    author_domains: tuple[str, ...]
    author_defect: str
    author_exists: bool
    walks: tuple[DmarcWalk, ...]
    result: str
    check: str = "dmarc"
    author_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RspamdSymbol:
    """One rspamd symbol: its score in this message, its options (foreign text), rspamd's description."""

    name: str
    score: float
    options: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class RspamdFinding:
    """rspamd's answer. `action` in its own words; `score` is its metric score.

    `result` is "scanned". `is_skipped` with action "reject" (GTUBE) is still a reject (D2).
    `smtp_message` is rspamd's proposed text: for the admin.
    """

    action: str
    score: float
    symbols: tuple[RspamdSymbol, ...] = ()
    is_skipped: bool = False
    smtp_message: str = ""
    result: str = "scanned"
    check: str = "rspamd"


@dataclass(frozen=True, slots=True)
class DnsblListing:
    """One hit: the zone, the returned address, the list's own text, and the action the settings give it."""

    zone: str
    address: str
    text: str
    action: str


@dataclass(frozen=True, slots=True)
class DnsblFinding:
    """Which lists name the client (RFC 5782). `result`: "listed", "clean" or "temperror" (no list answered)."""

    listings: tuple[DnsblListing, ...]
    result: str
    detail: str = ""
    check: str = "dnsbl"


@dataclass(frozen=True, slots=True)
class ReverseNameFinding:
    """iprev (RFC 8601 §3): `result` pass, fail, permerror or temperror; `hostname` only with pass."""

    result: str
    hostname: str | None
    check: str = "iprev"


@dataclass(frozen=True, slots=True)
class AttachmentHit:
    """One part that policy may want to stop.

    `path` shows where it lies: "invoice.zip > invoice.pdf.exe". `kind` is one of executable, script,
    shortcut, disk-image, macro, active-document, encrypted-archive, double-extension, deceptive-name,
    nested-too-deep, too-large, ambiguous; forbidden-name is made by the policy. `found` says in a few words what gave
    it away.
    """

    path: str
    kind: str
    found: str


@dataclass(frozen=True, slots=True)
class AttachmentFinding:
    """What the attachments are by name and content, inside archives too.

    `result`: "clean", "hits" or "unscannable" (the parser died or refused: nobody knows, D10).
    `names` are the paths of the files seen: 100, and the first with each further ending. `parts` is how many MIME parts
    there are, those of messages in messages too, or more than anybody looks at; None when nobody could count them.
    """

    hits: tuple[AttachmentHit, ...]
    result: str
    names: tuple[str, ...] = ()
    detail: str = ""
    parts: int | None = None
    check: str = "attachments"


@dataclass(frozen=True, slots=True)
class VirusFinding:
    """clamd's answer. `virus` is its name for what it found, foreign text; "" when clean.

    `result`: "clean"; "virus", by a signature; and what is no virus by itself: "suspect" (a guess), "encrypted",
    "macro", or "unfinished" (its limits ended the scan).
    """

    result: str
    virus: str = ""
    check: str = "clamd"


@dataclass(frozen=True, slots=True)
class ArrivalFinding:
    """What the gateway knows of the arrival itself: the state of its scanners and of the origin.

    `result`: "ok", or "origin-hidden" when a router hides the clients (D18). `scanner`: "ok", "away"
    (within the grace time: defer), "given-up" (grace is over: pass unscanned) or "unscannable"
    (rspamd fails on this message while others pass). `antivirus`: the same about clamd.
    """

    result: str
    scanner: str = "ok"
    antivirus: str = "ok"
    check: str = "arrival"


Finding: TypeAlias = (
    FailureFinding
    | SpfFinding
    | DkimFinding
    | ArcFinding
    | DmarcFinding
    | RspamdFinding
    | DnsblFinding
    | ReverseNameFinding
    | AttachmentFinding
    | VirusFinding
    | ArrivalFinding
)

_Kind = TypeVar("_Kind")


def find(findings: tuple[Finding, ...], kind: type[_Kind]) -> _Kind | None:
    """The finding of this class, or None when the check failed or was not asked."""
    for finding in findings:
        # The classes are final, and this is asked some thirty times a message.
        if type(finding) is kind:
            return finding
    return None
