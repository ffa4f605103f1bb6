from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.rulesdesk import CantList
from tests.support.control import FakeDesk
from tests.support.interface import seated
from tests.support.lists import entry
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language


def _listed(desk: FakeDesk) -> list[tuple[str, str, str, str]]:
    return [
        (each.draft.kind, str(each.draft.subject), each.draft.recipient, each.draft.reason)
        for each in desk.rules.entries
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_entry_is_made_field_by_field(tmp_path: Path, language: Language) -> None:
    desk = FakeDesk()
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press("6", "n")
        matches(f"ruleform-{language}", seat.text())
        await seat.press("down", "enter")
        for text in ("Bad.Example", "anna@office.example", "30", "asked for"):
            await seat.type(text)
            await seat.press("enter")
        assert _listed(desk) == [("block", "bad.example", "anna@office.example", "asked for")]
        expires = desk.rules.entries[0].draft.expires
        assert expires is not None
        assert expires > desk.rules.now()
        assert "u " in seat.lines()[-2]


async def test_what_the_gateway_refuses_stays_in_the_form_with_its_cause(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "n", "f10")
        assert "Whom? An address" in seat.text()
        await seat.press("enter")
        await seat.type("nobody")
        await seat.press("f10")
        assert "nobody is no address, domain or network" in seat.text()
        await seat.press("enter", "enter")
        await seat.type("soon")
        await seat.press("f10")
        assert "soon is no end" in seat.text()
        await seat.press("escape")
        assert _listed(desk) == []


async def test_a_draft_is_tried_on_the_past_and_nothing_is_kept(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "n", "enter")
        await seat.type("bad.example")
        await seat.press("f7")
        assert "Of 412 messages in 14 days none" in " ".join(seat.text().split())
        trial, days = desk.rules.tried[0][:2]
        assert trial.draft is not None
        assert (str(trial.draft.subject), days) == ("bad.example", 14)
        assert _listed(desk) == []


async def test_an_entry_that_is_changed_takes_the_place_of_what_it_was(tmp_path: Path) -> None:
    desk = FakeDesk()
    desk.rules.entries = [entry("block", "bad.example")]
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "down", "m", "up", "up")
        await seat.press("f10")
        assert [each[1] for each in _listed(desk)][-1] == "bad.example"
        await seat.press("down", "enter", "enter")
        await seat.press("home")
        await seat.type("very")
        await seat.press("f10")
        assert [each[1] for each in _listed(desk)].count("verybad.example") == 1


async def test_a_change_that_is_refused_leaves_the_entry_as_it_was(tmp_path: Path) -> None:
    desk = FakeDesk()
    desk.rules.entries = [entry("block", "bad.example")]
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "down", "m", "up", "enter")
        await seat.press("home")
        await seat.type("!!!")
        await seat.press("f10")
        assert "is no address, domain or network" in " ".join(seat.text().split())
        desk.rules.cant = CantList("full")
        await seat.press("escape")
        assert [each[1] for each in _listed(desk)] == ["bad.example"]
