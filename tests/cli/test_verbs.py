"""The table of verbs holds together."""

from __future__ import annotations

import importlib

import pytest

from gateway.cli.verbs import COMMON, NOUNS, VERBS, Argument, Verb


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_does_something_that_exists(verb: Verb) -> None:
    module, _, name = verb.does.partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_noun_is_described_and_used() -> None:
    assert {verb.words[0] for verb in VERBS if len(verb.words) == 2} == NOUNS.keys()


def test_no_verb_is_there_twice() -> None:
    names = [verb.name for verb in VERBS]
    assert len(names) == len(set(names))


def test_no_verb_takes_an_option_of_all_for_its_own() -> None:
    common = {name for argument in COMMON for name in argument.names}
    assert not [verb.name for verb in VERBS for argument in verb.arguments if common & {*argument.names}]


def test_an_argument_is_an_option_by_its_dash() -> None:
    assert Argument(("--limit",), "x").is_option
    assert not Argument(("code",), "x").is_option
