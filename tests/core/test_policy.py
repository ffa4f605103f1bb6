from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.alignment import DmarcResult
from gateway.core.case import Office, Policy
from gateway.core.finding import AttachmentFinding, AttachmentHit, RspamdFinding, RspamdSymbol
from gateway.core.policy import decide, settle
from gateway.core.verdict import Action, Flag, Reason, Verdict
from tests.support.values import recipient, transaction

OFFICE = Office(frozenset({"office.example"}))
PROVEN = DmarcResult("pass", "reject", "reject", "sender.example", "sender.example", "dkim")


def scanned(score: float, *symbols: RspamdSymbol) -> RspamdFinding:
    return RspamdFinding("no action", score, symbols)


def verdict(score: float, *findings: object, dmarc: DmarcResult = PROVEN, to: str = "bob@office.example") -> Verdict:
    known = (scanned(score), *findings)
    return decide(transaction(b"From: a@sender.example\r\n\r\n", *known), recipient(to), dmarc, Policy(), OFFICE)  # type: ignore[arg-type]  # findings only


@pytest.mark.parametrize(
    ("score", "action"),
    [
        (5.9, Action.ACCEPT),
        (6.0, Action.MARK),
        (9.0, Action.QUARANTINE),
        (14.9, Action.QUARANTINE),
        (15.0, Action.REJECT),
    ],
)
def test_the_thresholds_are_inclusive(score: float, action: Action) -> None:
    assert verdict(score).action is action


@given(st.floats(-50, 50), st.floats(0, 50))
def test_more_points_never_make_the_verdict_milder(score: float, more: float) -> None:
    assert verdict(score).action.severity <= verdict(score + more).action.severity


def test_our_own_findings_add_to_the_scanner_s_score() -> None:
    macro = AttachmentFinding((AttachmentHit("a.docm", "macro", "vbaProject.bin"),), "hits")
    assert verdict(4.5, macro).score == 6.5
    assert verdict(4.5, macro).action is Action.MARK


def test_the_deciding_reason_stands_first_and_then_by_weight() -> None:
    symbols = (RspamdSymbol("LITTLE", 0.5), RspamdSymbol("BIG", 6.5), RspamdSymbol("GOOD", -1.0))
    found = decide(
        transaction(b"From: a@b.example\r\n\r\n", scanned(6.0, *symbols)), recipient(), PROVEN, Policy(), OFFICE
    )
    assert [reason.name for reason in found.reasons][:4] == ["score-mark", "BIG", "GOOD", "LITTLE"]
    assert found.reasons[0].decides
    assert not found.reasons[1].decides


def test_a_symbol_that_hardly_counts_is_no_reason_but_stays_in_the_score() -> None:
    found = decide(
        transaction(b"From: a@b.example\r\n\r\n", scanned(0.09, RspamdSymbol("TINY", 0.09))),
        recipient(),
        PROVEN,
        Policy(),
        OFFICE,
    )
    assert found.score == 0.09
    assert "TINY" not in [reason.name for reason in found.reasons]


def test_an_accepted_message_says_how_far_it_was_from_a_mark() -> None:
    cure = verdict(4.0).would_change
    assert cure == Reason("more-points", details=(("points", "2.0"), ("action", "mark")))


def test_a_score_says_what_fewer_points_would_have_made() -> None:
    cure = verdict(9.5).would_change
    assert cure is not None
    assert dict(cure.details) == {"points": "0.6", "action": "mark"}


def test_one_rule_s_cure_names_what_the_others_leave() -> None:
    forged = DmarcResult("fail", "reject", "reject", "bank.example", "bank.example")
    cure = verdict(7.0, dmarc=forged).would_change
    assert cure is not None
    assert (cure.name, dict(cure.details)["action"]) == ("prove-author", "mark")


def test_two_causes_of_one_action_say_so() -> None:
    forged = DmarcResult("fail", "reject", "reject", "bank.example", "bank.example")
    assert verdict(10.0, dmarc=forged).would_change == Reason("several")


def test_without_a_scan_our_own_results_are_the_score_and_the_message_is_flagged() -> None:
    forged = DmarcResult("fail", "none", "none", "shop.example", "shop.example")
    found = decide(transaction(b"From: a@shop.example\r\n\r\n"), recipient(), forged, Policy(), OFFICE)
    assert found.flags == {Flag.UNSCANNED}
    assert found.score == 0.1
    assert "unscanned" in [reason.name for reason in found.reasons]


@pytest.mark.parametrize("address", ["postmaster@office.example", "Abuse@office.example", "postmaster"])
def test_a_role_address_is_never_refused_for_the_content(address: str) -> None:
    found = verdict(20.0, to=address)
    assert found.action is Action.QUARANTINE
    assert "role-address" in [reason.name for reason in found.reasons]


def refused() -> Verdict:
    return Verdict(Action.REJECT, 20.0, (Reason("score-reject", decides=True),))


def test_all_refused_stays_refused() -> None:
    assert settle((refused(), refused())) == (refused(), refused())


def test_refused_for_some_is_held_for_them() -> None:
    accepted = Verdict(Action.ACCEPT, 0.0, ())
    settled = settle((refused(), accepted))
    assert [each.action for each in settled] == [Action.QUARANTINE, Action.ACCEPT]
    assert settled[0].reasons[-1].name == "others-accepted"


def test_a_deferral_is_for_everybody_because_nothing_was_taken_yet() -> None:
    deferred = Verdict(Action.DEFER, 0.0, (Reason("scanner-away", decides=True),))
    assert {each.action for each in settle((refused(), deferred))} == {Action.DEFER}


@given(st.permutations([scanned(7.0), AttachmentFinding((), "clean")]))
def test_the_order_in_which_findings_came_never_matters(findings: list[object]) -> None:
    ordered = transaction(b"From: a@b.example\r\n\r\n", *findings)  # type: ignore[arg-type]  # findings only
    assert decide(ordered, recipient(), PROVEN, Policy(), OFFICE) == verdict_of_same()


def verdict_of_same() -> Verdict:
    return verdict(7.0, AttachmentFinding((), "clean"))


def test_a_policy_of_its_own_changes_the_thresholds() -> None:
    strict = replace(Policy(), mark_at=1.0)
    found = decide(transaction(b"From: a@b.example\r\n\r\n", scanned(2.0)), recipient(), PROVEN, strict, OFFICE)
    assert found.action is Action.MARK
