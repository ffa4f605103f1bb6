from __future__ import annotations

from gateway.core.verdict import Action


def test_a_refusal_wins_over_a_deferral_and_both_over_taking_the_message() -> None:
    ordered = sorted(Action, key=lambda action: action.severity)
    assert ordered == [Action.ACCEPT, Action.MARK, Action.QUARANTINE, Action.DEFER, Action.REJECT]
