"""What may be asked with about the lists, and what is refused at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.control.rulesparams import (
    DraftRule,
    OneRule,
    ReplayRules,
    RuleChanges,
    RuleQuery,
    SenderRule,
    Thresholds,
    UndoRule,
)

DRAFT = DraftRule("sender.example")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: RuleQuery(limit=0), "limit"),
        (lambda: RuleQuery(cursor="x"), "cursor"),
        (lambda: RuleChanges(limit=201), "limit"),
        (lambda: RuleChanges(cursor="0x1p+0:abc"), "cursor"),
        (lambda: OneRule(0), "number"),
        (lambda: UndoRule(-1), "number"),
        (lambda: UndoRule(2**63), "number"),
        (lambda: DraftRule("x.example", days=-1), "days"),
        (lambda: DraftRule("x.example", days=3_651), "days"),
        (lambda: DraftRule("x.example", days=1, expires=datetime(2027, 1, 1, tzinfo=UTC)), "both"),
        (lambda: DraftRule("x.example", expires=datetime(2027, 1, 1)), "zone"),  # noqa: DTZ001 - it must be refused
        (lambda: DraftRule("x.example", reason="x" * 401), "400"),
        (lambda: SenderRule("../x"), "code"),
        (lambda: SenderRule("F7K2Q", days=-1), "days"),
        (lambda: SenderRule("F7K2Q", reason="x" * 401), "400"),
        (lambda: Thresholds(9, 6, 15), "less than"),
        (lambda: Thresholds(float("nan"), 6, 15), "less than"),
        (lambda: ReplayRules(), "one of"),
        (lambda: ReplayRules(id=1, thresholds=Thresholds(1, 2, 3)), "one of"),
        (lambda: ReplayRules(draft=DRAFT), "list"),
        (lambda: ReplayRules(kind="allow", id=1), "list"),
        (lambda: ReplayRules(id=1, days=0), "days"),
        (lambda: ReplayRules(id=1, days=91), "days"),
    ],
)
def test_what_nobody_can_mean_is_refused(make: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()  # type: ignore[operator]  # each is a function without arguments


def test_what_people_mean_is_taken() -> None:
    assert DraftRule("x.example", expires=datetime(2027, 1, 1, tzinfo=UTC)).days == 0
    assert ReplayRules(kind="block", draft=DRAFT).days == 14
    assert ReplayRules(id=3).limit == 50
    assert SenderRule("F7K2Q").scope == "domain"
    assert UndoRule().change == 0
