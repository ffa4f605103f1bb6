"""The jobs of an admin's day, each in the number of keys that was promised for it."""

from __future__ import annotations

from pathlib import Path

from tests.support.interface import Seat, busy_desk, seated


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
        # The double looks in subjects only.
        await admin.press("slash", *"Factu", "enter")
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


async def test_job_5_this_was_spam_needs_one_key(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down")
        admin = _Counting(seat)
        await admin.press("i")
        assert admin.keys == 1
        assert "Teaching spam: H0000" in seat.text()


async def test_job_8_test_the_set_up_needs_two_keys(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        admin = _Counting(seat)
        await admin.press("t", "enter")
        assert admin.keys == 2
