from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.ambiguity import BOUNDARIES, UNCLOSED, told
from gateway.core.explain import LANGUAGES, action_words, sentence, would_change
from gateway.core.sentences import ACTIONS, REASONS, WOULD_CHANGE
from gateway.core.verdict import Action, Reason

ALL = {**REASONS, **WOULD_CHANGE}


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_has_a_sentence_in_both_languages(name: str) -> None:
    english, french = (sentence(Reason(name), language) for language in LANGUAGES)
    assert english != french
    assert english.endswith(".")
    assert french.endswith(".")


@pytest.mark.parametrize("name", ALL)
def test_both_languages_name_the_same_details(name: str) -> None:
    english, french = (set(re.findall(r"{(\w+)}", text)) for text in ALL[name])
    assert english == french


def test_a_detail_is_filled_in_and_made_safe() -> None:
    reason = Reason("dmarc-reject", details=(("domain", "bank\x1b[2J.example"),))
    assert "bank\ufffd[2J.example" in sentence(reason)


def test_a_missing_detail_is_a_question_mark_not_a_crash() -> None:
    assert "?" in sentence(Reason("dmarc-reject"))


def test_a_symbol_of_rspamd_speaks_in_the_words_that_were_written_for_it() -> None:
    symbol = Reason("HFILTER_HELO_3", 2.0, (("description", "Helo host checks (medium)"),))
    assert sentence(symbol) == "The server that sent it has a name like a home or mobile connection."
    assert sentence(symbol, "fr") == "Le serveur qui l'a envoyé porte un nom d'accès domestique ou mobile."


def test_a_symbol_of_a_newer_rspamd_speaks_by_its_own_description() -> None:
    symbol = Reason("NEWRULE_X", 2.0, (("description", "helo host has no A record"),))
    assert sentence(symbol) == "Helo host has no A record."


def test_a_symbol_without_description_is_named() -> None:
    assert "NEWRULE_X" in sentence(Reason("NEWRULE_X", 1.0))
    assert "NEWRULE_X" in sentence(Reason("NEWRULE_X", 1.0), "fr")


def test_what_would_have_changed_it_names_the_other_action_in_words() -> None:
    cure = Reason("fewer-points", details=(("points", "1.5"), ("action", "mark")))
    assert would_change(cure) == "With 1.5 points fewer it would have been delivered, marked as spam."
    assert would_change(None) == ""


def test_every_action_has_words() -> None:
    assert set(ACTIONS) == {action.value for action in Action}
    assert action_words("quarantine", "fr") == "retenu en quarantaine"


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_foreign_text_makes_an_explanation_fail(name: str, detail: str) -> None:
    assert sentence(Reason(name, details=(("description", detail), ("path", detail))))


def test_what_readers_disagree_about_is_told_in_both_languages() -> None:
    reason = Reason("attachment-ambiguous", details=(("found", told({BOUNDARIES, UNCLOSED})),))
    assert "(a multipart without an end, several boundaries)" in sentence(reason)
    assert "(un multipart sans fin, plusieurs délimiteurs)" in sentence(reason, "fr")
