"""From the table to a parser."""

from __future__ import annotations

import pytest

from gateway.cli.call import UsageError
from gateway.cli.parser import build


def test_what_is_given_before_the_verb_is_not_forgotten_behind_it() -> None:
    parsed = build().parse_args(["--config", "a", "--json", "messages", "list"])
    assert (parsed.config, parsed.json, parsed.socket) == ("a", True, None)


def test_what_stands_behind_the_verb_wins() -> None:
    assert build().parse_args(["--config", "a", "status", "--config", "b"]).config == "b"


def test_options_are_not_guessed_from_their_beginning() -> None:
    with pytest.raises(UsageError):
        build().parse_args(["status", "--js"])


def test_repeated_options_gather_and_begin_anew_each_time() -> None:
    line = ["quarantine", "release", "F7K2Q", "A2B3C", "--to", "a@x.example", "--to", "b@x.example"]
    assert build().parse_args(line).to == ["a@x.example", "b@x.example"]
    assert build().parse_args(["quarantine", "release", "F7K2Q"]).to == []


def test_the_null_reverse_path_can_be_typed() -> None:
    assert build().parse_args(["judge", "x.eml", "--mail-from", ""]).mail_from == ""
    assert build().parse_args(["judge", "x.eml"]).mail_from is None


def test_defaults_are_those_of_the_table() -> None:
    parsed = build().parse_args(["messages", "list"])
    assert (parsed.limit, parsed.all, parsed.cursor, parsed.search, parsed.action) == (50, False, "", None, None)
    assert parsed.does == "gateway.cli.messages:list_messages"


def test_a_wrong_choice_names_the_right_ones() -> None:
    with pytest.raises(UsageError, match="Did you mean spam"):
        build().parse_args(["quarantine", "learn", "F7K2Q", "spa"])


def test_the_overview_fits_a_terminal_of_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert [line for line in build().format_help().splitlines() if len(line) > 80] == []
