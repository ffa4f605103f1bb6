"""Our sender authentication in rspamd's words: the symbols that `X-Poterne-Auth` carries (D2).

Names are exactly rspamd's; scores and composites are rspamd's business.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.core.alignment import DmarcResult
from gateway.core.finding import ArcFinding, DkimFinding, DmarcFinding, FailureFinding, Finding, SpfFinding, find

_SPF: Final = MappingProxyType(
    {
        "pass": "R_SPF_ALLOW",
        "fail": "R_SPF_FAIL",
        "softfail": "R_SPF_SOFTFAIL",
        "neutral": "R_SPF_NEUTRAL",
        "none": "R_SPF_NA",
        "temperror": "R_SPF_DNSFAIL",
        "permerror": "R_SPF_PERMFAIL",
    }
)
_DKIM_IN_ORDER: Final = (
    ("pass", "R_DKIM_ALLOW"),
    ("temperror", "R_DKIM_TEMPFAIL"),
    ("fail", "R_DKIM_REJECT"),
    ("permerror", "R_DKIM_PERMFAIL"),
    ("policy", "R_DKIM_PERMFAIL"),
    ("neutral", "R_DKIM_PERMFAIL"),
)
_DMARC: Final = MappingProxyType(
    {"pass": "DMARC_POLICY_ALLOW", "none": "DMARC_NA", "permerror": "DMARC_NA", "temperror": "DMARC_DNSFAIL"}
)
_DMARC_FAIL: Final = MappingProxyType(
    {"reject": "DMARC_POLICY_REJECT", "quarantine": "DMARC_POLICY_QUARANTINE", "none": "DMARC_POLICY_SOFTFAIL"}
)


def rspamd_symbols(findings: tuple[Finding, ...], dmarc: DmarcResult) -> tuple[str, ...]:
    """One symbol each for SPF, DKIM, DMARC and ARC, in this order."""
    return (_spf(findings), _dkim(findings), _dmarc(findings, dmarc), _arc(findings))


def _spf(findings: tuple[Finding, ...]) -> str:
    if spf := find(findings, SpfFinding):
        return _SPF.get(spf.result, "R_SPF_NA")
    return "R_SPF_DNSFAIL" if _failed(findings, "spf") else "R_SPF_NA"


def _dkim(findings: tuple[Finding, ...]) -> str:
    """The best signature. One that leaves body unsigned earns nothing, a failed one in testing costs nothing."""
    dkim = find(findings, DkimFinding)
    if dkim is None:
        return "R_DKIM_TEMPFAIL" if _failed(findings, "dkim") else "R_DKIM_NA"
    results = {
        each.result
        for each in dkim.signatures
        # RFC 6376 §3.6.1, t=y: a failure in testing mode is no worse than no signature.
        if (each.covers_body if each.result == "pass" else not each.testing)
    }
    return next((symbol for result, symbol in _DKIM_IN_ORDER if result in results), "R_DKIM_NA")


def _dmarc(findings: tuple[Finding, ...], dmarc: DmarcResult) -> str:
    if dmarc.result == "fail":
        return _DMARC_FAIL[dmarc.applied or "none"]
    found = find(findings, DmarcFinding)
    if dmarc.result == "none" and found and any(w.unusable and w.domain == dmarc.domain for w in found.walks):
        return "DMARC_BAD_POLICY"
    return _DMARC[dmarc.result]


def _arc(findings: tuple[Finding, ...]) -> str:
    """A chain whose sets could not even be read is INVALID, one that does not verify is REJECT."""
    arc = find(findings, ArcFinding)
    if arc is None:
        return "ARC_DNSFAIL" if _failed(findings, "arc") else "ARC_NA"
    if arc.result == "fail":
        return "ARC_REJECT" if arc.sets else "ARC_INVALID"
    return {"pass": "ARC_ALLOW", "temperror": "ARC_DNSFAIL"}.get(arc.result, "ARC_NA")


def _failed(findings: tuple[Finding, ...], check: str) -> bool:
    return any(isinstance(each, FailureFinding) and each.check == check for each in findings)
