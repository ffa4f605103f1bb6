from __future__ import annotations

from collections import Counter

from gateway.core.statistics import Statistics, unusual
from gateway.core.tally import SCORE, SENDER, VERDICT, Place


def test_what_is_not_written_yet_is_counted_too() -> None:
    stored = Statistics(
        Counter({Place(5, VERDICT, "accept"): 2}),
        Counter(),
        Counter({Place(0, SCORE, "3"): 1}),
        {"a@x.example": (1, 4)},
        {},
    )
    waiting = Counter(
        {
            Place(5, VERDICT, "accept"): 1,
            Place(5, SCORE, "3"): 2,
            Place(1, SCORE, "3"): 7,
            Place(5, SENDER, "a@x.example"): 3,
            Place(5, SENDER, "b@x.example"): 1,
            Place(1, SENDER, "c@x.example"): 1,
        }
    )
    whole = stored.with_(waiting, recent=4)
    assert whole.hours == {Place(5, VERDICT, "accept"): 3}
    assert whole.scores == {Place(0, SCORE, "3"): 3}
    assert whole.senders == {"a@x.example": (4, 7), "b@x.example": (1, 1)}


def test_a_newcomer_with_many_is_more_unusual_than_a_regular_and_one_message_is_not() -> None:
    assert unusual(40, 0.0) > unusual(40, 20.0) > unusual(40, 40.0) == 0.0
    assert unusual(1, 0.0) < 0.5
    assert unusual(0, 10.0) < 0
