from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from gateway.config.schema import Backend, Timeouts
from gateway.core.event import LaneChanged
from gateway.core.outcome import Result
from gateway.delivery.lane import ROOM_OCTETS
from gateway.delivery.lanes import DOMAINS_MAXIMUM, FORGOTTEN_SECONDS, SWEEP_SECONDS, Lanes, WaysOut
from gateway.delivery.opener import Surroundings
from gateway.delivery.outside import refused_by_mx
from gateway.delivery.way import LiteralHosts, Way
from gateway.net.dial import Dialer
from tests.support.clock import HandClock, settle
from tests.support.exchange import BACK_PRESSURE, EXCHANGE
from tests.support.hops import Names, Office, consignment, office
from tests.support.nexthop import Profile, running
from tests.support.values import recipient

BOB = recipient()
DEAD = "127.0.0.1:1"


OUT = Way(LiteralHosts((DEAD,)), max_connections=2, refused=refused_by_mx)


class Out:
    """Lanes with ways out; `hosts` is where each domain's server is."""

    def __init__(self, hosts: dict[str, str] | None = None) -> None:
        self.hosts = hosts or {}
        self.made: list[str] = []

    def ways(self, smart: str = DEAD) -> WaysOut:
        return WaysOut({"provider": replace(OUT, hosts=LiteralHosts((smart,)))}, self.to_domain)

    def to_domain(self, domain: str) -> Way | None:
        if domain == "nowhere.example":
            return None
        self.made.append(domain)
        return replace(OUT, hosts=LiteralHosts((self.hosts.get(domain, DEAD),)))


@asynccontextmanager
async def outside(ways: WaysOut, backend: str = DEAD) -> AsyncIterator[Office]:
    clock, events = HandClock(), []
    around = Surroundings("mx.office.example", Dialer(Names()), clock, Timeouts())
    async with asyncio.TaskGroup() as tasks:
        lanes = Lanes({"office": Backend((backend,))}, around, events.append, tasks, ways)
        try:
            yield Office(lanes, clock, tasks, events)
        finally:
            lanes.close()
            for task in list(tasks._tasks):
                task.cancel()


def states(at: Office) -> list[str]:
    return [event.state for event in at.events if isinstance(event, LaneChanged)]


async def results(at: Office) -> list[Result]:
    attempt = at.lane.start(consignment(), at.deadline())
    return [outcome.result for outcome in await attempt.known()]


async def test_a_lane_that_is_back_is_found_without_any_mail() -> None:
    async with running(BACK_PRESSURE) as hop, office(Backend((hop.address,))) as at:
        at.tasks.create_task(at.lanes.run())
        assert await results(at) == [Result.DEFERRED]
        assert at.lane.is_closed
        hop.profile = EXCHANGE
        assert at.lanes.trouble(at.lane.name) == at.lane.health.cause != ""
        assert at.lanes.trouble("mx:never.example") == ""
        while at.lane.health.state != "up":
            await at.clock.turn(SWEEP_SECONDS)
        assert states(at) == ["away", "up"]
        assert at.lanes.trouble(at.lane.name) == ""


async def test_kept_sessions_are_closed_in_time() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        at.tasks.create_task(at.lanes.run())
        await results(at)
        assert at.lane.pool.idle == 1
        await at.clock.turn(60)
        assert at.lane.pool.idle == 0
        await hop.wait_for("QUIT")


async def test_the_size_to_announce_is_the_smallest_lanes_less_what_we_add() -> None:
    clock = HandClock()
    async with running(Profile(announces=("SIZE 1000000",))) as small, running(EXCHANGE) as large:
        around = Surroundings("mx.office.example", Dialer(Names()), clock, Timeouts())
        async with asyncio.TaskGroup() as tasks:
            backends = {"a": Backend((large.address,)), "b": Backend((small.address,)), "c": Backend((DEAD,))}
            lanes = Lanes(backends, around, lambda _: None, tasks)
            assert lanes.size_limit() is None
            lanes.knock()
            while lanes.size_limit() != 1_000_000 - ROOM_OCTETS:
                await settle()
            assert [lane.name for lane in lanes.all()] == ["backend:a", "backend:b", "backend:c"]
            assert lanes.get("mx:office.example") is None
        lanes.close()


async def test_imap_append_has_no_lane_of_this_kind() -> None:
    async with office(Backend(("imap.example:993",), transport="imap-append")) as at:
        assert at.lanes.all() == ()


async def test_a_lane_to_a_domain_is_made_when_it_is_needed_and_kept() -> None:
    out = Out()
    async with outside(out.ways()) as at:
        assert [lane.name for lane in at.lanes.all()] == ["backend:office", "smart_host:provider"]
        lane = at.lanes.get("mx:partner.example")
        assert lane is at.lanes.get("mx:partner.example")
        assert out.made == ["partner.example"]
        assert lane in at.lanes.domains
        assert lane not in at.lanes.all()
        assert at.lanes.get("mx:nowhere.example") is None


async def test_a_domain_that_gets_nothing_is_forgotten() -> None:
    out = Out()
    async with outside(out.ways()) as at:
        at.tasks.create_task(at.lanes.run())
        at.lanes.get("mx:partner.example")
        await at.clock.turn(FORGOTTEN_SECONDS + 2 * SWEEP_SECONDS)
        assert at.lanes.domains == ()


async def test_there_is_a_bound_to_what_is_known_of_strangers_and_the_oldest_goes_first() -> None:
    out = Out()
    async with outside(out.ways()) as at:
        for number in range(DOMAINS_MAXIMUM + 5):
            at.clock.advance(1)
            assert at.lanes.get(f"mx:d{number}.example") is not None
        assert len(at.lanes.domains) == DOMAINS_MAXIMUM
        assert at.lanes.domains[0].name == "mx:d5.example"


async def test_a_lane_at_work_is_never_forgotten() -> None:
    silent = Profile(stores_silently=True)
    async with running(silent) as hop, outside(Out({"partner.example": hop.address}).ways()) as at:
        lane = at.lanes.get("mx:partner.example")
        assert lane is not None
        lane.start(consignment("eve@partner.example", lane=lane.name), at.deadline())
        await hop.wait_for(".")
        for number in range(DOMAINS_MAXIMUM + 5):
            at.lanes.get(f"mx:d{number}.example")
        assert at.lanes.get("mx:partner.example") is lane


async def test_a_strangers_size_says_nothing_of_what_we_may_take() -> None:
    async with running(Profile(announces=("SIZE 100000",))) as small, running() as office_server:
        out = Out({"partner.example": small.address})
        async with outside(out.ways(small.address), office_server.address) as at:
            for name in ("mx:partner.example", "smart_host:provider", "backend:office"):
                lane = at.lanes.get(name)
                assert lane is not None
                await lane.start(consignment("eve@partner.example", lane=name), at.deadline()).known()
            assert at.lanes.size_limit() == 37_748_736 - ROOM_OCTETS


async def test_only_our_own_servers_are_looked_for_every_few_seconds() -> None:
    """A provider would take a login every five seconds for an attack."""
    closed = Profile(greeting="554 5.3.2 no")
    async with (
        running(closed) as provider,
        running(closed) as office_server,
        outside(Out().ways(provider.address), office_server.address) as at,
    ):
        at.tasks.create_task(at.lanes.run())
        for name in ("smart_host:provider", "backend:office"):
            lane = at.lanes.get(name)
            assert lane is not None
            await lane.start(consignment(lane=name), at.deadline()).known()
        while len(office_server.sessions) < 4:
            await at.clock.turn(SWEEP_SECONDS)
        assert len(provider.sessions) == 1
