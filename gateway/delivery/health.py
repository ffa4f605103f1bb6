"""How a lane's next hop is: up, away or sick, since when, and whether it may be tried now.

Knows outcomes and the clock. Publishes each change once.
"""

from __future__ import annotations

from datetime import datetime

from gateway.core.event import LaneChanged, Publish
from gateway.core.outcome import Outcome, Result, Stage
from gateway.net.clock import Clock

# While a hop is away one attempt in this time finds out whether it is back; all others are answered at once.
PAUSE_SECONDS = 5.0

# Where an ending says something about the hop whatever the message is. MAIL is not among them: a stranger's
# reverse-path can be refused there, and must not close the lane to everybody else.
_BEFORE_ANY_MESSAGE = (Stage.CONNECT, Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.AUTH)


class Health:
    """The state of one lane. Begins as "unknown": not tried yet."""

    def __init__(self, lane: str, clock: Clock, publish: Publish) -> None:
        self._lane = lane
        self._clock = clock
        self._publish = publish
        self._not_before = float("-inf")
        self.state = "unknown"
        self.cause = ""
        self.since: datetime | None = None
        self.last_reply = ""
        self.delivered_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """True while the hop can't be asked, but for an attempt now and then. A "sick" hop may still be open."""
        return self._not_before > float("-inf")

    def may_try(self) -> bool:
        """True when an attempt may be made now. While the hop can't be reached, that is once in PAUSE_SECONDS."""
        now = self._clock.monotonic()
        if now < self._not_before:
            return False
        if self.is_closed:
            self._not_before = now + PAUSE_SECONDS
        return True

    def worked(self) -> None:
        """The hop did what a healthy hop does: it took a transaction or refused it for a good reason."""
        self._not_before = float("-inf")
        self._change("up", "")

    def note(self, outcomes: tuple[Outcome, ...]) -> None:
        """Learn from the outcomes of one transaction; one recipient's trouble weighs more than the others' luck."""
        worst = next((each for each in outcomes if _state_after(each) is not None), outcomes[-1])
        if worst.reply is not None:
            self.last_reply = str(worst.reply)
        if any(each.result is Result.DELIVERED and each.stage is Stage.DOT for each in outcomes):
            self.delivered_at = self._clock.now()
        if (state := _state_after(worst)) is None:
            self.worked()
            return
        if worst.stage in _BEFORE_ANY_MESSAGE or _is_everybodys(worst):
            self._not_before = self._clock.monotonic() + PAUSE_SECONDS
        self._change(state, _cause(worst))

    def _change(self, state: str, cause: str) -> None:
        if state == self.state:
            self.cause = cause
            return
        is_news = (self.state, state) != ("unknown", "up")
        self.state, self.cause, self.since = state, cause, self._clock.now()
        if is_news:
            self._publish(LaneChanged(self._lane, state, cause))


def _state_after(outcome: Outcome) -> str | None:
    """The trouble that an outcome shows, None when it shows a hop that works."""
    if outcome.result is Result.HOP_SICK:
        return "sick"
    if outcome.result in (Result.HOP_AWAY, Result.IN_DOUBT):
        return "away"
    if outcome.result is Result.DEFERRED and (outcome.stage in _BEFORE_ANY_MESSAGE or _is_everybodys(outcome)):
        return "away"
    return None


def _is_everybodys(outcome: Outcome) -> bool:
    """True for a 4yz at MAIL that is about the whole hop: 421, or 4.3.x (Exchange's back pressure: 452 4.3.1)."""
    reply = outcome.reply
    if outcome.stage is not Stage.MAIL or reply is None or not reply.is_transient:
        return False
    return reply.code == 421 or reply.enhanced.startswith("4.3.")


def _cause(outcome: Outcome) -> str:
    """The trouble in words, for the admin."""
    reply = outcome.reply
    if reply is not None and reply.enhanced == "4.3.1":
        return f"the hop's disk or memory is full, it refuses at {outcome.stage.value}: {reply}"
    # A failed dial names the hop itself.
    what = outcome.detail.removeprefix(f"{outcome.hop}: ") or reply or outcome.result.value
    return f"{outcome.hop}, at {outcome.stage.value}: {what}"
