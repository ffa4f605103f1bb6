from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.healthvalues import GuideCheck
from tests.support.control import FakeDesk
from tests.support.healthdesk import FakeHealth
from tests.support.interface import seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.guide import GuideScreen

CHECKS = (
    GuideCheck("bad", "10.0.0.9:25: connect: connection refused", "Start its mail service.", 4.0),
    GuideCheck("ok", "the session is encrypted"),
)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80", "132"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_guide_begins_with_what_the_server_does(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    desk = FakeDesk(health=FakeHealth(checks=CHECKS))
    async with seated(tmp_path, desk, language=language, size=size) as seat:
        seat.app.push_screen(GuideScreen("exchange"))
        await seat.settle()
        matches(f"guide-{language}-{size[0]}", seat.text())


async def test_the_lines_are_copied_and_the_server_tried_again(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with seated(tmp_path, desk) as seat:
        seat.app.push_screen(GuideScreen("exchange"))
        await seat.settle()
        await seat.press("c")
        assert seat.app.clipboard.startswith("New-ReceiveConnector")
        assert "Copied, if your terminal allows" in seat.text()
        await seat.press("r", "p")
        assert desk.health.asked == [("guide", "exchange")] * 2
        assert "can't show a plain page" in seat.text()
        await seat.press("escape")
        assert "What to set on" not in seat.text()


async def test_a_server_that_is_none_is_told(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        seat.app.push_screen(GuideScreen("nobody"))
        await seat.settle()
        assert "no server [backend.nobody]" in seat.text()
        await seat.press("c", "p")
        assert seat.app.clipboard == ""
