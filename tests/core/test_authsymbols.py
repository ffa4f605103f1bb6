"""Our results in rspamd's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.alignment import DmarcResult
from gateway.core.authsymbols import rspamd_symbols
from gateway.core.finding import (
    ArcFinding,
    ArcSet,
    DkimFinding,
    DkimSignature,
    DmarcFinding,
    DmarcWalk,
    FailureFinding,
    Finding,
    SpfFinding,
)

NONE = DmarcResult("none")
PREFILTER = Path(__file__).resolve().parents[2] / "image" / "rspamd" / "poterne.lua"


def symbols(*findings: Finding, dmarc: DmarcResult = NONE) -> tuple[str, ...]:
    return rspamd_symbols(tuple(findings), dmarc)


def test_nothing_known_is_not_applicable() -> None:
    assert symbols() == ("R_SPF_NA", "R_DKIM_NA", "DMARC_NA", "ARC_NA")


def test_failed_checks_are_failed_look_ups() -> None:
    failures = [FailureFinding(check, "crash") for check in ("spf", "dkim", "arc")]
    assert symbols(*failures, dmarc=DmarcResult("temperror")) == (
        "R_SPF_DNSFAIL",
        "R_DKIM_TEMPFAIL",
        "DMARC_DNSFAIL",
        "ARC_DNSFAIL",
    )


@pytest.mark.parametrize(
    ("result", "symbol"),
    [
        ("pass", "R_SPF_ALLOW"),
        ("fail", "R_SPF_FAIL"),
        ("softfail", "R_SPF_SOFTFAIL"),
        ("neutral", "R_SPF_NEUTRAL"),
        ("none", "R_SPF_NA"),
        ("temperror", "R_SPF_DNSFAIL"),
        ("permerror", "R_SPF_PERMFAIL"),
    ],
)
def test_spf(result: str, symbol: str) -> None:
    assert symbols(SpfFinding(result, "a.example", "mailfrom"))[0] == symbol


def dkim(*signatures: DkimSignature) -> str:
    return symbols(DkimFinding(signatures, "x"))[1]


def test_the_best_signature_speaks() -> None:
    good, bad = DkimSignature("pass", "a.example", "s"), DkimSignature("fail", "b.example", "s")
    assert dkim(bad, good) == "R_DKIM_ALLOW"
    assert dkim(bad) == "R_DKIM_REJECT"
    assert dkim(DkimSignature("temperror", "a.example", "s"), bad) == "R_DKIM_TEMPFAIL"
    assert dkim(DkimSignature("permerror", "", "")) == "R_DKIM_PERMFAIL"
    assert dkim(DkimSignature("policy", "a.example", "s")) == "R_DKIM_PERMFAIL"


def test_unsigned_body_earns_nothing_and_a_testing_failure_costs_nothing() -> None:
    assert dkim(DkimSignature("pass", "a.example", "s", covers_body=False)) == "R_DKIM_NA"
    assert dkim(DkimSignature("fail", "a.example", "s", testing=True)) == "R_DKIM_NA"
    assert dkim(DkimSignature("pass", "a.example", "s", testing=True)) == "R_DKIM_ALLOW"


@pytest.mark.parametrize(
    ("result", "symbol"),
    [
        (DmarcResult("pass", "reject", "reject", "a.example"), "DMARC_POLICY_ALLOW"),
        (DmarcResult("fail", "reject", "reject", "a.example"), "DMARC_POLICY_REJECT"),
        (DmarcResult("fail", "reject", "quarantine", "a.example"), "DMARC_POLICY_QUARANTINE"),
        (DmarcResult("fail", "none", "none", "a.example"), "DMARC_POLICY_SOFTFAIL"),
        (DmarcResult("permerror"), "DMARC_NA"),
        (DmarcResult("temperror"), "DMARC_DNSFAIL"),
    ],
)
def test_dmarc(result: DmarcResult, symbol: str) -> None:
    assert symbols(dmarc=result)[2] == symbol


def test_an_unusable_record_is_a_bad_policy() -> None:
    finding = DmarcFinding(("a.example",), "", True, (DmarcWalk("a.example", (), unusable=True),), "ok")
    assert symbols(finding, dmarc=DmarcResult("none", domain="a.example"))[2] == "DMARC_BAD_POLICY"


@pytest.mark.parametrize(
    ("finding", "symbol"),
    [
        (ArcFinding("pass", (ArcSet(1, "a.example", ""),)), "ARC_ALLOW"),
        (ArcFinding("fail", (ArcSet(1, "a.example", ""),)), "ARC_REJECT"),
        (ArcFinding("fail"), "ARC_INVALID"),
        (ArcFinding("none"), "ARC_NA"),
        (ArcFinding("temperror"), "ARC_DNSFAIL"),
    ],
)
def test_arc(finding: ArcFinding, symbol: str) -> None:
    assert symbols(finding)[3] == symbol


def test_the_prefilter_knows_every_symbol_we_can_send() -> None:
    source = (Path(__file__).resolve().parents[2] / "gateway" / "core" / "authsymbols.py").read_text(encoding="utf-8")
    sent = {word for word in source.split('"') if word.startswith(("R_SPF_", "R_DKIM_", "DMARC_", "ARC_"))}
    assert len(sent) > 20
    lua = PREFILTER.read_text(encoding="utf-8")
    assert {name for name in sent if f"'{name}'" not in lua} == set()
