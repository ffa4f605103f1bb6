from __future__ import annotations

from gateway.core.verdict import Action, strictest


def test_a_refusal_wins_over_a_deferral_and_both_over_taking_the_message() -> None:
    ordered = sorted(Action, key=lambda action: action.severity)
    assert ordered == [Action.ACCEPT, Action.MARK, Action.QUARANTINE, Action.DEFER, Action.REJECT]


def test_the_strictest_of_none_is_to_accept() -> None:
    assert strictest(()) is Action.ACCEPT
    assert strictest((Action.MARK, Action.DEFER, Action.ACCEPT)) is Action.DEFER
