"""The gateway looks at itself: does it listen, do the next hops greet, do names resolve, does the scanner answer.

Asked before and after a change of settings; what it means is decided by whoever asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gateway.app.gateway import Gateway
from gateway.control.values import ListenerStatus
from gateway.core.clamdreply import ClamdError
from gateway.core.rspamdreply import RspamdError
from gateway.delivery.lane import Lane
from gateway.net.clamd import ClamdClient
from gateway.net.clock import Clock
from gateway.net.rspamd import RspamdClient

# Longer than a healthy part needs, short enough for a person who waits.
PROBE_SECONDS = 10.0
# A lane that is being tried already is awaited in steps of this.
LOOK_SECONDS = 0.1
# Where a socket for all addresses of the machine is reached from the machine itself.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names what the settings may say, binds nothing


@dataclass(frozen=True, slots=True)
class Probe:
    """One part: does it work, and what was seen."""

    name: str
    works: bool
    detail: str = ""


Extra = Callable[[Gateway], Awaitable[Probe]]


@dataclass(frozen=True, slots=True)
class Prober:
    """`extra` are probes of others, such as a message through the whole chain."""

    clock: Clock
    extra: Sequence[Extra] = ()

    async def look(self, gateway: Gateway) -> tuple[Probe, ...]:
        """All probes, side by side; each has PROBE_SECONDS."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._bounded(name, work)) for name, work in self._probes(gateway)]
        return tuple(task.result() for task in tasks)

    def _probes(self, gateway: Gateway) -> Iterator[tuple[str, Awaitable[Probe]]]:
        for listener in gateway.listeners:
            yield f"listener {listener.address}", _listens(listener)
        for lane in gateway.lanes.all():
            yield lane.name, self._greets(lane)
        yield "dns", _resolves(gateway)
        if gateway.sources.rspamd is not None:
            yield "rspamd", _scans(gateway.sources.rspamd)
        if gateway.sources.clamd is not None:
            yield "clamd", _answers(gateway.sources.clamd)
        for number, probe in enumerate(self.extra, 1):
            yield f"probe {number}", probe(gateway)

    async def _bounded(self, name: str, work: Awaitable[Probe]) -> Probe:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await work
        except TimeoutError:
            return Probe(name, False, f"no answer within {PROBE_SECONDS:g} s")

    async def _greets(self, lane: Lane) -> Probe:
        """The hop takes a session. Somebody else may be asking already: then their answer counts."""
        await lane.knock(self.clock.monotonic() + PROBE_SECONDS)
        while lane.health.state == "unknown":
            await self.clock.sleep(LOOK_SECONDS)
        return Probe(lane.name, lane.health.state == "up", lane.health.cause or lane.health.last_reply)


async def _listens(listener: ListenerStatus) -> Probe:
    """A connection to it is taken."""
    host, _, port = listener.address.rpartition(":")
    host = host.strip("[]")
    name = f"listener {listener.address}"
    try:
        _, writer = await asyncio.open_connection(_LOOPBACK.get(host, host), int(port))
    except OSError as error:
        return Probe(name, False, error.strerror or str(error))
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return Probe(name, True)


async def _resolves(gateway: Gateway) -> Probe:
    works = await gateway.sources.resolver.probe()
    return Probe("dns", works, "" if works else "no DNS server of the settings answers")


async def _scans(rspamd: RspamdClient) -> Probe:
    try:
        await rspamd.ping()
    except RspamdError as error:
        return Probe("rspamd", False, str(error))
    return Probe("rspamd", True)


async def _answers(clamd: ClamdClient) -> Probe:
    try:
        return Probe("clamd", True, (await clamd.version()).release)
    except ClamdError as error:
        return Probe("clamd", False, str(error))


def broken(before: Sequence[Probe], after: Sequence[Probe]) -> tuple[Probe, ...]:
    """What worked before and does not work any more."""
    worked = {each.name for each in before if each.works}
    return tuple(each for each in after if not each.works and each.name in worked)
