"""Answers of DNS, kept until their time to live is over. Knows no network and reads no clock.

dnspython's own cache goes by the wall clock, which may jump by years, and asking it costs as much as half a look-up.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from gateway.net.dns import Answer

# Whatever its owner says: a key that was withdrawn must not live on here for years.
TTL_MAXIMUM_SECONDS: Final = 86_400.0

# A name in lower case without its final dot, and a type.
Question = tuple[str, str]


class AnswerCache:
    """At most `capacity` answers; the one that nobody asked for longest goes first. Times are monotonic seconds."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._answers: OrderedDict[Question, tuple[float, Answer]] = OrderedDict()

    def get(self, question: Question, now: float) -> Answer | None:
        """The answer; None when there is none that is still good."""
        found = self._answers.get(question)
        if found is None or found[0] <= now:
            return None
        self._answers.move_to_end(question)
        return found[1]

    def put(self, question: Question, answer: Answer, ttl_seconds: float, now: float) -> None:
        """Keep it for so long; one that is good for no time is not kept."""
        self._answers.pop(question, None)
        if ttl_seconds <= 0:
            return
        self._answers[question] = (now + min(ttl_seconds, TTL_MAXIMUM_SECONDS), answer)
        if len(self._answers) > self._capacity:
            self._answers.popitem(last=False)
