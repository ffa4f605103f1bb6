from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.event import QueueChanged
from gateway.core.queued import QueuedRecipient, QueueState
from tests.support.control import STATUS, FakeDesk
from tests.support.interface import seated
from tests.support.snapshot import matches
from tests.support.work import LANE, FakeWork, cause, entry
from tui.language import LANGUAGES, Language


def waiting_desk() -> FakeDesk:
    rows = [entry(n, recipients=(QueuedRecipient(f"u{n}@office.example"),)) for n in range(3)]
    rows += [
        entry(5, state=QueueState.HELD, cause="put on hold by anna"),
        entry(7, state=QueueState.DEAD, cause="5 days"),
    ]
    held = cause(1, state=QueueState.HELD, cause="put on hold by anna", next_attempt=0.0)
    return FakeDesk(work=FakeWork(rows=rows, groups=(cause(3), held)))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_waits_is_shown_by_cause_and_one_by_one(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, waiting_desk(), language=language) as seat:
        await seat.press("4", "down")
        matches(f"queue-{language}", seat.text())


async def test_an_empty_queue_says_that_all_mail_is_where_it_belongs(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        await seat.press("apostrophe")
        matches("queue-empty", seat.text())
        await seat.press("r")
        assert "Nothing waits." in seat.text()


async def test_what_is_wrong_on_home_is_retried_with_three_keys(tmp_path: Path) -> None:
    desk = waiting_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("4")
        await seat.press("r")
        assert ("retry-lane", LANE, desk.work.asked[0][2]) == desk.work.asked[0]
        assert "3 messages are tried now." in seat.text()


async def test_the_chosen_and_the_ticked_are_retried_and_held(tmp_path: Path) -> None:
    desk = waiting_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("4", "down", "h")
        assert "F7K20 " in seat.text()
        await seat.press("down", "space", "space", "r")
        assert [each[:2] for each in desk.work.asked] == [
            ("hold", "F7K20-0a1b2c3d"),
            ("retry", "F7K20-0a1b2c3d"),
            ("retry", "F7K21-0a1b2c3d"),
        ]


async def test_giving_up_asks_and_the_dead_are_behind_f(tmp_path: Path) -> None:
    desk = waiting_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("4", "down", "d")
        matches("queue-drop", seat.text())
        await seat.press("enter")
        assert desk.work.asked == []
        await seat.press("d", "y")
        assert desk.work.asked[0][:2] == ("drop", "F7K20-0a1b2c3d")
        await seat.press("f")
        assert "F7K27" not in seat.text()
        assert "given up" in seat.text()
        await seat.press("down", "d", "y")
        assert desk.work.asked[1][:2] == ("delete", "F7K27-0a1b2c3d")
        await seat.press("f")
        assert "connection refused" in seat.text()


async def test_without_a_choice_hold_and_give_up_say_what_to_do(tmp_path: Path) -> None:
    async with seated(tmp_path, waiting_desk()) as seat:
        for key in ("h", "d"):
            await seat.press("4", key)
            assert "Choose a message first" in seat.text()


async def test_what_changes_is_told_anew_but_not_under_the_readers_eyes(tmp_path: Path) -> None:
    desk = waiting_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("4", "down")
        desk.work.rows = [entry(9), *desk.work.rows]
        before = seat.text()
        seat.gateway.hub.publish(QueueChanged("F7K29", LANE, "queued", ""))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert seat.text() == before
        await seat.press("escape")
        seat.gateway.hub.publish(QueueChanged("F7K29", LANE, "queued", ""))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert seat.text() != before


async def test_home_leads_to_what_waits(tmp_path: Path) -> None:
    desk = waiting_desk()
    told = await _lanes(desk)
    desk.state = replace(STATUS, queue=replace(STATUS.queue, entries=4, waiting=told))
    async with seated(tmp_path, desk) as seat:
        assert "3 wait for exchange.local: connection refused" in seat.text()
        await seat.press("enter")
        assert "Why mail waits" in seat.text()


async def _lanes(desk: FakeDesk) -> tuple[object, ...]:
    from gateway.control.workviews import waiting

    return waiting(await desk.work.causes(), desk.work.hop_of, "en")[:1]
