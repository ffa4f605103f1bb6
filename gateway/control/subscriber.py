"""One subscriber of events: what waits to be sent, bounded; and the hub that hands events to all.

Knows nothing of sockets. A subscriber that falls behind loses what waits, learns of the gap, and is cut (D12).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from gateway.control.protocol import encode_notification
from gateway.control.settingsvalues import SettingsHappened
from gateway.control.values import FaultHappened, Gap, HeldChanged, PartChanged, QueuedChanged
from gateway.control.views import followed_up, moment, summary
from gateway.control.workvalues import BypassStatus
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

WAITING_MAXIMUM: Final = 256
TOPIC_OF: Final[MappingProxyType[type[Event], str]] = MappingProxyType(
    {
        MessageHandled: "message",
        MessageFollowed: "follow-up",
        LaneChanged: "lane",
        DependencyChanged: "dependency",
        QuarantineChanged: "quarantine",
        QueueChanged: "queue",
        BypassChanged: "bypass",
        SettingsChanged: "settings",
        Fault: "fault",
    }
)


class Subscriber:
    """`topics` are those wanted; `language` that of the sentences. Used in one event loop."""

    def __init__(self, topics: frozenset[str], language: str) -> None:
        self._topics = topics
        self._language = language
        self._waiting: deque[bytes] = deque()
        self._missed = 0
        self._wake = asyncio.Event()

    def offer(self, event: Event) -> None:
        """Take the event if it is wanted; never waits."""
        if TOPIC_OF[type(event)] not in self._topics:
            return
        if self._missed:
            self._missed += 1
        elif len(self._waiting) >= WAITING_MAXIMUM:
            self._missed = len(self._waiting) + 1
            self._waiting.clear()
        else:
            self._waiting.append(encode_notification(*described(event, self._language)))
        self._wake.set()

    async def next_line(self) -> bytes | None:
        """The next notification; None when it fell behind: then only `gap` is left to say."""
        while not self._waiting and not self._missed:
            self._wake.clear()
            await self._wake.wait()
        return None if self._missed else self._waiting.popleft()

    def gap(self) -> bytes:
        """The last notification of a subscriber that is cut; at least one was missed."""
        return encode_notification("gap", Gap(max(1, self._missed + len(self._waiting))))


class Hub:
    """Hands every published event to every subscriber. `publish` is called in the event loop and never waits."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()

    def publish(self, event: Event) -> None:
        """Tell all who want to know."""
        for subscriber in self._subscribers:
            subscriber.offer(event)

    @contextmanager
    def subscribed(self, subscriber: Subscriber) -> Iterator[None]:
        """The subscriber is told while this lasts."""
        self._subscribers.add(subscriber)
        try:
            yield
        finally:
            self._subscribers.discard(subscriber)


def described(event: Event, language: str) -> tuple[str, object]:
    """An event as topic and notification value."""
    topic = TOPIC_OF[type(event)]
    match event:
        case MessageHandled(record):
            return topic, summary(record, language)
        case MessageFollowed(record):
            return topic, followed_up(record, language)
        case LaneChanged(name, state, cause) | DependencyChanged(name, state, cause):
            return topic, PartChanged(name, state, cause)
        case QuarantineChanged(code, change):
            return topic, HeldChanged(code, change)
        case QueueChanged(code, lane, state, cause):
            return topic, QueuedChanged(code, lane, state, cause)
        case BypassChanged(is_on, by, until):
            return topic, BypassStatus(is_on, by, moment(until) if is_on else None)
        case SettingsChanged(version, change, by, why, ends):
            return topic, SettingsHappened(version, change, by, why, moment(ends) if ends else None)
        case Fault(where):
            return topic, FaultHappened(where)
