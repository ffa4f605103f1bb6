"""The lanes by name (D21): those that the settings name, and those to strangers' domains, made when they are needed.

Knows which lanes there are; how one works is in `lane`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.config.schema import Backend
from gateway.core.event import Publish
from gateway.delivery.lane import Lane
from gateway.delivery.opener import Surroundings
from gateway.delivery.way import Way, way_to_backend

# Between two looks at the kept sessions; with pool.IDLE_SECONDS this stays below D1's 60 s.
SWEEP_SECONDS = 5.0
# Exchange under pressure delays the answer to MAIL by up to 55 s (backends.md §1.3).
KNOCK_SECONDS = 60.0
# A stranger's domain that got nothing for so long is forgotten, and at most so many are known at once.
FORGOTTEN_SECONDS = 900.0
DOMAINS_MAXIMUM = 200

_DOMAIN_LANE = "mx:"


def _no_way(domain: str) -> Way | None:
    return None


@dataclass(frozen=True, slots=True)
class WaysOut:
    """The ways to the outside: smart hosts by name, and how to make the way to a domain (None: there is none)."""

    smart_hosts: Mapping[str, Way]
    to_domain: Callable[[str], Way | None]


NO_WAYS_OUT = WaysOut({}, _no_way)


class Lanes:
    """All lanes: `backend:NAME`, `smart_host:NAME`, `mx:DOMAIN`. `run` keeps their connections short-lived."""

    def __init__(
        self,
        backends: Mapping[str, Backend],
        around: Surroundings,
        publish: Publish,
        tasks: asyncio.TaskGroup,
        outside: WaysOut = NO_WAYS_OUT,
    ) -> None:
        self._clock = around.clock
        self._tasks = tasks
        self._outside = outside
        self._build: Callable[[str, Way], Lane] = lambda name, way: Lane(name, way, around, publish, tasks)
        self._backends = {
            f"backend:{name}": self._build(f"backend:{name}", way_to_backend(backend))
            for name, backend in backends.items()
            if backend.transport != "imap-append"  # another way to deliver, with its own lane
        }
        self._named = self._backends | {
            f"smart_host:{name}": self._build(f"smart_host:{name}", way) for name, way in outside.smart_hosts.items()
        }
        self._domains: dict[str, Lane] = {}

    def get(self, name: str) -> Lane | None:
        """The lane of this name; one to a domain is made. None when there is none, or no room for another."""
        if not name.startswith(_DOMAIN_LANE):
            return self._named.get(name)
        return self._domains.get(name) or self._made(name)

    def all(self) -> tuple[Lane, ...]:
        """Every lane that the settings name, in order; strangers' domains are none of the office's parts."""
        return tuple(self._named[name] for name in sorted(self._named))

    def trouble(self, name: str) -> str:
        """Why nothing can be handed on by this lane now; "" when it can, or when nobody knows it."""
        lane = self._named.get(name) or self._domains.get(name)
        return lane.health.cause if lane is not None and lane.is_closed else ""

    @property
    def domains(self) -> tuple[Lane, ...]:
        """The lanes to strangers' domains that are known now."""
        return tuple(self._domains.values())

    def size_limit(self) -> int | None:
        """What SIZE to announce at most: the smallest backend's limit; None while no hop has said one."""
        limits = [lane.size_limit for lane in self._backends.values() if lane.size_limit is not None]
        return min(limits, default=None)

    def knock(self) -> None:
        """Begin to find out how every hop is and what it announces: at start, or when somebody asks for it."""
        self._knock(self.all())

    async def run(self) -> None:
        """Close kept sessions in time and look for hops in trouble. Ends only by cancellation, then closes all."""
        try:
            while True:
                await self._clock.sleep(SWEEP_SECONDS)
                for lane in (*self.all(), *self.domains):
                    lane.pool.sweep()
                self._forget()
                # Only our own servers are looked for so often: a provider would count each look as an attack.
                self._knock(tuple(each for each in self._backends.values() if each.health.state in ("away", "sick")))
        finally:
            self.close()

    def close(self) -> None:
        """Close every kept session."""
        for lane in (*self.all(), *self.domains):
            lane.pool.clear()

    def _knock(self, lanes: tuple[Lane, ...]) -> None:
        deadline = self._clock.monotonic() + KNOCK_SECONDS
        for lane in lanes:
            self._tasks.create_task(lane.knock(deadline), name=f"knock {lane.name}")

    def _made(self, name: str) -> Lane | None:
        way = self._outside.to_domain(name.removeprefix(_DOMAIN_LANE))
        if way is None:
            return None
        if len(self._domains) >= DOMAINS_MAXIMUM and not self._drop_oldest():
            return None
        lane = self._domains[name] = self._build(name, way)
        return lane

    def _drop_oldest(self) -> bool:
        """Make room: the lane that has been idle the longest goes. False when all are at work."""
        idle = sorted((each for each in self._domains.values() if each.is_idle), key=lambda lane: lane.used_at)
        if idle:
            del self._domains[idle[0].name]
        return bool(idle)

    def _forget(self) -> None:
        old = self._clock.monotonic() - FORGOTTEN_SECONDS
        for name in [name for name, lane in self._domains.items() if lane.is_idle and lane.used_at < old]:
            del self._domains[name]
