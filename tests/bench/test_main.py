"""What counts as a message that arrived wrongly."""

from __future__ import annotations

from tests.bench.__main__ import wrong
from tests.bench.corpus import Sample
from tests.bench.world import senders

MAIL = [Sample(b"a", senders()[0], "digest-a"), Sample(b"b", senders()[1], "digest-b")]
NAMES = {"m1@x": 0, "m2@x": 1}


def test_each_once_and_intact_is_right() -> None:
    assert wrong(NAMES, MAIL, {"m1@x": ["digest-a"], "m2@x": ["digest-b"]}) == 0


def test_missing_doubled_changed_and_strange_messages_are_wrong() -> None:
    assert wrong(NAMES, MAIL, {"m1@x": ["digest-a"]}) == 1
    assert wrong(NAMES, MAIL, {"m1@x": ["digest-a"] * 2, "m2@x": ["digest-b"]}) == 1
    assert wrong(NAMES, MAIL, {"m1@x": ["digest-a"], "m2@x": ["digest-a"]}) == 1
    assert wrong(NAMES, MAIL, {"m1@x": ["digest-a"], "m2@x": ["digest-b"], "m3@x": ["digest-a"]}) == 1
