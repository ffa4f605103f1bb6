from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.consignment import Consignment
from gateway.core.event import Fault, MessageFollowed, QueueChanged
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueState
from gateway.delivery.spool import SLOW_SECONDS, SpoolParts, SpoolRunner
from gateway.store.errors import StoreError
from tests.support.spoolhouse import LANE, Attempt, Hop, house, running, until
from tests.support.values import transaction


async def test_spooled_mail_is_delivered_oldest_first_and_leaves_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        for code in ("AAAAA", "BBBBB", "CCCCC"):
            await made.put(code)
            made.clock.advance(1)

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(empty, made)
        assert made.hop.seen == ["AAAAA", "BBBBB", "CCCCC"]
        assert list((tmp_path / "messages").iterdir()) == []
        assert [each.state for each in made.events if isinstance(each, QueueChanged)] == ["delivered"] * 3


async def test_while_the_server_is_away_one_message_probes_and_the_others_wait(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.HOP_AWAY
        for code in ("AAAAA", "BBBBB", "CCCCC", "DDDDD"):
            await made.put(code)

        async def tried() -> bool:
            return len(made.hop.seen) >= 2 and all(state is QueueState.QUEUED for _, state in await made.waiting())

        async with running(made):
            await until(tried, made)
            before = len(made.hop.seen)
            await made.clock.turn(30)
            assert len(made.hop.seen) == before

            async def probed() -> bool:
                return len(made.hop.seen) == before + 1

            failed_at = made.clock.monotonic() - 30
            await until(probed, made, 1)
            assert made.clock.monotonic() - failed_at >= 60
        assert len(await made.waiting()) == 4


async def test_a_server_that_was_seen_alive_gets_everything_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.HOP_AWAY
        await made.put("AAAAA")

        async def tried() -> bool:
            page = await made.store.queue_desk.list()
            return bool(made.hop.seen) and page.items[0].attempts == 1

        async def resting() -> bool:
            return runner.pause_seconds(LANE) > 0

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made) as runner:
            await until(tried, made)
            await until(resting, made)
            made.hop.result = Result.DELIVERED
            runner.lane_is_up(LANE)
            await until(empty, made)


