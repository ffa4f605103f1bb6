from __future__ import annotations

import pytest

from gateway.core.alignment import DmarcResult
from gateway.core.case import Office, Policy
from gateway.core.finding import (
    ArcFinding,
    ArcSet,
    ArrivalFinding,
    AttachmentFinding,
    AttachmentHit,
    DkimFinding,
    DkimSignature,
    DmarcFinding,
    FailureFinding,
    Finding,
    RspamdFinding,
    SpfFinding,
)
from gateway.core.policy import decide
from gateway.core.verdict import Action, Flag, Verdict
from tests.support.values import recipient, transaction

OFFICE = Office(frozenset({"office.example"}), frozenset({"forwarder.example"}), frozenset({"club.list.example"}))
SCANNED = RspamdFinding("no action", 0.0)
BANK_FAILS = DmarcResult("fail", "reject", "reject", "bank.example", "bank.example")
UNKNOWN = DmarcResult("none", domain="sender.example")
QUARANTINES = {"executable": Action.QUARANTINE, "macro": Action.MARK, "unscannable": Action.QUARANTINE}
STANDARD = Policy(attachments=QUARANTINES)


def judged(
    *findings: Finding,
    dmarc: DmarcResult = UNKNOWN,
    octets: bytes = b"From: a@sender.example\r\n\r\nhi\r\n",
    policy: Policy = STANDARD,
    **client: object,
) -> Verdict:
    return decide(transaction(octets, *findings, **client), recipient(), dmarc, policy, OFFICE)  # type: ignore[arg-type]  # named by fields


def why(verdict: Verdict) -> list[str]:
    return [reason.name for reason in verdict.reasons if reason.decides]


def signed(domain: str, covers_body: bool = True) -> DkimFinding:
    return DkimFinding((DkimSignature("pass", domain, "s", covers_body=covers_body),), "pass")


def chain(sealer: str, result: str = "pass", said: str = "mx.forwarder.example; dmarc=pass") -> ArcFinding:
    return ArcFinding(result, (ArcSet(1, sealer, said),))


def test_ordinary_mail_is_accepted() -> None:
    assert judged(SCANNED).action is Action.ACCEPT


def test_gtube_is_a_reject_although_the_scan_was_skipped() -> None:
    gtube = RspamdFinding("reject", 0.0, is_skipped=True, smtp_message="Gtube pattern")
    assert (judged(gtube).action, why(judged(gtube))) == (Action.REJECT, ["scanner-reject"])


def test_a_reject_that_the_scanner_computed_is_ours_to_decide_by_score() -> None:
    assert judged(RspamdFinding("reject", 10.0)).action is Action.QUARANTINE


def test_greylisting_and_soft_reject_of_the_scanner_are_ignored() -> None:
    assert judged(RspamdFinding("soft reject", 1.0)).action is Action.ACCEPT
    assert judged(RspamdFinding("greylist", 4.5)).action is Action.ACCEPT


def test_a_failed_p_reject_is_held_by_default_and_refused_on_wish() -> None:
    assert judged(SCANNED, dmarc=BANK_FAILS).action is Action.QUARANTINE
    assert judged(SCANNED, dmarc=BANK_FAILS, policy=Policy(dmarc_reject=Action.REJECT)).action is Action.REJECT


def test_a_failed_p_quarantine_is_held_and_p_none_is_noted_only() -> None:
    held = DmarcResult("fail", "quarantine", "quarantine", "bank.example", "bank.example")
    noted = DmarcResult("fail", "none", "none", "bank.example", "bank.example")
    assert judged(SCANNED, dmarc=held).action is Action.QUARANTINE
    assert judged(SCANNED, dmarc=noted).action is Action.ACCEPT


def test_a_testing_policy_is_acted_on_one_step_milder() -> None:
    testing = DmarcResult("fail", "quarantine", "none", "bank.example", "bank.example")
    assert judged(SCANNED, dmarc=testing).action is Action.ACCEPT


def test_a_trusted_forwarder_s_chain_excuses_a_failure() -> None:
    verdict = judged(SCANNED, chain("forwarder.example"), dmarc=BANK_FAILS)
    assert (verdict.action, why(verdict)) == (Action.MARK, ["dmarc-excused-arc"])


@pytest.mark.parametrize(
    "arc",
    [
        chain("evil.example"),
        chain("forwarder.example", result="fail"),
        chain("forwarder.example", said="mx.forwarder.example; dmarc=fail"),
        ArcFinding(
            "pass", (ArcSet(1, "forwarder.example", "x; dmarc=pass"), ArcSet(2, "evil.example", "x; dmarc=pass"))
        ),
    ],
)
def test_any_other_chain_does_not(arc: ArcFinding) -> None:
    assert judged(SCANNED, arc, dmarc=BANK_FAILS).action is Action.QUARANTINE


LISTED = b"From: a@bank.example\r\nList-Id: The club <Club.list.example>\r\n\r\nhi\r\n"


def test_a_known_list_that_signs_itself_excuses_a_failure() -> None:
    verdict = judged(SCANNED, signed("list.example"), dmarc=BANK_FAILS, octets=LISTED)
    assert why(verdict) == ["dmarc-excused-list"]


def test_a_list_id_that_nobody_signed_excuses_nothing() -> None:
    assert judged(SCANNED, signed("evil.example"), dmarc=BANK_FAILS, octets=LISTED).action is Action.QUARANTINE
    assert judged(SCANNED, dmarc=BANK_FAILS, octets=LISTED).action is Action.QUARANTINE


