from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.control import FakeDesk
from tests.support.interface import busy_desk, seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language


@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_day_is_a_picture_and_a_table(tmp_path: Path, language: Language, size: tuple[int, int]) -> None:
    async with seated(tmp_path, busy_desk(), language=language, size=size) as seat:
        await seat.press("8")
        matches(f"reports-{language}-{size[0]}", seat.text())


async def test_without_mail_it_says_when_there_will_be_figures(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        await seat.press("underscore")
        matches("reports-empty", seat.text())


async def test_a_month_is_shaded_and_the_numbers_are_one_key_away(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("8", "f", "tab")
        assert "last 7 days" in seat.text()
        assert "Who was written to" in seat.text()
        await seat.press("tab")
        assert "Figures by the hour" in seat.text()
        await seat.press("tab")
        assert "Messages by points" in seat.text()
        await seat.press("tab")
        assert "Who wrote" in seat.text()


async def test_who_sent_spam_from_here_is_stopped_in_four_keys(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("8", "s", "b", "enter")
        (entry,) = desk.rules.entries
        assert (entry.draft.kind, entry.draft.subject.value) == ("block", "rene@sender.example")


async def test_a_recipient_can_not_be_blocked_by_mistake(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("8", "tab", "b")
        assert "Choose a sender first" in seat.text()


@pytest.mark.parametrize(("keys", "kind"), [((), "csv"), (("right",), "json")])
async def test_figures_are_written_into_the_admins_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], kind: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("8", "x", *keys, "enter")
        (written,) = await asyncio.to_thread(lambda: list(tmp_path.glob(f"poterne-stats-*.{kind}")))
        assert "Written: " in seat.text()
        if kind == "json":
            assert json.loads(written.read_text())["days"] == 1
        else:
            assert written.read_text().startswith("hour,")
