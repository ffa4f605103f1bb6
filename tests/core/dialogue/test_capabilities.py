from __future__ import annotations

import pytest

from gateway.core.dialogue.capabilities import NO_CAPABILITIES, announced
from gateway.core.reply import Reply


def test_keywords_are_read_in_any_case_and_without_their_parameters() -> None:
    known = announced(Reply(250, "", ("hop.example Hello [192.0.2.1]", "pipelining", "AUTH NTLM LOGIN", "Size 100")))
    assert known.has("PIPELINING")
    assert known.has("AUTH")
    assert known.size_octets == 100


def test_the_greeting_line_announces_nothing() -> None:
    assert not announced(Reply(250, "", ("DSN Hello",))).has("DSN")


@pytest.mark.parametrize("line", ["SIZE", "SIZE 0", "SIZE many", "SIZE -1", "SIZE " + "9" * 40, "SIZE \u0664"])
def test_a_size_that_says_nothing_is_none(line: str) -> None:
    lines = ("hop", line) if line.isascii() else ("hop", "SIZE ?")
    assert announced(Reply(250, "", lines)).size_octets is None


def test_an_empty_line_is_passed_over() -> None:
    assert announced(Reply(250, "", ("hop", "", "DSN"))).keywords == {"DSN"}


def test_helo_announces_nothing() -> None:
    assert not NO_CAPABILITIES.has("PIPELINING")


def test_mechanisms_of_auth_are_read_in_any_case() -> None:
    assert announced(Reply(250, "", ("hop", "AUTH plain LOGIN"))).mechanisms == {"PLAIN", "LOGIN"}
    assert announced(Reply(250, "", ("hop", "DSN PLAIN"))).mechanisms == frozenset()
