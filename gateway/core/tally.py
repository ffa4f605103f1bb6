"""What history counts by the hour, so that charts need not read every message again. Pure.

A tally is a number for (hour, kind, name). The hour is in hours since the epoch, UTC; the kinds are below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.core.followup import KIND as FOLLOW_UP
from gateway.core.record import MessageRecord

HOUR_SECONDS: Final = 3_600
# By verdict (or kind of refusal), by whole points, by seconds in the gateway, by who wrote and who was written to.
VERDICT, SCORE, DELAY, SENDER, RECIPIENT = "verdict", "score", "delay", "sender", "recipient"
# Points beyond these are counted with them.
SCORE_MINIMUM, SCORE_MAXIMUM = -10, 30
# The upper ends of the classes of delay; the last class has none.
DELAY_SECONDS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
# How many names of a kind an hour has of its own: a flood of invented senders must not fill the card.
NAMES_MAXIMUM: Final = 300
OTHERS: Final = ""


class Place(NamedTuple):
    """What is counted where."""

    hour: int
    kind: str
    name: str


Tally = Counter[Place]


def hour_of(time: float) -> int:
    """The hour that holds this moment (seconds since the epoch)."""
    return int(time // HOUR_SECONDS)


def tally(records: Iterable[MessageRecord]) -> Tally:
    """What these records add. Follow-ups add nothing: their messages are counted already."""
    counted: Tally = Counter()
    for record in records:
        if record.kind != FOLLOW_UP:
            counted.update(_places(record))
    return counted


def _places(record: MessageRecord) -> Iterable[Place]:
    hour = hour_of(record.time)
    yield Place(hour, VERDICT, record.action)
    if record.score is not None:
        yield Place(hour, SCORE, str(max(SCORE_MINIMUM, min(SCORE_MAXIMUM, int(record.score // 1)))))
    if record.timings:
        yield Place(hour, DELAY, str(_class_of(sum(took for _, took in record.timings) / 1_000)))
    if record.kind == "message":
        yield Place(hour, SENDER, sender_of(record))
        for each in record.dispositions:
            yield Place(hour, RECIPIENT, each.recipient.lower())


def sender_of(record: MessageRecord) -> str:
    """Who wrote it as people see it: the author's address, else the reverse-path; "<>" for nobody."""
    author = next((each for each in record.authors if "@" in each), "")
    return (author or record.reverse_path).lower() or "<>"


def _class_of(seconds: float) -> int:
    return next((number for number, end in enumerate(DELAY_SECONDS) if seconds <= end), len(DELAY_SECONDS))


def bounded(counted: Tally, known: dict[tuple[int, str], frozenset[str]]) -> Tally:
    """The same with at most NAMES_MAXIMUM names an hour and kind, the rest as OTHERS; `known` are there already."""
    kept: Tally = Counter()
    names = {place: set(each) for place, each in known.items()}
    for place, number in counted.most_common():
        mine = names.setdefault((place.hour, place.kind), set())
        if place.name not in mine and len(mine) >= NAMES_MAXIMUM:
            place = place._replace(name=OTHERS)
        mine.add(place.name)
        kept[place] += number
    return kept


def delay_at(share: float, classes: dict[int, int]) -> float | None:
    """Seconds within which this share (0 to 1) was through: the upper end of its class. None without a message.

    The last class has no end: its lower one is given.
    """
    total = sum(classes.values())
    passed = 0
    for number in sorted(classes):
        passed += classes[number]
        if total and passed >= share * total:
            return DELAY_SECONDS[min(number, len(DELAY_SECONDS) - 1)]
    return None
