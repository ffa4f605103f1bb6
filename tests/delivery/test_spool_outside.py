from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from gateway.core.consignment import Consignment
from gateway.core.event import MessageFollowed
from gateway.core.outcome import Result
from gateway.delivery.spool import OUTSIDE_LANES
from tests.support.spoolhouse import Attempt, Hop, house, running, until


async def test_a_stranger_is_tried_after_5_10_20_30_60_minutes_and_then_every_two_hours(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.HOP_AWAY
        await made.put("AAAAA", lane="mx:partner.example")
        begun = made.clock.monotonic()
        times: list[float] = []

        async def five_tries() -> bool:
            while len(times) < len(made.hop.seen):
                times.append((made.clock.monotonic() - begun) / 60)
            return len(times) >= 7

        async with running(made):
            await until(five_tries, made, 30)
        waits = [round(after - before) for before, after in pairwise(times)]
        for wait, expected in zip(waits, (5, 10, 20, 30, 60, 120), strict=True):
            assert expected <= wait <= expected + 6


async def test_a_notice_for_the_outside_is_given_up_after_a_day_and_a_message_is_not(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.DEFERRED
        await made.put("AAAAA", lane="mx:a.example", sender="")
        await made.put("BBBBB", lane="mx:b.example")
        made.clock.advance(86_401)

        async def given_up() -> bool:
            return [code for code, _ in await made.waiting()] == ["BBBBB"] and "BBBBB" in made.hop.seen

        async with running(made):
            await until(given_up, made, 1)
        assert "AAAAA" not in made.hop.seen


async def test_a_sender_who_was_told_needs_no_dead_letter(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.tells = True
        await made.put("AAAAA")
        made.clock.advance(5 * 86_400 + 1)

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(empty, made)
        assert made.hop.seen == []
        assert list((tmp_path / "dead").iterdir()) == []
        (record,) = [event.record for event in made.events if isinstance(event, MessageFollowed)]
        assert record.dispositions[0].state == "refused"


async def test_a_refusal_that_can_not_be_told_yet_is_tried_again(tmp_path: Path) -> None:
    """Until the time is known no notice leaves (D17), and without one the message would be lost to its sender."""
    async with house(tmp_path) as made:
        made.has_to_wait = True
        made.hop.result = Result.REFUSED_RECIPIENT
        await made.put("AAAAA")

        async def waits() -> bool:
            (entry,) = (await made.store.queue_desk.list()).items
            return entry.attempts == 1

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(waits, made)
            assert made.returned == []
            made.has_to_wait = False
            await until(empty, made, 5)
        assert made.returned == ["AAAAA"]


async def test_only_so_many_strangers_are_served_at_once_and_all_in_the_end(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        for number in range(OUTSIDE_LANES * 2):
            await made.put(f"C{number}", lane=f"mx:d{number}.example")
        at_work = most = 0

        class Slow(Hop):
            async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
                nonlocal at_work, most
                at_work += 1
                most = max(most, at_work)
                await made.clock.sleep(1)
                at_work -= 1
                return await super().attempt(consignment, deadline)

        made.hop = Slow()

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(empty, made, 0.1)
        assert most == OUTSIDE_LANES
        assert len(made.hop.seen) == 2 * OUTSIDE_LANES


async def test_what_is_remembered_of_a_strangers_lane_goes_with_its_last_message(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.HOP_AWAY
        entry = await made.put("AAAAA", lane="mx:partner.example")

        async with running(made) as runner:

            async def resting() -> bool:
                return runner.pause_seconds("mx:partner.example") > 0

            async def forgotten() -> bool:
                return not runner._failures

            await until(resting, made)
            await made.store.queue_desk.drop(entry.id)
            await made.store.queue_desk.delete(entry.id)
            await until(forgotten, made, 1)
