from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome
from gateway.core.queued import QueueEntry
from gateway.core.schedule import DELAY_NOTICE_SECONDS
from gateway.delivery.aftercare import OVERDUE_SECONDS, DelayWatch
from tests.support.storage import opened, put


class Told:
    """Notes who would be told of a delay."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    def must_wait(self, consignment: Consignment, refused: Sequence[Outcome]) -> bool:
        return False

    async def refused(self, consignment: Consignment, refused: Sequence[Outcome]) -> None:
        raise AssertionError

    async def expired(self, consignment: Consignment) -> bool:
        raise AssertionError

    async def delayed(self, entry: QueueEntry, consignment: Consignment) -> None:
        self.codes.append(entry.code)


async def test_what_waits_for_four_hours_is_told_once_and_by_a_clock_that_is_right(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        clock = it.clock
        entry = await put(it.store)
        told = Told()
        watch = DelayWatch(it.store.queue, told, clock)
        clock.advance(entry.since - clock.now().timestamp() + DELAY_NOTICE_SECONDS - 1)
        await watch.look()
        assert told.codes == []
        clock.advance(OVERDUE_SECONDS)
        clock.synchronised = False
        await watch.look()
        assert told.codes == []
        clock.synchronised = True
        await watch.look()
        assert told.codes == [entry.code]
        clock.advance(OVERDUE_SECONDS)
        await watch.look()
        assert told.codes == [entry.code]
