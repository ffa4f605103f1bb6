from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.event import QuarantineChanged
from tests.support.control import NOON, FakeDesk, held, record
from tests.support.interface import Seat, busy_desk, seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.held import HeldScreen
from tui.screens.quarantine import QuarantineScreen


def _screen(seat: Seat) -> QuarantineScreen:
    assert isinstance(seat.app.screen, QuarantineScreen)
    return seat.app.screen


async def _changes(seat: Seat, code: str, change: str) -> None:
    seat.gateway.hub.publish(QuarantineChanged(code, change))
    await seat.pilot.pause(0.05)
    await seat.settle()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_held_messages_are_listed_with_their_reasons(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, busy_desk(), language=language) as seat:
        await seat.press("3", "down")
        matches(f"quarantine-{language}", seat.text())
        assert not any(asked[0] == "viewed" for asked in seat.gateway.desk.asked)


async def test_an_empty_quarantine_says_where_refused_mail_is(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        await seat.press("3")
        matches("quarantine-empty", seat.text())
        await seat.press("slash")
        await seat.type("x")
        await seat.press("enter")
        assert "No held message matches “x”." in seat.text()


async def test_ticked_messages_are_released_together(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "space", "space")
        assert "2 ticked" in seat.text()
        await seat.press("r")
        matches("quarantine-release", seat.text())
        await seat.press("enter")
        assert "2 ticked" not in seat.text()
        await seat.turn(11)
        released = [asked[:3] for asked in seat.gateway.desk.asked]
        assert released == [("release", "H0000", ()), ("release", "H0001", ())]
        assert "2 messages released." in seat.text()


async def test_all_are_ticked_and_none_again(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "asterisk")
        assert "5 ticked" in seat.text()
        await seat.press("asterisk", "down", "space", "up", "space")
        assert "ticked" not in seat.text()


async def test_deleting_asks_and_the_row_goes(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "d")
        matches("quarantine-delete", seat.text())
        await seat.press("enter")
        assert seat.gateway.desk.asked == []
        await seat.press("d", "y")
        assert [asked[:2] for asked in seat.gateway.desk.asked] == [("delete", "H0000")]
        assert next(each.code for each in _screen(seat).rows.loaded()) == "H0001"
        assert "Deleted: H0000" in seat.text()


async def test_what_others_do_is_seen_without_moving_the_choice(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "down", "down")
        await _changes(seat, "H0000", "deleted")
        assert _screen(seat).table.chosen is not None
        assert _screen(seat).table.chosen.code == "H0002"
        desk.held_rows = [*desk.held_rows, held(9, code="NEW1", subject="Just held")]
        await _changes(seat, "NEW1", "held")
        assert "1 new" in seat.text()
        await seat.press("escape")
        assert "Just held" in seat.lines()[4]
        desk.held_rows = [held(9, code="NEW1", subject="Just held", released_to=("anna@office.example",))]
        await _changes(seat, "NEW1", "released")
        assert "✓ released" in seat.lines()[4]


async def test_the_panel_follows_what_becomes_of_the_chosen_message(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down")
        desk.held_rows = [held(0, code="H0000", released_to=("anna@office.example",)), *desk.held_rows[1:]]
        await _changes(seat, "H0000", "released")
        assert "│ RELEASED" in seat.text()


async def test_the_message_and_its_text_open_over_the_list(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "enter", "enter")
        assert isinstance(seat.app.screen, HeldScreen)
        await seat.press("escape", "v")
        assert isinstance(seat.app.screen, HeldScreen)
        assert "Bonjour," in seat.text()


async def test_the_likely_wanted_come_first_and_s_shows_the_newest(tmp_path: Path) -> None:
    desk = busy_desk(held_rows=0)
    desk.held_rows = [held(0, code="SPAM0", score=14.0), held(1, code="NEAR1", score=9.5)]
    desk.records = [
        record(n, code=each.code, authors=("rene@sender.example",), proven_by="dkim", score=each.score)
        for n, each in enumerate(desk.held_rows)
    ]
    async with seated(tmp_path, desk) as seat:
        await seat.press("3")
        assert [each.code for each in _screen(seat).rows.loaded()] == ["NEAR1", "SPAM0"]
        assert "✓ wanted" in seat.lines()[4]
        assert "✗ spam" in seat.lines()[5]
        await seat.press("s")
        assert "newest first" in seat.text()
        assert [each.code for each in _screen(seat).rows.loaded()] == ["SPAM0", "NEAR1"]


async def test_several_pages_are_sorted_together_and_none_comes_twice(tmp_path: Path) -> None:
    desk = busy_desk(held_rows=0)
    desk.held_rows = [held(n, code=f"H{n:04d}", held_at=NOON.timestamp() - n) for n in range(450)]
    desk.records = [record(449, code="H0449", authors=("rene@sender.example",), proven_by="dkim")]
    async with seated(tmp_path, desk) as seat:
        await seat.press("3")
        codes = [each.code for each in _screen(seat).rows.loaded()]
        assert codes[:2] == ["H0449", "H0000"]
        assert len(codes) == len(set(codes)) == 450
