from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from tests.support.control import fake_gateway
from tests.support.interface import HandClock, Seat, seated
from tests.support.office import OFFICE, office
from tui.app import PoterneApp
from tui.base import Place
from tui.client import Client
from tui.glyphs import Font
from tui.language import words
from tui.prefs import Preferences
from tui.screens.assistant import AssistantScreen
from tui.screens.home import HomeScreen
from tui.screens.welcome import WelcomeScreen


@asynccontextmanager
async def begun(folder: Path, place: Place, hostname: str = "mx.office.example") -> AsyncIterator[Seat]:
    """A first start."""
    desk = office()
    desk.state = replace(OFFICE, hostname=hostname)
    clock = HandClock()
    async with fake_gateway(folder, desk) as gateway:
        app = PoterneApp(Client(gateway.path), words("en", UTC), clock.now, place)
        async with app.run_test(size=(80, 24)) as pilot:
            seat = Seat(app, pilot, gateway, clock)
            await pilot.pause(0.05)
            await seat.settle()
            yield seat


async def test_the_first_question_is_asked_in_both_languages_and_remembered(tmp_path: Path) -> None:
    kept: list[Preferences] = []
    place = Place(Font.ANY, asks_first=True, remember=lambda each: not kept.append(each))  # type: ignore[func-returns-value]  # it is noted
    async with begun(tmp_path, place) as seat:
        assert isinstance(seat.app.screen, WelcomeScreen)
        assert "Language / Langue" in seat.text()
        assert "In which language?" in seat.text()
        assert "En quelle langue ?" in seat.text()
        await seat.press("down", "enter")
        assert "Quelles couleurs se lisent le mieux ici ?" in seat.text()
        assert "▶ sombres" in seat.text()
        await seat.press("down", "enter")
        assert isinstance(seat.app.screen, HomeScreen)
        assert "Courrier OK" in seat.lines()[0]
        assert kept[-1] == Preferences(language="fr", theme="light")


async def test_on_the_console_only_the_language_is_asked(tmp_path: Path) -> None:
    async with begun(tmp_path, Place(Font.CONSOLE, asks_first=True)) as seat:
        await seat.press("enter")
        assert isinstance(seat.app.screen, HomeScreen)


async def test_escape_takes_what_holds_and_goes_on(tmp_path: Path) -> None:
    async with begun(tmp_path, Place(Font.ANY, asks_first=True)) as seat:
        await seat.press("escape")
        assert isinstance(seat.app.screen, HomeScreen)
        assert "Mail OK" in seat.lines()[0]


async def test_what_was_chosen_before_holds_from_the_start(tmp_path: Path) -> None:
    async with begun(tmp_path, Place(Font.ANY, preferences=Preferences("en", "contrast"))) as seat:
        assert isinstance(seat.app.screen, HomeScreen)
        assert seat.app.theme == "contrast"
        await seat.press("f3", "f4")
        assert seat.app.preferences == Preferences("fr", "console")


async def test_where_nothing_can_be_remembered_that_is_said(tmp_path: Path) -> None:
    async with begun(tmp_path, Place(Font.ANY, remember=lambda each: False)) as seat:
        await seat.press("f4")
        assert "It holds until you leave" in seat.text()


async def test_the_assistant_opens_where_it_is_needed_or_asked_for(tmp_path: Path) -> None:
    for number, (place, hostname, opens) in enumerate(
        (
            (Place(assists="needed"), "mx.invalid", True),
            (Place(assists="needed"), "mx.office.example", False),
            (Place(assists="now"), "mx.office.example", True),
            (Place(), "mx.invalid", False),
        )
    ):
        (tmp_path / str(number)).mkdir()
        async with begun(tmp_path / str(number), place, hostname) as seat:
            assert isinstance(seat.app.screen, AssistantScreen) is opens


async def test_every_screen_speaks_the_other_language_at_once(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press("9", "enter", "f3")
        assert "Système > Réglages" in seat.text()
        assert "Liste de blocage bl.example" in seat.text()
