from __future__ import annotations

import re

from gateway.core.rules import RULES
from gateway.core.sentences import REASONS
from gateway.core.weights import WEIGHTS, WEIGHTS_UNSCANNED


def test_every_weighed_name_has_a_sentence() -> None:
    assert not {*WEIGHTS, *WEIGHTS_UNSCANNED} - set(REASONS)


def test_names_are_short_lower_case_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) and len(name) < 32 for name in REASONS)


def test_there_are_rules_to_speak_of() -> None:
    assert len(RULES) == 10
