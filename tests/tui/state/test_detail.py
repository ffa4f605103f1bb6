from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from gateway.control import views
from gateway.control.values import HeldDetail
from gateway.core.record import Disposition
from tests.support.control import NOON, held, record
from tui.format import Line
from tui.language import words
from tui.state import detail

EN, FR = words("en", UTC), words("fr", UTC)
TOLD = views.detail(record(), "en")
HELD = HeldDetail(views.held_summary(held(), record(), 30, "en"), (), (("Subject", "Facture"),))


def _text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


def test_the_detail_tells_the_whole_path() -> None:
    text = _text(detail.message(TOLD, 78, EN))
    for part in (
        "René <rene@sender.example>",
        "Tue 24 Nov 12:00:00",
        "mail.sender.example 192.0.2.1",
        "■ held",
        "✓ spf",
    ):
        assert part in text
    assert "EHLO" not in text
    assert "Handing on         0.06 s ████████████" in text


def test_technical_details_come_on_demand() -> None:
    text = _text(detail.message(TOLD, 78, EN, technical=True))
    assert "EHLO         mail.sender.example" in text
    assert "[BAYES_SPAM]" in text
    assert "pass domain sender.example" in text


def test_the_servers_last_words_stand_with_the_recipient() -> None:
    told = views.detail(
        record(dispositions=(Disposition("a@b", "accept", "delivered", "10.0.0.9:25", "250 OK"),)), "en"
    )
    assert "10.0.0.9:25: 250 OK" in _text(detail.message(told, 78, EN))


def test_a_message_without_times_shows_none() -> None:
    assert "How long" not in _text(detail.message(replace(TOLD, timings=()), 78, EN))


def test_a_held_message_shows_its_text_only_when_it_was_asked_for() -> None:
    without = _text(detail.held(HELD, NOON, 78, FR))
    assert "v montre son texte" in without
    assert "Subject: Facture" in without
    assert "de lui-même dans 30 jours" in without
    shown = _text(detail.held(replace(HELD, text=("Bonjour,", "", "la facture")), NOON, 78, FR))
    assert "Bonjour,\n\nla facture" in shown
    assert "v montre" not in shown
