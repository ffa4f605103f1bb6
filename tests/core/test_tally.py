from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.record import Disposition
from gateway.core.tally import (
    DELAY,
    DELAY_SECONDS,
    NAMES_MAXIMUM,
    OTHERS,
    RECIPIENT,
    SCORE,
    SENDER,
    VERDICT,
    Place,
    bounded,
    delay_at,
    hour_of,
    sender_of,
    tally,
)
from tests.support.control import NOON, record

HOUR = hour_of(NOON.timestamp())


def test_a_message_is_counted_by_verdict_points_delay_and_names() -> None:
    both = (
        Disposition("Anna@office.example", "accept", "delivered"),
        Disposition("bob@office.example", "mark", "delivered"),
    )
    counted = tally(
        [
            record(
                dispositions=both,
                score=6.9,
                timings=(("checks", 600.0), ("handing on", 100.0)),
                authors=("rene@sender.example",),
            )
        ]
    )
    assert counted == {
        Place(HOUR, VERDICT, "mark"): 1,
        Place(HOUR, SCORE, "6"): 1,
        Place(HOUR, DELAY, str(DELAY_SECONDS.index(1.0))): 1,
        Place(HOUR, SENDER, "rene@sender.example"): 1,
        Place(HOUR, RECIPIENT, "anna@office.example"): 1,
        Place(HOUR, RECIPIENT, "bob@office.example"): 1,
    }


def test_a_refusal_counts_as_its_kind_and_a_follow_up_not_at_all() -> None:
    refused = record(kind="client-refused", dispositions=(), score=None, timings=())
    assert tally([refused, record(kind="follow-up")]) == {Place(HOUR, VERDICT, "client-refused"): 1}


def test_points_beyond_the_scale_are_counted_at_its_ends() -> None:
    names = {
        place.name
        for place in tally([record(score=99.0), record(score=-99.0), record(score=-0.1)])
        if place.kind == SCORE
    }
    assert names == {"30", "-10", "-1"}


def test_nobody_is_who_wrote_a_bounce() -> None:
    assert sender_of(record(reverse_path="", authors=("office.example",))) == "<>"
    assert sender_of(record(reverse_path="Bounce@x.example", authors=())) == "bounce@x.example"


def test_a_flood_of_names_becomes_others_and_known_names_stay() -> None:
    flood = Counter({Place(1, SENDER, f"u{n}@x.example"): 1 for n in range(2 * NAMES_MAXIMUM)})
    flood[Place(1, SENDER, "known@x.example")] = 1
    known = frozenset({"known@x.example", *(f"k{n}" for n in range(NAMES_MAXIMUM - 2))})
    kept = bounded(flood, {(1, SENDER): known})
    assert kept[Place(1, SENDER, "known@x.example")] == 1
    assert sum(kept.values()) == sum(flood.values())
    assert len([place for place in kept if place.name not in known]) == 2
    assert kept[Place(1, SENDER, OTHERS)] == 2 * NAMES_MAXIMUM - 1


def test_the_share_that_was_through_decides_the_class() -> None:
    classes = {0: 94, 2: 1, 5: 4, len(DELAY_SECONDS): 1}
    shares = (0.5, 0.94, 0.95, 0.96, 1.0)
    ends = [DELAY_SECONDS[each] for each in (0, 0, 2, 5, -1)]
    assert [delay_at(share, classes) for share in shares] == ends
    assert delay_at(0.5, {0: 0, 3: 0}) is None


@given(st.dictionaries(st.integers(0, len(DELAY_SECONDS)), st.integers(1, 1_000), max_size=8))
def test_half_are_through_no_later_than_most(classes: dict[int, int]) -> None:
    half, most = delay_at(0.5, classes), delay_at(0.95, classes)
    assert (half is None) == (most is None) == (not classes)
    if half is not None and most is not None:
        assert half <= most
