"""A clock that does not believe a leap of the time of day before it is confirmed (D17).

A wrong time server, a hand that slips, a dead battery: the time of day is years away for an hour. Meanwhile our time
goes on by the monotonic clock, so that every stamp, age and wait stays right, and nothing expires. Knows no NTP: it is
told whether somebody keeps the machine's time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.core.event import DependencyChanged, Publish
from gateway.net.clock import EARLIEST, Clock

# What differs by more is no drift, which an NTP client slews away.
LEAP_SECONDS: Final = 300.0
# The first word of an NTP client after a start without one is the truth (a Pi has no battery).
FIRST_SECONDS: Final = 60.0
# An NTP client that had the time already and leaps is believed when it still says so after this.
KEPT_SECONDS: Final = 900.0
# Where nobody keeps the time: a day.
UNKEPT_SECONDS: Final = 86_400.0
# A start that finds nothing newer than this doubts: either the gateway was off for long, or the clock is wrong.
GAP_SECONDS: Final = 5 * 86_400.0
LOOK_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Doubt:
    """The time of day and the monotonic clock are `offset` apart since `since` (monotonic), which nobody confirmed."""

    offset: float
    since: float


class CarefulClock:
    """A `Clock` on another one. `is_kept` says whether somebody keeps the machine's time right."""

    def __init__(self, clock: Clock, is_kept: Callable[[], bool]) -> None:
        self._clock = clock
        self._is_kept = is_kept
        self._offset = clock.now().timestamp() - clock.monotonic()
        self._was_kept = is_kept()
        self._doubt: _Doubt | None = None
        self._moved = 0.0
        self._newest = 0.0

    def now(self) -> datetime:
        """The time of day as far as it is believed, UTC."""
        self._look()
        if self._doubt is None:
            return self._clock.now()
        return datetime.fromtimestamp(self._clock.monotonic() + self._offset, UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start."""
        return self._clock.monotonic()

    def is_synchronised(self) -> bool:
        """False while the time of day is in doubt, or can't be the present."""
        self._look()
        return self._doubt is None and self._clock.is_synchronised()

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""
        await self._clock.sleep(seconds)

    def begin(self, newest: float) -> None:
        """At a start: `newest` is the latest time that we ever wrote down, seconds since the epoch; 0 for none."""
        self._newest = newest
        if newest and not self._fits_what_is_known():
            self._doubt = _Doubt(self._offset, self._clock.monotonic())

    @property
    def cause(self) -> str:
        """Why the time of day is not believed, in words; "" while it is."""
        self._look()
        if self._doubt is None:
            return "" if self._clock.is_synchronised() else "the time of day was never set"
        if self._doubt.offset == self._offset:
            newest = datetime.fromtimestamp(self._newest, UTC)
            return f"nothing was written down since {newest:%Y-%m-%d}: the time of day may be wrong"
        return f"the time of day leapt by {_span(self._doubt.offset - self._offset)}, which nothing confirms yet"

    async def watch(self, publish: Publish, moved: Callable[[float], Awaitable[None]]) -> None:
        """Publish each change; `moved` hears by how many seconds our time moved when a leap was confirmed.

        Runs until it is cancelled.
        """
        is_up = True
        while True:
            cause = self.cause
            if (not cause) is not is_up:
                is_up = not cause
                publish(DependencyChanged("clock", "up" if is_up else "down", cause))
            if self._moved:
                seconds, self._moved = self._moved, 0.0
                await moved(seconds)
            await self._clock.sleep(LOOK_SECONDS)

    def _look(self) -> None:
        monotonic = self._clock.monotonic()
        offset = self._clock.now().timestamp() - monotonic
        if self._doubt is None:
            if abs(offset - self._offset) <= LEAP_SECONDS:
                self._offset = offset
                return
            self._doubt = _Doubt(offset, monotonic)
        elif abs(offset - self._doubt.offset) > LEAP_SECONDS:
            self._leapt_again(self._doubt, offset, monotonic)
        if self._doubt is not None and self._is_confirmed(self._doubt, monotonic):
            self._believe(self._doubt.offset)

    def _leapt_again(self, doubt: _Doubt, offset: float, monotonic: float) -> None:
        """In doubt already: back to what was believed, or somewhere else."""
        started_wrong = doubt.offset == self._offset
        if not started_wrong and abs(offset - self._offset) <= LEAP_SECONDS:
            self._doubt, self._offset = None, offset
            return
        self._doubt = _Doubt(offset, monotonic)
        if started_wrong and self._fits_what_is_known():
            self._believe(offset)

    def _is_confirmed(self, doubt: _Doubt, monotonic: float) -> bool:
        if not self._clock.is_synchronised():
            return False
        if self._offset + monotonic < EARLIEST:
            return True
        if not self._is_kept():
            return monotonic - doubt.since >= UNKEPT_SECONDS
        return monotonic - doubt.since >= (KEPT_SECONDS if self._was_kept else FIRST_SECONDS)

    def _believe(self, offset: float) -> None:
        self._moved += offset - self._offset
        self._offset, self._doubt, self._was_kept = offset, None, self._is_kept()

    def _fits_what_is_known(self) -> bool:
        return self._clock.now().timestamp() - self._newest <= GAP_SECONDS


def _span(seconds: float) -> str:
    sign = "+" if seconds > 0 else "-"
    days = timedelta(seconds=abs(seconds)) / timedelta(days=1)
    return f"{sign}{days:.0f} days" if days >= 1.5 else f"{sign}{days * 24:.1f} hours"
