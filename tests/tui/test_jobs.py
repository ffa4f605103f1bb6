"""The jobs of an admin's day, each in the number of keys that was promised for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gateway.control.workviews import waiting
from tests.support.control import STATUS, FakeDesk
from tests.support.interface import Seat, busy_desk, proven, seated
from tests.support.work import LANE, FakeWork, cause, entry


class _Counting:
    """Counts what is pressed."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.seat.press(*keys)


async def test_job_1_is_mail_flowing_needs_no_key(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        assert "✓ Mail OK" in seat.lines()[0]
        assert "Mail flows" in seat.lines()[2]


async def test_job_2_why_was_it_blocked_needs_eight_keys(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        admin = _Counting(seat)
        await admin.press("slash", *"Claim", "enter", "down")
        assert admin.keys == 8
        assert "✗ refused" in seat.text()
        assert "DELIVERED" in seat.text()


async def test_job_2_by_the_code_of_a_bounce_needs_seven_keys(tmp_path: Path) -> None:
    desk = busy_desk(rows=3, held_rows=0)
    async with seated(tmp_path, desk) as seat:
        admin = _Counting(seat)
        await admin.press("slash", *"M0000", "enter")
        assert admin.keys == 7
        assert "The message from" in seat.text()


async def test_job_3_release_it_needs_two_keys_from_there_and_four_from_home(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "down", "down")
        admin = _Counting(seat)
        await admin.press("r", "enter")
        assert admin.keys == 2
        assert "Releasing H0000" in seat.text()
        await seat.press("u", "1")
        admin = _Counting(seat)
        await admin.press("3", "down", "r", "enter")
        assert admin.keys == 4
        assert "Releasing H0000" in seat.text()


async def test_job_4_allow_this_sender_needs_two_keys_on_the_message_and_u_takes_it_back(tmp_path: Path) -> None:
    for tab in ("2", "3"):
        desk = proven(busy_desk())
        async with seated(tmp_path / tab, desk) as seat:
            await seat.press(tab, *("down",) * (2 if tab == "2" else 1))
            admin = _Counting(seat)
            await admin.press("a", "enter")
            assert admin.keys == 2
            assert "rene@sender.example is on the allow list now. u takes it back." in seat.text()
            assert [str(each.draft.subject) for each in desk.rules.entries] == ["rene@sender.example"]
            await admin.press("u")
            assert "Taken back: rene@sender.example is no longer on the allow list." in seat.text()
            assert desk.rules.entries == []


async def test_job_4_on_the_message_itself_and_block_likewise(tmp_path: Path) -> None:
    desk = proven(busy_desk())
    async with seated(tmp_path, desk) as seat:
        for tab, key, says in (("2", "a", "allow"), ("3", "b", "block")):
            await seat.press(tab, "down", "enter")
            admin = _Counting(seat)
            await admin.press(key, "enter")
            assert admin.keys == 2
            assert f"is on the {says} list now." in seat.text()
            await seat.press("u", "escape", "escape")
        assert desk.rules.entries == []


async def test_job_4_where_it_would_not_help_the_two_keys_say_what_does(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "a", "enter")
        assert "What helps:" in " ".join(seat.text().split())
        assert desk.rules.entries == []


async def test_job_5_this_was_spam_needs_one_key(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down")
        admin = _Counting(seat)
        await admin.press("i")
        assert admin.keys == 1
        assert "Teaching spam: H0000" in seat.text()


async def test_job_6_a_server_that_is_down_needs_three_keys(tmp_path: Path) -> None:
    group = cause(3)
    desk = FakeDesk(work=FakeWork(rows=[entry(n) for n in range(3)], groups=(group,)))
    told = waiting((group,), desk.work.hop_of, "en")
    desk.state = replace(STATUS, queue=replace(STATUS.queue, entries=3, waiting=told))
    async with seated(tmp_path, desk) as seat:
        assert "connection refused" in seat.text()
        admin = _Counting(seat)
        await admin.press("enter", "t")
        assert "10.0.0.9:25 takes mail" in seat.text()
        await admin.press("r")
        assert admin.keys == 3
        assert [each[:2] for each in desk.work.asked if each[0] == "retry-lane"] == [("retry-lane", LANE)]
        assert "3 messages are tried now." in seat.text()


async def test_job_7_who_sent_spam_from_us_needs_four_keys(tmp_path: Path) -> None:
    desk = proven(busy_desk())
    async with seated(tmp_path, desk) as seat:
        admin = _Counting(seat)
        await admin.press("8", "s", "b", "enter")
        assert admin.keys == 4
        assert [(each.draft.kind, str(each.draft.subject)) for each in desk.rules.entries] == [
            ("block", "rene@sender.example")
        ]
        assert "is on the block list now" in seat.text()
        await seat.press("u")
        assert desk.rules.entries == []


async def test_job_8_test_the_set_up_needs_two_keys(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        admin = _Counting(seat)
        await admin.press("t", "enter")
        assert admin.keys == 2
        assert "taken" in seat.text()
