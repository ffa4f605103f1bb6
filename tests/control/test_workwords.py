"""The words of the work in hand."""

from __future__ import annotations

import pytest

from gateway.control import workwords
from gateway.core.queued import QueueState


@pytest.mark.parametrize("state", [each.value for each in QueueState if each is not QueueState.DONE])
def test_every_state_has_words_of_its_own_in_both_languages(state: str) -> None:
    english, french = workwords.state_words(state, "en"), workwords.state_words(state, "fr")
    assert english != french
    assert workwords.waiting_words(state, 2, "exchange.local", "busy", "en").startswith("2 ")


def test_one_and_several_are_told_apart() -> None:
    assert workwords.waiting_words("in-doubt", 1, "ex", "", "en") == "1 was handed to ex, which has not confirmed it"
    assert workwords.waiting_words("held", 3, "ex", "by anna", "fr") == "3 pour ex sont suspendus : by anna"


def test_what_was_not_done_says_why() -> None:
    assert workwords.done_words("hold-not", "en", "dead") == "can't be put on hold: it is dead letter"
    assert workwords.step_words("judged", "en", points="1.5", action="accept").endswith("its verdict is accept")
