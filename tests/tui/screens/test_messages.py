from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.event import MessageFollowed, MessageHandled
from gateway.core.record import Disposition
from tests.support.control import NOON, FakeDesk, record
from tests.support.interface import Seat, busy_desk, seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.held import HeldScreen
from tui.screens.message import MessageScreen
from tui.screens.messages import MessagesScreen


def _screen(seat: Seat) -> MessagesScreen:
    assert isinstance(seat.app.screen, MessagesScreen)
    return seat.app.screen


async def _comes(seat: Seat, code: str, **changes: object) -> None:
    seat.gateway.hub.publish(MessageHandled(record(code=code, time=NOON.timestamp() + 60, **changes)))
    await seat.pilot.pause(0.05)
    await seat.settle()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_messages_are_listed_and_explained(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, busy_desk(), language=language) as seat:
        await seat.press("2")
        matches(f"messages-{language}", seat.text())
        await seat.press("down", "down")
        matches(f"messages-why-{language}", seat.text())


async def test_in_a_wide_window_the_panel_is_beside_the_list(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(), size=(132, 43)) as seat:
        await seat.press("2", "down")
        matches("messages-wide", seat.text())


async def test_new_messages_come_in_while_the_list_is_live(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2")
        await _comes(seat, "NEW1", subject="Just in")
        assert "Just in" in seat.lines()[4]
        assert "● live" in seat.text()


async def test_new_messages_never_move_what_is_being_read(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "down", "down")
        before = seat.lines()
        await _comes(seat, "NEW1", subject="Just in")
        after = seat.lines()
        assert "1 new" in after[2]
        assert after[3:] == before[3:]
        await seat.press("escape")
        assert "Just in" in seat.lines()[4]
        assert _screen(seat).table.cursor is None


async def test_paused_nothing_comes_in_until_it_goes_on(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "p")
        await _comes(seat, "NEW1", subject="Just in")
        assert "Just in" not in seat.text()
        await seat.press("p")
        assert "Just in" in seat.lines()[4]


async def test_what_became_of_a_message_is_told_in_its_row_and_panel(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(dispositions=(Disposition("a@b", "accept", "spooled"),))])
    async with seated(tmp_path, desk) as seat:
        await seat.press("2", "down")
        assert "○ waiting" in seat.lines()[4]
        assert "WAITING" in seat.text()
        done = replace(record(), dispositions=(Disposition("a@b", "accept", "delivered"),))
        desk.records = [done]
        seat.gateway.hub.publish(MessageFollowed(done))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "✓ delivered" in seat.lines()[4]
        assert "DELIVERED" in seat.text()


async def test_a_search_that_finds_one_message_explains_it_at_once(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(held_rows=0, rows=3)) as seat:
        await seat.press("slash")
        await seat.type("Fact")
        await seat.press("enter")
        assert _screen(seat).table.cursor == 0
        assert "DELIVERED" in seat.text()
        await seat.press("escape", "escape")
        assert len(_screen(seat).rows) == 3


async def test_a_search_without_a_find_says_what_to_do(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "slash")
        await seat.type("xyz")
        await seat.press("enter")
        matches("messages-nothing-found", seat.text())
        await _comes(seat, "NEW1", subject="xyz")
        assert "search again" in seat.text()
        await seat.press("slash", "escape")
        assert _screen(seat).text == "xyz"


async def test_no_mail_yet_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        await seat.press("2", "enter", "down")
        matches("messages-empty", seat.text())


async def test_the_filter_shows_one_verdict_and_lets_in_only_what_fits(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "f", "down", "enter")
        assert "held   " in seat.text()
        assert {each.state for each in _screen(seat).rows.loaded()} == {"quarantined"}
        await _comes(seat, "NEW1", dispositions=(Disposition("a@b", "accept", "delivered"),))
        assert _screen(seat).rows.index("NEW1") is None
        await _comes(seat, "NEW2")
        assert _screen(seat).rows.index("NEW2") == 0
        await seat.press("escape")
        assert "Filter: all" in seat.text()
        assert len(_screen(seat).rows) > 40


async def test_the_filter_takes_a_time_and_says_when_nothing_fits(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "f", "tab", "down", "enter")
        assert "all, 24 h" in seat.text()
        await seat.press("f", "tab", "tab")
        await seat.type("24/12/2027")
        await seat.press("enter")
        assert "No message of this kind in this time." in seat.text()


async def test_a_search_minds_no_accents(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("slash")
        await seat.type("reunion DEPL")
        await seat.press("enter")
        assert "Réunion déplacée" in seat.lines()[4]
        assert {each.subject for each in _screen(seat).rows.loaded()} == {"Réunion déplacée à jeudi"}


async def test_details_and_text_open_over_the_list(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "enter")
        assert _screen(seat).table.cursor == 0
        await seat.press("enter")
        assert isinstance(seat.app.screen, MessageScreen)
        await seat.press("q", "down", "v")
        assert isinstance(seat.app.screen, HeldScreen)


async def test_only_held_messages_can_be_released_and_it_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "r")
        assert "Choose a message first" in seat.text()
        await seat.press("down", "r")
        assert "Only a held message" in seat.text()
