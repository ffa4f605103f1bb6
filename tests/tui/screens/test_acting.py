from __future__ import annotations

from pathlib import Path

from gateway.control.desk import Refusal
from gateway.control.views import held_summary, summary
from gateway.core.outcome import Result
from tests.support.control import held, record
from tests.support.interface import Seat, busy_desk, proven, seated
from tui.screens.acting import of_held, of_message


def _asked(seat: Seat) -> list[tuple[object, ...]]:
    return [asked[:-1] for asked in seat.gateway.desk.asked]


def test_a_message_of_history_can_be_acted_on_only_while_it_is_held() -> None:
    assert of_message(summary(record(), "en")).is_held
    assert not of_message(summary(record(dispositions=()), "en")).is_held
    target = of_held(held_summary(held(), None, 30, "en"))
    assert (target.code, target.author, target.knows_all) == ("F7K20", "rene@sender.example", True)


async def test_nothing_leaves_for_ten_seconds_and_u_takes_it_back(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "r", "enter")
        assert "Releasing H0000 in 10 s" in seat.text()
        await seat.turn(9)
        assert _asked(seat) == []
        await seat.press("u")
        assert "Taken back: Releasing H0000" in seat.text()
        await seat.turn(20)
        assert _asked(seat) == []
        await seat.press("u")
        assert "nothing to take back" in seat.text()


async def test_after_ten_seconds_it_is_done_and_said(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "r", "enter")
        await seat.turn(10)
        assert _asked(seat) == [("release", "H0000", ())]
        assert "Released to anna@office.example, bob@office.example." in seat.text()


async def test_one_recipient_can_be_left_out_and_the_filter_taught(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "r", "up", "space", "up", "up", "up", "space", "enter")
        await seat.turn(10)
        assert _asked(seat) == [("learn", "H0000", "ham"), ("release", "H0000", ("anna@office.example",))]


async def test_without_any_recipient_nothing_is_released(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "r", "up", "space", "up", "space", "enter")
        assert "No recipient was ticked" in seat.text()
        await seat.turn(10)
        assert _asked(seat) == []


async def test_teaching_can_be_taken_back_too(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "i", "u", "l")
        await seat.turn(10)
        assert _asked(seat) == [("learn", "H0000", "ham")]
        assert "The filter has learned it." in seat.text()


async def test_another_order_lets_the_first_one_go(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "i", "down", "i")
        assert _asked(seat) == [("learn", "H0000", "spam")]
        assert "Teaching spam: H0001" in seat.text()


async def test_what_the_server_refused_is_told_with_its_cause(tmp_path: Path) -> None:
    desk = busy_desk(results={"bob@office.example": Result.HOP_AWAY})
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "r", "enter")
        await seat.turn(10)
        assert "Not everything was done" in seat.text()
        assert "the office's server does not answer" in " ".join(seat.text().split())
        await seat.press("enter")


async def test_a_refusal_of_the_gateway_is_told(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(refusal=Refusal("Nobody is left to get it."))) as seat:
        await seat.press("3", "down", "r", "enter")
        await seat.turn(10)
        assert "Nobody is left to get it." in seat.text()


async def test_what_has_a_virus_is_not_released_here_and_it_is_said(tmp_path: Path) -> None:
    desk = busy_desk(held_rows=1)
    desk.held_rows = [held(0, code="H0000", reasons=("virus",))]
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down")
        assert "✗ virus" in seat.text()
        await seat.press("r")
        assert "can't be released here" in seat.lines()[-2]
        await seat.turn(11)
        assert _asked(seat) == []


async def test_a_release_can_allow_the_sender_and_u_takes_that_back(tmp_path: Path) -> None:
    desk = proven(busy_desk())
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "r", "a")
        assert "Releasing H0000" in seat.text()
        assert desk.rules.entries == []
        await seat.turn(10)
        assert _asked(seat) == [("release", "H0000", ())]
        assert [str(each.draft.subject) for each in desk.rules.entries] == ["rene@sender.example"]
        assert "Allowed: rene@sender.example" in seat.text()
        await seat.press("u")
        assert desk.rules.entries == []


async def test_where_allowing_would_not_help_the_release_is_done_and_the_cause_told(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "r", "a")
        await seat.turn(10)
        assert _asked(seat) == [("release", "H0000", ())]
        assert "Not everything was done" in seat.text()
        assert "would not help" in " ".join(seat.text().split())


async def test_only_one_sender_is_allowed_at_a_time(tmp_path: Path) -> None:
    async with seated(tmp_path, proven(busy_desk())) as seat:
        await seat.press("3", "a")
        assert "Choose a message first" in seat.text()
        await seat.press("down", "space", "space", "a")
        assert "Only one sender at a time" in seat.text()