async def test_an_entry_in_doubt_waits_ten_minutes_from_the_dot(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        doubtful_since = made.clock.monotonic()
        await made.put("AAAAA", in_doubt=True)
        async with running(made):
            await made.clock.turn(590)
            assert made.hop.seen == []

            async def empty() -> bool:
                return not await made.waiting()

            await until(empty, made, 1)
            assert made.clock.monotonic() - doubtful_since >= 600


async def test_a_late_yes_settles_an_entry_in_doubt_without_a_second_copy(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        entry = await made.put("AAAAA", in_doubt=True)
        delivered = Outcome(transaction().envelope.recipients[0], Result.DELIVERED, Stage.DOT)

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made) as runner:
            runner.watch(entry, Attempt([delivered]))
            await until(empty, made)
            await made.clock.turn(1_200)
        assert made.hop.seen == []


async def test_what_the_server_refuses_for_good_is_taken_over_before_it_leaves_the_queue(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.REFUSED_CONTENT
        await made.put("AAAAA")

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(empty, made)
        assert made.returned == ["AAAAA"]


async def test_after_five_days_it_is_a_dead_letter_and_its_file_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        await made.put("AAAAA")
        made.clock.advance(5 * 86_400 + 1)

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(empty, made)
        assert made.hop.seen == []
        assert len(list((tmp_path / "dead").iterdir())) == 1


async def test_a_message_whose_file_is_gone_does_not_seem_to_wait_for_ever(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        entry = await made.put("AAAAA")
        (tmp_path / "messages" / entry.id).unlink()

        async def told() -> bool:
            return any(isinstance(each, MessageFollowed) for each in made.events)

        async with running(made):
            await until(told, made)
        assert made.hop.seen == []
        (followed,) = [each.record for each in made.events if isinstance(each, MessageFollowed)]
        assert [(each.state, each.hop_reply) for each in followed.dispositions] == [
            ("dead", "the message file is missing")
        ]


async def test_nothing_is_given_up_while_the_clock_may_be_wrong(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        await made.put("AAAAA")
        made.clock.advance(5 * 86_400 + 1)
        made.clock.synchronised = False

        async def tried() -> bool:
            return bool(made.hop.seen)

        async with running(made):
            await until(tried, made)


class Silent(Attempt):
    """Our dot went out and no answer comes until the test lets it."""

    def __init__(self, consignment: Consignment) -> None:
        recipients = consignment.recipients
        super().__init__([Outcome(each, Result.IN_DOUBT, Stage.DOT, "10.0.0.9:25") for each in recipients])
        self.may_answer = asyncio.Event()

    async def late(self) -> Sequence[Outcome]:
        await self.may_answer.wait()
        return [replace(each, result=Result.DELIVERED) for each in self.outcomes]


class SilentHop(Hop):
    attempts: tuple[Silent, ...] = ()

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        self.seen.append(consignment.code)
        self.attempts += (Silent(consignment),)
        return self.attempts[-1]


async def test_a_stop_waits_for_the_tries_under_way_and_begins_no_other(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop = hop = SilentHop()
        for code in ("AAAAA", "BBBBB", "CCCCC"):
            await made.put(code)

        async def both_tried() -> bool:
            return len(hop.attempts) == 2

        async with running(made) as runner:
            await until(both_tried, made)
            async with asyncio.TaskGroup() as group:
                stop = group.create_task(runner.stop())
                await made.clock.turn(60)
                assert not stop.done()
                for attempt in hop.attempts:
                    attempt.may_answer.set()
        assert hop.seen == ["AAAAA", "BBBBB"]
        assert await made.waiting() == [("CCCCC", QueueState.QUEUED)]


async def test_a_try_that_is_broken_off_after_the_dot_is_in_doubt_on_disk(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop = SilentHop()
        await made.put("AAAAA")

        async def doubtful() -> bool:
            return await made.waiting() == [("AAAAA", QueueState.IN_DOUBT)]

        desk = made.store.queue_desk
        parts = SpoolParts(made.store.queue, desk, made.hop, made, made.clock, made.events.append)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(SpoolRunner(parts, tasks).run())
            await until(doubtful, made)
            for task in list(tasks._tasks):
                task.cancel()
        assert await doubtful()


class SlowHop(Hop):
    """Says nothing, not even whether our dot went out, until the test lets it; then `result`."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        self.seen.append(consignment.code)
        await self.may_answer.wait()
        return Attempt([Outcome(each, self.result, Stage.DOT) for each in consignment.recipients])


@pytest.mark.parametrize(("result", "after"), [(Result.DELIVERED, []), (Result.HOP_AWAY, [QueueState.QUEUED])])
async def test_a_try_that_takes_long_is_in_doubt_on_disk_as_long_as_it_lasts(
    tmp_path: Path, result: Result, after: list[QueueState]
) -> None:
    async with house(tmp_path) as made:
        made.hop = hop = SlowHop()
        await made.put("AAAAA")

        async def tried() -> bool:
            return bool(hop.seen)

        async def is_in(states: list[QueueState]) -> bool:
            return [state for _, state in await made.waiting()] == states

        async with running(made) as runner:
            await until(tried, made)
            await made.clock.turn(SLOW_SECONDS - 0.1)
            assert await is_in([QueueState.QUEUED])
            await made.clock.turn(0.2)
            await until(lambda: is_in([QueueState.IN_DOUBT]), made)
            hop.result = result
            hop.may_answer.set()
            await runner.stop()
            assert await is_in(after)


async def test_a_disk_that_cannot_note_the_doubt_does_not_break_off_the_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as made:
        made.hop = hop = SlowHop()

        async def broken(name: str) -> None:
            raise StoreError("the disk is gone")

        monkeypatch.setattr(made.store.queue, "doubt", broken)
        await made.put("AAAAA")

        async def told() -> bool:
            return Fault(f"spool {LANE}", "AAAAA: the disk is gone") in made.events

        async with running(made) as runner:
            await until(told, made, 1)
            hop.may_answer.set()
            await runner.stop()
        assert hop.seen == ["AAAAA"]
        assert await made.waiting() == []


async def test_a_disk_that_fails_in_a_round_is_told_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as made:

        async def broken(name: str) -> None:
            raise StoreError("the disk is gone")

        monkeypatch.setattr(made.store.queue, "open", broken)
        await made.put("AAAAA")

        async def told() -> bool:
            return Fault(f"spool {LANE}", "the disk is gone") in made.events

        async with running(made) as runner:
            await until(told, made)
            await runner.stop()


async def test_the_history_hears_what_became_of_a_spooled_message_and_not_of_tries_in_vain(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.HOP_AWAY
        await made.put("AAAAA")

        async def tried() -> bool:
            return bool(made.hop.seen)

        async def empty() -> bool:
            return not await made.waiting()

        async with running(made):
            await until(tried, made)
            made.hop.result = Result.DELIVERED
            await until(empty, made, tick=5)
        told = [each.record for each in made.events if isinstance(each, MessageFollowed)]
        assert [(each.code, each.kind) for each in told] == [("AAAAA", "follow-up")]
        assert [each.state for each in told[0].dispositions] == ["delivered"]
        assert told[0].dispositions[0].hop == "10.0.0.9:25"


async def test_a_person_in_a_hurry_need_not_wait_for_the_lanes_turn(tmp_path: Path) -> None:
    async with house(tmp_path) as made:
        made.hop.result = Result.HOP_AWAY
        entry = await made.put("AAAAA")

        async def resting() -> bool:
            return bool(runner._not_before)

        async def twice() -> bool:
            return len(made.hop.seen) == 2

        async with running(made) as runner:
            await until(resting, made)
            assert runner.pause_seconds(LANE) > 0
            await made.store.queue_desk.retry(entry.id)
            runner.hasten(LANE)
            assert runner.pause_seconds(LANE) == 0
            await until(twice, made)
