"""Events for subscribers: those wanted, in order, and never more than can wait."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.control.params import TOPICS
from gateway.control.subscriber import TOPIC_OF, WAITING_MAXIMUM, Hub, Subscriber, described
from gateway.core.event import (
    BypassChanged,
    DependencyChanged,
    Event,
    Fault,
    LaneChanged,
    MessageFollowed,
    MessageHandled,
    QuarantineChanged,
    QueueChanged,
    SettingsChanged,
)
from tests.support.control import record

EVENTS: list[Event] = [
    MessageHandled(record(0)),
    MessageFollowed(record(0, kind="follow-up")),
    LaneChanged("backend:exchange", "away", "refused"),
    DependencyChanged("rspamd", "down", "no socket"),
    QuarantineChanged("F7K20", "released"),
    QueueChanged("F7K20", "backend:exchange", "waiting", "refused"),
    BypassChanged(True, "anna", 1_795_521_600.0),
    SettingsChanged(2, "trial", "anna", "", 1_795_521_600.0),
    Fault("smtp", "secret"),
]


def held(number: int) -> Event:
    return QuarantineChanged(f"C{number}", "held")


@pytest.mark.parametrize(("event", "topic"), zip(EVENTS, TOPICS, strict=True))
def test_every_event_has_its_topic(event: Event, topic: str) -> None:
    assert described(event, "en")[0] == topic
    assert set(TOPIC_OF.values()) == set(TOPICS)


async def test_only_what_is_wanted_is_told_and_in_order() -> None:
    hub, subscriber = Hub(), Subscriber(frozenset({"quarantine", "lane"}), "en")
    with hub.subscribed(subscriber):
        for event in EVENTS:
            hub.publish(event)
    lines = [await subscriber.next_line(), await subscriber.next_line()]
    assert [json.loads(line or b"")["method"] for line in lines] == ["lane", "quarantine"]


async def test_nothing_is_told_before_or_after_the_subscription() -> None:
    hub, subscriber = Hub(), Subscriber(frozenset(TOPICS), "en")
    hub.publish(held(1))
    with hub.subscribed(subscriber):
        hub.publish(held(2))
    hub.publish(held(3))
    assert b"C2" in (await subscriber.next_line() or b"")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await subscriber.next_line()


async def test_the_text_of_a_fault_stays_inside() -> None:
    subscriber = Subscriber(frozenset(TOPICS), "en")
    subscriber.offer(Fault("smtp", "secret"))
    line = await subscriber.next_line()
    assert line is not None
    assert b"secret" not in line


async def test_who_falls_behind_has_only_the_gap_left() -> None:
    subscriber = Subscriber(frozenset(TOPICS), "en")
    for number in range(WAITING_MAXIMUM):
        subscriber.offer(held(number))
    assert b"C0" in (await subscriber.next_line() or b"")
    for number in range(5):
        subscriber.offer(held(number))
    assert await subscriber.next_line() is None
    assert json.loads(subscriber.gap())["params"] == {"missed": WAITING_MAXIMUM - 1 + 5}
