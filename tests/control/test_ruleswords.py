"""Every sentence about the lists exists in both languages and says what it is about."""

from __future__ import annotations

import pytest

from gateway.control import ruleswords as words
from gateway.core.cures import Cure
from gateway.core.listentry import parse_subject
from tests.support.lists import NOW, entry


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["allow", "block"])
@pytest.mark.parametrize("subject", ["ann@sender.example", "sender.example", ".sender.example", "192.0.2.0/24"])
def test_an_entry_is_one_sentence(kind: str, subject: str, language: str) -> None:
    text = words.entry_words(entry(kind, subject, "bob@office.example", NOW + 1), NOW, language)  # type: ignore[arg-type]  # a row of the table
    assert subject.removeprefix(".") in text
    assert "bob@office.example" in text
    assert text[0].isupper()
    assert text.endswith(".")
    assert ("proven" in text or "prouvé" in text) is (kind == "allow" and "/" not in subject)


def test_an_end_is_said_before_and_after_it() -> None:
    one = entry("block", "sender.example", expires=NOW)
    assert "until 2026-11-24" in words.entry_words(one, NOW - 1, "en")
    assert "but expired on 2026-11-24" in words.entry_words(one, NOW, "en")
    assert "a expiré le 2026-11-24" in words.entry_words(one, NOW, "fr")


def test_one_server_is_said_without_its_prefix() -> None:
    assert words.subject_words(parse_subject("192.0.2.7"), "en") == "192.0.2.7"
    assert words.subject_words(parse_subject("2001:db8::1"), "en") == "2001:db8::1"
    assert words.subject_words(parse_subject("192.0.2.0/24"), "en") == "the network 192.0.2.0/24"
    assert words.subject_words(parse_subject(".x.example"), "fr") == "x.example et tous ses sous-domaines"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("what", ["added", "renewed", "removed"])
@pytest.mark.parametrize("subject", ["sender.example", "192.0.2.0/24"])
def test_a_change_begins_with_a_name_or_a_capital(what: str, subject: str, language: str) -> None:
    text = words.change_words(what, entry("allow", subject), language)
    assert text.startswith(("sender.example", "The network", "Le réseau"))
    assert text.endswith(".")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "why", ["proven", "client", "unproven", "listed", "carried", "passed", "blocked", "blocked-unproven"]
)
def test_each_cure_has_its_sentence(why: str, language: str) -> None:
    cure = Cure("allow", "network", parse_subject("192.0.2.7"), True, why)  # type: ignore[arg-type]  # all its words
    text = words.cure_words(cure, "dkim,spf", language)
    assert "192.0.2.7" in text
    assert "/32" not in text
    assert ("DKIM + SPF" in text) is (why == "proven")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_reason_why_not_has_its_sentence(language: str) -> None:
    for why in words.CANT:
        text = words.cant_words(why, language, entry("block", "a.example", id=7), "that text", "domain")
        assert "{" not in text
        assert text.endswith((".", "remove 7", "that text"))
    for warning in words.WARNINGS:
        assert words.warning_words(warning, language)
    assert words.warning_words("", language) == ""


def test_a_replay_counts_in_words() -> None:
    assert words.replayed_words(412, 0, 14, "en").startswith("Of 412 messages in 14 days none")
    assert words.replayed_words(412, 1, 14, "fr") == "Sur 412 messages en 14 jours, 1 aurait eu un autre sort."
    assert words.replayed_words(412, 7, 14, "en") == "Of 412 messages in 14 days 7 would have fared differently."
    assert words.count_words("quarantine", "accept", 3, "fr") == "3 : retenu en quarantaine, aurait été remis"
    assert words.fate_words("accept", "reject", "en") == "was delivered, would have been refused"
