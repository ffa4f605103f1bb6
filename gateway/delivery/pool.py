"""The connections of one next hop: few, short-lived, given back at once.

Knows how many and how old they may be, and in which order the hosts are tried; not what is said on them.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Stage
from gateway.delivery.link import TIME_IS_UP, Link
from gateway.delivery.way import Hosts, NoLink, Target
from gateway.net.clock import Clock

# D1: less than 60 s idle and less than 5 min in all (Exchange closes after 5 min idle, 10 min in all), with
# room for one whole transaction before the second limit.
IDLE_SECONDS = 50.0
AGE_SECONDS = 240.0
# A host that gave no session is tried last for this long, so that a dead first host costs its time-out once a minute.
AVOIDED_SECONDS = 60.0
BUSY = "all our connections are in use"


class Opens(Protocol):
    """Opens a session with one host."""

    async def open(self, target: Target, deadline: float) -> Link | NoLink:
        """A session, or how far it came."""
        ...


class Pool:
    """Hands out sessions; at most `maximum` at once, kept ones included."""

    def __init__(self, opener: Opens, hosts: Hosts, maximum: int, clock: Clock) -> None:
        self._opener = opener
        self._hosts = hosts
        self._clock = clock
        self._slots = asyncio.Semaphore(maximum)
        self._idle: list[Link] = []
        self._failed_at: dict[str, float] = {}
        self._last_failure: NoLink | None = None

    @property
    def idle(self) -> int:
        """How many sessions are kept now."""
        return len(self._idle)

    async def acquire(self, deadline: float, *, fresh: bool = False) -> Link | NoLink:
        """A session: a kept one unless `fresh`, else from the first host that answers. Give it back with `release`."""
        if (left := deadline - self._clock.monotonic()) <= 0:
            return NoLink(self._hosts.name, Ending(Stage.CONNECT, None, TIME_IS_UP, is_ours=True))
        known = self._last_failure
        if not await self._slot(left):
            return NoLink(self._hosts.name, Ending(Stage.CONNECT, None, BUSY, is_ours=True))
        if self._last_failure is not None and self._last_failure is not known:
            # While we waited for our turn, somebody found the hosts dead: a whole queue must not find out one by one.
            self._slots.release()
            return self._last_failure
        try:
            link = await self._link(deadline, fresh)
        except BaseException:
            self._slots.release()
            raise
        if isinstance(link, NoLink):
            self._slots.release()
        return link

    def release(self, link: Link, *, is_reusable: bool) -> None:
        """Take a session back, to keep or to drop."""
        self._slots.release()
        link.transactions += 1
        link.idle_since = self._clock.monotonic()
        if is_reusable and self._is_fit(link):
            self._idle.append(link)
        else:
            link.drop()

    def sweep(self) -> None:
        """Close what has been kept too long."""
        old = [link for link in self._idle if not self._is_fit(link)]
        self._idle = [link for link in self._idle if link not in old]
        for link in old:
            link.farewell()

    def clear(self) -> None:
        """Close every kept session: the hop is in trouble, or we stop."""
        idle, self._idle = self._idle, []
        for link in idle:
            link.farewell()

    async def _slot(self, seconds: float) -> bool:
        """One of our places, within this time; at once where one is free."""
        if not self._slots.locked():
            return await self._slots.acquire()
        try:
            async with asyncio.timeout(seconds):
                return await self._slots.acquire()
        except TimeoutError:
            return False

    async def _link(self, deadline: float, fresh: bool) -> Link | NoLink:
        if fresh:
            self.clear()
        while self._idle:
            link = self._idle.pop()
            if self._is_fit(link):
                return link
            link.drop()
        return await self._opened(deadline)

    async def _opened(self, deadline: float) -> Link | NoLink:
        """A new session; when no host gives one, the failure of the first: it is the one that should work.

        What an opening ends by our own judgement (it would be a loop) is the answer, whatever other hosts might say.
        """
        targets = await self._hosts.find()
        if isinstance(targets, NoLink):
            self._last_failure = targets
            return targets
        failures: dict[str, NoLink] = {}
        ordered = sorted(targets, key=self._failed_lately)
        for index, target in enumerate(ordered):
            now = self._clock.monotonic()
            # A host that swallows our packets must leave time for the next.
            link = await self._opener.open(target, now + (deadline - now) / (len(ordered) - index))
            if isinstance(link, Link):
                self._failed_at.pop(target.where, None)
                return link
            self._failed_at[target.where] = self._clock.monotonic()
            failures[target.where] = link
            if link.ending.is_ours:
                return link
        self._last_failure = failures[targets[0].where]
        return self._last_failure

    def _failed_lately(self, target: Target) -> bool:
        return self._clock.monotonic() - self._failed_at.get(target.where, float("-inf")) < AVOIDED_SECONDS

    def _is_fit(self, link: Link) -> bool:
        now = self._clock.monotonic()
        return link.is_sound and now - link.idle_since < IDLE_SECONDS and now - link.opened_at < AGE_SECONDS
