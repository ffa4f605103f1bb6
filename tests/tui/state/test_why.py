from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from gateway.control import rulesviews
from gateway.control.values import EvidenceView, HeldDetail, Limits, ReasonView
from gateway.control.views import explanation, held_reasons, held_summary, reasons
from gateway.core.case import Policy
from gateway.core.cures import cures
from gateway.core.record import Disposition, Evidence, WeighedReason
from tests.support.control import held, record
from tui.format import Line, width
from tui.language import words
from tui.state import why

EN, FR = words("en", UTC), words("fr", UTC)
TOLD = explanation(record(), "fr")
HELD = HeldDetail(held_summary(held(), record(), 30, "en"), reasons(held_reasons(held(), record()), 9, "en"), ())


def _text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


def test_the_panel_says_what_happened_and_the_weightiest_reasons() -> None:
    text = _text(why.why(TOLD, 76, FR))
    assert text.startswith("RETENU  9,5 points   rene@sender.example → anna@office.example\nFacture")
    assert "  +5,1 Ses mots sont ceux de messages" in text
    assert "✓ SPF  de 192.0.2.1" in text
    assert text.endswith("b bloque · r remet · i indésirable")


def test_recipients_with_different_fates_have_their_own_stories() -> None:
    two = record(dispositions=(Disposition("a@x", "accept", "delivered", hop_reply="250 OK"), *record().dispositions))
    text = _text(why.why(explanation(two, "en"), 76, EN))
    assert "a@x:" in text
    assert "anna@office.example:" in text
    assert "The server said: 250 OK" in text


def test_a_reason_that_speaks_for_the_message_is_negative() -> None:
    rows = why.reasons((ReasonView("KNOWN", -0.5, "You wrote to it."),), 60, EN, technical=True)
    assert _text(rows) == "  -0.5 You wrote to it. [KNOWN]"
    assert rows[0][0].tone == "ok"


def test_a_held_message_says_when_it_is_a_copy_or_has_been_released() -> None:
    assert "HELD  9.5 points" in _text(why.why_held(HELD, 76, EN))
    copy = replace(HELD, summary=replace(HELD.summary, is_copy=True, released_to=("bob@office.example",)))
    text = _text(why.why_held(copy, 76, EN))
    assert "RELEASED" in text
    assert "REFUSED" in _text(why.why_held(replace(HELD, summary=replace(HELD.summary, is_copy=True)), 76, EN))
    assert "this is a copy" in text
    assert "Released to: bob@office.example" in text


def test_proofs_stand_in_their_order_whatever_the_order_of_checks() -> None:
    views = [
        EvidenceView(name, word, (), 1.0) for name, word in (("dmarc", "fail"), ("spf", "temperror"), ("rspamd", "x"))
    ]
    assert _text([why.proofs(views, "", 60, EN)]) == "○ SPF  ✗ DMARC"
    assert why.told_by(EvidenceView("spf", "pass", (("domain", "a.example"),), 1.0)) == "domain a.example"


def test_nothing_is_wider_than_the_panel() -> None:
    long = record(
        subject="x" * 300,
        dispositions=(
            Disposition(
                "a" * 200 + "@office.example",
                "quarantine",
                "quarantined",
                reasons=(WeighedReason("X", 1.0, (("description", "y" * 300),)),),
            ),
        ),
        evidence=(Evidence("spf", "fail"),) * 12,
    )
    assert all(width(row) <= 40 for row in why.why(explanation(long, "en"), 40, EN))


LIMITS = Limits(6, 9, 15)


def test_the_points_stand_against_their_limits_and_say_themselves_what_the_reason_would() -> None:
    text = _text(why.why(replace(TOLD, limits=LIMITS), 76, FR))
    assert "│░" in text
    assert "marqué 6 · retenu 9 · refusé 15" in text
    assert "atteignent le seuil" not in text


def test_the_keys_name_whom_they_would_allow_or_that_it_would_not_help() -> None:
    proven = record(authors=("rene@sender.example",), proven_by="dkim")
    found = rulesviews.cures(proven, cures(proven, Policy()), {}, "en")
    assert "a allows rene@sender.example if proven" in _text(why.why(TOLD, 76, EN, found))
    vain = rulesviews.cures(record(), cures(record(), Policy()), {}, "en")
    assert "a allowing would not help: says why" in _text(why.why(TOLD, 76, EN, vain))


def test_where_room_lacks_the_reasons_and_the_keys_stay() -> None:
    views = tuple(ReasonView(f"R{n}", 3.0 - n, f"Reason number {n}.") for n in range(3))
    full = replace(HELD, reasons=views, would_change="Else.", limits=LIMITS)
    all_of_it = why.why_held(full, 76, EN)
    few = why.why_held(full, 76, EN, None, 5)
    assert len(few) == 5 < len(all_of_it)
    for each in ("HELD", "Reason number 0.", "Reason number 1.", "a allows its sender"):
        assert each in _text(few)
    assert _text(all_of_it).index("Reason number 0.") < _text(all_of_it).index("Reason number 2.")
    assert "Else." in _text(all_of_it)


def test_a_guess_says_why_and_a_virus_that_it_stays_here() -> None:
    for guess, says in (("wanted", "Likely wanted"), ("spam", "Likely spam"), ("virus", "can't be released here")):
        summary = replace(HELD.summary, likely=guess)
        assert says in _text(why.why_held(replace(HELD, summary=summary), 76, EN))
