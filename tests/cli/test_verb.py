"""A verb and its arguments as values."""

from __future__ import annotations

from gateway.cli.verb import Argument, Verb


def test_a_verb_is_named_as_it_is_typed() -> None:
    assert Verb(("rules", "list"), "list", "a:b").name == "rules list"


def test_an_option_begins_with_a_dash() -> None:
    assert Argument(("--limit",), "how many").is_option
    assert not Argument(("code",), "which").is_option