OWN = DmarcResult("none", domain="office.example")


def test_our_own_domain_from_outside_needs_proof_even_without_a_record() -> None:
    assert why(judged(SCANNED, dmarc=OWN)) == ["own-domain-forged"]
    assert why(judged(SCANNED, dmarc=DmarcResult("none", domain="hr.office.example"))) == ["own-domain-forged"]


@pytest.mark.parametrize(
    "proof",
    [
        signed("office.example"),
        signed("mail.office.example"),
        SpfFinding("pass", "office.example", "mailfrom"),
    ],
)
def test_our_own_domain_with_proof_passes(proof: Finding) -> None:
    assert judged(SCANNED, proof, dmarc=OWN).action is Action.ACCEPT


@pytest.mark.parametrize(
    "proof",
    [
        signed("office.example", covers_body=False),
        signed("office.example.evil.example"),
        SpfFinding("softfail", "office.example", "mailfrom"),
    ],
)
def test_half_a_proof_of_our_own_domain_is_none(proof: Finding) -> None:
    assert judged(SCANNED, proof, dmarc=OWN).action is Action.QUARANTINE


def test_our_own_servers_need_no_proof() -> None:
    assert judged(SCANNED, dmarc=OWN, relay_client="exchange").action is Action.ACCEPT
    assert judged(SCANNED, dmarc=BANK_FAILS, relay_client="exchange").action is Action.ACCEPT


def author(defect: str) -> DmarcFinding:
    return DmarcFinding((), defect, False, (), "none")


def test_a_from_that_names_no_single_author_is_held() -> None:
    assert why(judged(SCANNED, author("two From fields"))) == ["author-unclear"]


def test_a_missing_from_is_marked() -> None:
    verdict = judged(SCANNED, author("no From field"), octets=b"To: b\r\n\r\n")
    assert (verdict.action, why(verdict)) == (Action.MARK, ["author-missing"])


def test_the_strictest_attachment_decides() -> None:
    found = AttachmentFinding(
        (AttachmentHit("a.docm", "macro", "x"), AttachmentHit("a.zip > b.exe", "executable", "PE")), "hits"
    )
    verdict = judged(SCANNED, found)
    assert (verdict.action, why(verdict)) == (Action.QUARANTINE, ["attachment-executable"])


def test_attachments_nobody_could_look_at_are_held() -> None:
    assert judged(SCANNED, AttachmentFinding((), "unscannable")).action is Action.QUARANTINE
    assert judged(SCANNED, FailureFinding("attachments", "crashed")).action is Action.QUARANTINE


def test_while_the_scanner_is_away_mail_is_deferred() -> None:
    assert judged(ArrivalFinding("ok", "away"), FailureFinding("rspamd", "refused")).action is Action.DEFER


def test_a_scanner_given_up_passes_mail_flagged_but_our_own_rules_hold() -> None:
    given_up = (ArrivalFinding("ok", "given-up"), FailureFinding("rspamd", "refused"))
    assert judged(*given_up).flags == {Flag.UNSCANNED}
    assert judged(*given_up, dmarc=BANK_FAILS).action is Action.QUARANTINE


def test_an_unscannable_message_is_held() -> None:
    assert why(judged(ArrivalFinding("ok", "unscannable"))) == ["unscannable"]


def test_dns_trouble_defers_only_where_the_settings_say_so() -> None:
    lost = FailureFinding("spf", "SERVFAIL")
    assert judged(SCANNED, lost).action is Action.ACCEPT
    assert judged(SCANNED, lost, policy=Policy(defer_without_dns=True)).action is Action.DEFER


HOP = b"Received: from a.example (a [192.0.2.1])\r\n\tby %s with ESMTP\r\n\tid X; now\r\n"
RING = Office(frozenset({"office.example"}), hostname="mx.office.example")


def looped(hops: int, host: bytes) -> Verdict:
    octets = (HOP % host) * hops + b"From: a@sender.example\r\n\r\nhi\r\n"
    return decide(transaction(octets, SCANNED), recipient("postmaster@office.example"), UNKNOWN, STANDARD, RING)


def test_too_many_hops_are_a_loop_whoever_it_is_for() -> None:
    assert looped(50, b"mx.other.example").action is Action.ACCEPT
    assert why(looped(51, b"mx.other.example")) == ["loop"]
    assert looped(51, b"mx.other.example").action is Action.REJECT


def test_more_than_three_times_through_ourselves_is_a_loop() -> None:
    assert looped(3, b"mx.office.example").action is Action.ACCEPT
    assert looped(4, b"mx.office.example").action is Action.REJECT
    assert looped(4, b"smx.office.example.evil").action is Action.ACCEPT


def test_an_indented_first_line_is_refused_to_everybody() -> None:
    octets = b" From: a@evil.example\r\nFrom: b@bank.example\r\n\r\nhi\r\n"
    to_postmaster = decide(transaction(octets, SCANNED), recipient("postmaster@x.example"), UNKNOWN, STANDARD, OFFICE)
    assert (judged(SCANNED, octets=octets).action, why(judged(SCANNED, octets=octets))) == (
        Action.REJECT,
        ["header-broken"],
    )
    assert to_postmaster.action is Action.REJECT
