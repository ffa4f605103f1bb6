from __future__ import annotations

from typing import get_args

import pytest

from gateway.core.alignment import DmarcResult
from gateway.core.evidence import details_of, dmarc_evidence, evidence_of
from gateway.core.finding import (
    ArrivalFinding,
    AttachmentFinding,
    AttachmentHit,
    DkimFinding,
    DkimSignature,
    FailureFinding,
    Finding,
    RspamdFinding,
    RspamdSymbol,
    VirusFinding,
)


@pytest.mark.parametrize("kind", get_args(Finding))
def test_every_finding_has_a_display_form(kind: type) -> None:
    assert details_of.dispatch(kind) is not details_of.dispatch(object)


def test_symbols_are_shown_by_weight() -> None:
    finding = RspamdFinding("no action", 1.0, (RspamdSymbol("A", 0.5), RspamdSymbol("B", -2.0, ("opt",))))
    assert evidence_of(finding).details[2:] == (("B", "-2.00 opt"), ("A", "+0.50"))


def test_each_signature_has_its_line() -> None:
    finding = DkimFinding((DkimSignature("fail", "a.example", "s", reason="body hash"),), "fail")
    assert evidence_of(finding).details == (("signature 1", "fail a.example s body hash"),)


def test_a_failure_names_its_cause() -> None:
    assert evidence_of(FailureFinding("spf", "no answer within 5 s"), 5_000.0).details == (
        ("cause", "no answer within 5 s"),
    )


def test_attachments_show_what_was_found_where() -> None:
    finding = AttachmentFinding((AttachmentHit("a.zip > b.exe", "executable", "PE"),), "hits", ("a.zip",))
    assert evidence_of(finding).details == (("executable", "a.zip > b.exe: PE"), ("names", "a.zip"))


def test_dmarc_shows_domain_policy_and_record() -> None:
    shown = dmarc_evidence(
        DmarcResult("fail", "reject", "reject", "a.b.example", "b.example", reason="nothing aligned")
    )
    assert dict(shown.details) == {
        "author domain": "a.b.example",
        "published policy": "reject",
        "record at": "b.example",
        "reason": "nothing aligned",
    }


def test_no_more_names_than_people_read_are_kept() -> None:
    finding = AttachmentFinding((), "clean", tuple(f"{number}.txt" for number in range(300)))
    ((_, names),) = evidence_of(finding).details
    assert names.endswith("99.txt")


def test_a_virus_is_shown_by_its_name_and_an_absent_scanner_only_where_there_is_one() -> None:
    assert evidence_of(VirusFinding("virus", "Eicar")).details == (("found", "Eicar"),)
    assert evidence_of(VirusFinding("clean")).details == ()
    assert evidence_of(ArrivalFinding("ok", antivirus="away")).details[-1] == ("antivirus", "away")
    assert "antivirus" not in dict(evidence_of(ArrivalFinding("ok")).details)
