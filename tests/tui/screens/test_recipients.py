from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.refusal import Refusal
from tests.support.domains import domains_desk
from tests.support.interface import seated
from tests.support.recipientsdesk import FakeRecipients
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.domains import DomainsScreen
from tui.screens.recipients import RecipientsScreen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
async def test_who_is_known_is_listed_and_the_panel_says_what_mail_gets(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, domains_desk(), language=language, size=size) as seat:
        await seat.press("5", "enter", "down")
        matches(f"recipients-{language}-{size[0]}", seat.text())
        await seat.press("escape", "escape")
        assert isinstance(seat.app.screen, DomainsScreen)


async def test_nobody_known_says_how_to_tell(tmp_path: Path) -> None:
    async with seated(tmp_path, domains_desk(recipients=FakeRecipients(rows=()))) as seat:
        await seat.press("5", "enter")
        matches("recipients-empty", seat.text())


async def test_an_address_is_searched_added_removed_and_that_taken_back(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "enter", "slash")
        await seat.type("info")
        await seat.press("enter")
        assert "info@branch.example" in seat.text()
        assert "anna@branch.example" not in seat.text()
        await seat.press("n")
        await seat.type("bob")
        await seat.press("enter")
        assert desk.recipients.asked[-1][:2] == ("add", ("bob@branch.example",))
        assert "is on the list; u takes it back." in seat.text()
        await seat.press("escape", "d")
        assert "Choose an address first" in seat.text()
        await seat.press("down", "d")
        assert desk.recipients.asked[-1][:2] == ("remove", "info@branch.example")
        assert "info@branch.example is off the list" in seat.text()
        await seat.press("u")
        assert desk.recipients.asked[-1][0] == "undo"
        assert "Taken back: the import by anna, 12 addresses." in seat.text()


async def test_any_address_is_verified_without_choosing_it(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "enter", "v")
        await seat.type("x y")
        await seat.press("enter")
        assert "An address is needed, such as anna@branch.example." in seat.text()
        await seat.press("escape", "v")
        await seat.type("stranger@branch.example")
        await seat.press("enter")
        assert "The gateway answers: 250 2.1.5 Recipient ok" in seat.text()
        assert "stranger@branch.example" in seat.text()
        await seat.press("escape")
        assert "stranger@branch.example" not in seat.text()
        assert isinstance(seat.app.screen, RecipientsScreen)


async def test_the_directory_is_read_and_what_can_not_be_is_said(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "enter", "s")
        assert desk.recipients.asked[-1] == ("sync", "branch.example", False)
        assert "10 addresses: 1 are new" in seat.text()
        desk.recipients.read = None
        await seat.press("s")
        assert "has no directory" in seat.text()
        desk.recipients.refusal = Refusal("Only the directory knows it.")
        await seat.press("down", "d")
        assert "Only the directory knows it." in seat.text()
        assert isinstance(seat.app.screen, RecipientsScreen)
