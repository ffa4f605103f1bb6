from __future__ import annotations

import asyncio

from gateway.config.schema import Backend, Timeouts
from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Stage
from gateway.delivery.link import Link
from gateway.delivery.opener import LOOP, Opener, Surroundings
from gateway.delivery.pool import AGE_SECONDS, AVOIDED_SECONDS, BUSY, IDLE_SECONDS, Pool
from gateway.delivery.way import LiteralHosts, NoLink, Target, way_to_backend
from gateway.net.dial import Dialer
from tests.support.clock import HandClock, settle
from tests.support.hops import Names
from tests.support.nexthop import NextHop, running

DEAD = "127.0.0.1:1"


def pool_to(clock: HandClock, *hops: str, maximum: int = 2) -> Pool:
    around = Surroundings("mx.office.example", Dialer(Names()), clock, Timeouts())
    return Pool(Opener(way_to_backend(Backend(hops)), around), LiteralHosts(hops), maximum, clock)


async def acquired(pool: Pool, clock: HandClock, *, fresh: bool = False) -> Link:
    link = await pool.acquire(clock.monotonic() + 10, fresh=fresh)
    assert isinstance(link, Link)
    return link


async def test_a_session_given_back_is_used_again() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address)
        first = await acquired(pool, clock)
        pool.release(first, is_reusable=True)
        assert await acquired(pool, clock) is first
        assert len(hop.sessions) == 1


async def test_a_session_that_is_not_reusable_is_dropped() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address)
        pool.release(await acquired(pool, clock), is_reusable=False)
        assert pool.idle == 0
        await acquired(pool, clock)
        assert len(hop.sessions) == 2


async def test_a_session_is_kept_less_than_a_minute_idle_and_less_than_five_in_all() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address)
        first = await acquired(pool, clock)
        pool.release(first, is_reusable=True)
        clock.advance(IDLE_SECONDS)
        pool.sweep()
        assert pool.idle == 0
        second = await acquired(pool, clock)
        for _ in range(int(AGE_SECONDS // 40) - 1):
            pool.release(second, is_reusable=True)
            clock.advance(40)
            assert await acquired(pool, clock) is second
        clock.advance(40)
        pool.release(second, is_reusable=True)
        assert pool.idle == 0
        assert IDLE_SECONDS < 60
        assert AGE_SECONDS + 45 < 300


async def test_a_session_that_the_hop_closed_is_not_handed_out() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address)
        first = await acquired(pool, clock)
        pool.release(first, is_reusable=True)
        hop.hang_up()
        await _until_unsound(first)
        assert await acquired(pool, clock) is not first


async def test_no_more_than_the_maximum_are_open_and_who_waits_gets_the_next() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address)
        first, _ = await acquired(pool, clock), await acquired(pool, clock)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(acquired(pool, clock))
            await settle()
            assert not waiting.done()
            pool.release(first, is_reusable=True)
        assert waiting.result() is first
        assert hop.most_connections == 2


async def test_who_waits_too_long_learns_that_the_hop_was_not_asked() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address, maximum=1)
        await acquired(pool, clock)
        busy = await pool.acquire(clock.monotonic() + 0.05)
        assert busy == NoLink(hop.address, Ending(Stage.CONNECT, None, BUSY, is_ours=True))


async def test_after_the_deadline_nothing_is_opened() -> None:
    clock = HandClock()
    async with running() as hop:
        late = await pool_to(clock, hop.address).acquire(clock.monotonic())
        assert isinstance(late, NoLink)
        assert late.ending.is_ours
        assert hop.sessions == []


async def test_the_hosts_are_tried_in_order() -> None:
    clock = HandClock()
    async with running() as first, running() as second:
        assert (await acquired(pool_to(clock, first.address, second.address), clock)).hop == first.address
        assert (await acquired(pool_to(clock, DEAD, second.address), clock)).hop == second.address


class Recorded:
    """An opener that finds every host dead and notes whom it was asked for, and for how long."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.asked: list[tuple[str, float]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def open(self, target: Target, deadline: float) -> Link | NoLink:
        self.asked.append((target.shown, deadline - self.clock.monotonic()))
        await self.may_answer.wait()
        return NoLink(target.shown, Ending(Stage.CONNECT, None, f"{target.shown} is dead"))


async def test_a_dead_host_is_tried_last_for_a_minute_and_never_takes_all_the_time() -> None:
    clock = HandClock()
    opener = Recorded(clock)
    pool = Pool(opener, LiteralHosts(("first:25", "second:25")), 1, clock)
    pool._failed_at["first:25"] = clock.monotonic()
    await pool.acquire(clock.monotonic() + 10)
    assert [hop for hop, _ in opener.asked] == ["second:25", "first:25"]
    clock.advance(AVOIDED_SECONDS)
    nothing = await pool.acquire(clock.monotonic() + 10)
    assert opener.asked[2:] == [("first:25", 5.0), ("second:25", 10.0)]
    assert isinstance(nothing, NoLink)
    assert nothing.hop == "first:25"


async def test_those_who_waited_their_turn_need_not_find_out_again_that_all_hosts_are_dead() -> None:
    clock = HandClock()
    opener = Recorded(clock)
    pool = Pool(opener, LiteralHosts(("first:25",)), 1, clock)
    opener.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(pool.acquire(clock.monotonic() + 10)) for _ in range(20)]
        await settle()
        opener.may_answer.set()
    assert all(isinstance(task.result(), NoLink) for task in waiting)
    assert len(opener.asked) == 1
    await pool.acquire(clock.monotonic() + 10)
    assert len(opener.asked) == 2


async def test_when_no_host_answers_the_first_is_named_and_its_place_is_free_again() -> None:
    clock = HandClock()
    pool = pool_to(clock, DEAD, "127.0.0.1:2", maximum=1)
    for _ in range(2):
        nothing = await pool.acquire(clock.monotonic() + 10)
        assert isinstance(nothing, NoLink)
        assert nothing.hop == DEAD
        assert not nothing.ending.is_ours


async def test_a_fresh_session_leaves_none_of_the_kept_ones() -> None:
    clock = HandClock()
    async with running() as hop:
        pool = pool_to(clock, hop.address)
        first = await acquired(pool, clock)
        pool.release(first, is_reusable=True)
        assert await acquired(pool, clock, fresh=True) is not first
        assert pool.idle == 0
        await _heard_quit(hop)


async def _heard_quit(hop: NextHop) -> None:
    await hop.wait_for("QUIT")


async def _until_unsound(link: Link) -> None:
    await link._wire.read()
    assert not link.is_sound


async def test_a_judgement_of_our_own_ends_the_search_for_a_host() -> None:
    """A host that turns out to be this gateway is the answer: a worse one would send the message round to us."""
    clock = HandClock()

    class Ourselves:
        async def open(self, target: Target, deadline: float) -> Link | NoLink:
            return NoLink(target.shown, Ending(Stage.RCPT, LOOP, is_ours=target.shown == "first:25"))

    pool = Pool(Ourselves(), LiteralHosts(("first:25", "second:25")), 1, clock)
    nothing = await pool.acquire(clock.monotonic() + 10)
    assert isinstance(nothing, NoLink)
    assert (nothing.hop, nothing.ending.reply) == ("first:25", LOOP)


async def test_hosts_that_are_not_found_are_no_session() -> None:
    clock = HandClock()
    why = NoLink("partner.example", Ending(Stage.CONNECT, None, "DNS does not answer"))

    class Lost:
        name = "partner.example"

        async def find(self) -> NoLink:
            return why

    assert await Pool(Recorded(clock), Lost(), 1, clock).acquire(clock.monotonic() + 10) is why
