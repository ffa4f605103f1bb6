"""From rows to what people are shown."""

from __future__ import annotations

from gateway.control import protocol, views
from gateway.core.outcome import Result
from gateway.core.record import Disposition, Evidence, WeighedReason
from tests.support.control import NOON, held, outcome, record

WORST = "\U0001f4b0" * 5_000


def test_a_summary_is_told_by_the_gravest_disposition() -> None:
    fates = (
        Disposition("a@office.example", "accept", "delivered"),
        Disposition("b@office.example", "reject", "rejected", reasons=(WeighedReason("score-reject", 0.0),)),
        Disposition("c@office.example", "mark", "delivered"),
        Disposition("d@office.example", "accept", "delivered"),
    )
    summary = views.summary(record(0, dispositions=fates), "en")
    assert (summary.action, summary.outcome) == ("reject", "refused")
    assert summary.recipients == ("a@office.example", "b@office.example", "c@office.example")
    assert summary.recipient_count == 4
    assert summary.time == NOON


def test_a_refused_client_is_a_row_like_any_other() -> None:
    row = record(0, kind="client-refused", dispositions=(), reply="554 5.7.1 Listed [F7K20]", reverse_path="")
    summary = views.summary(row, "en")
    assert (summary.outcome, summary.reason) == ("refused", "554 5.7.1 Listed [F7K20]")


def test_the_worst_message_fits_a_line() -> None:
    reasons = tuple(WeighedReason(WORST, 1.0, (("description", WORST),)) for _ in range(100))
    fates = tuple(Disposition(f"{n}{WORST}", "mark", "delivered", WORST, f"{n}{WORST}", reasons) for n in range(100))
    evidence = tuple(Evidence(WORST, WORST, tuple((WORST, WORST) for _ in range(500))) for _ in range(10))
    row = record(0, dispositions=fates, evidence=evidence, subject=WORST, reply=WORST, helo=WORST)
    for view in (views.detail(row, "fr"), views.explanation(row, "fr")):
        assert protocol.decode_incoming(protocol.encode_result(1, view)).error is None


def test_a_copy_of_refused_mail_says_so() -> None:
    summary = views.held_summary(held(0, kind="rejected-copy"), None, 30, "en")
    assert summary.is_copy
    assert not views.held_summary(held(0), None, 30, "en").is_copy


def test_a_release_without_a_reply_shows_the_cause() -> None:
    shown = views.release(outcome("a@office.example", Result.HOP_AWAY), "fr")
    assert shown.result == "hop-away"
    assert shown.text.startswith("le serveur du bureau ne répond pas")
