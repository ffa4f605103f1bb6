from __future__ import annotations

from pathlib import Path

from gateway.control.refusal import Refusal
from gateway.control.settingsvalues import ProblemView, Tried
from gateway.core.event import SettingsChanged
from tests.support.interface import Seat, seated
from tests.support.office import HOSTNAME, OFFICE, PROBES, office
from tests.support.settingsdesk import REVERTED

WRONG = Tried("invalid", problems=(ProblemView(1, "hostname", "is no name that DNS could know"),))


async def _name_typed(seat: Seat, name: str = "mail.office.example") -> None:
    """System, Settings, the gateway itself, its name."""
    await seat.press("9", "enter", "enter", "enter", "ctrl+u")
    await seat.type(name)
    await seat.press("enter")


async def test_nothing_is_sent_before_the_question_is_answered(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await _name_typed(seat)
        assert "1 change to apply: F10" in seat.text()
        await seat.press("f10")
        assert "mx.office.example →" in seat.text()
        await seat.press("escape")
        assert desk.settings.asked == []
        await seat.press("f10", "enter")
        assert desk.settings.asked == [("edit", (("hostname", '"mail.office.example"'),), desk.settings.asked[0][2], 0)]
        assert "Applied, as version 4 of the settings." in seat.text()
        assert "to apply" not in seat.text()


async def test_errors_of_the_gateway_stand_at_their_field_and_what_was_typed_stays(tmp_path: Path) -> None:
    async with seated(tmp_path, office(WRONG)) as seat:
        await _name_typed(seat, "x")
        await seat.press("f10", "enter")
        assert "Nothing was applied" in seat.text()
        assert "✗ is no name that DNS could know" in seat.text()
        assert "1 change to apply" in seat.text()
        await seat.press("u")
        assert "1 change to apply" not in seat.text()


async def test_an_error_of_no_field_is_a_window(tmp_path: Path) -> None:
    async with seated(tmp_path, office(Tried("invalid", problems=(ProblemView(0, "", "is too long"),)))) as seat:
        await _name_typed(seat)
        await seat.press("f10", "enter")
        assert "✗ is too long" in seat.text()


async def test_what_did_not_work_is_said_with_what_the_gateway_saw(tmp_path: Path) -> None:
    async with seated(tmp_path, office(REVERTED)) as seat:
        await _name_typed(seat)
        await seat.press("f10", "enter")
        assert "Taken back at once" in seat.text()
        assert "✗ dns, silent" in seat.text()
        await seat.press("enter")
        assert "It did not work" in seat.text()


async def test_a_refusal_is_a_window_with_its_sentence(tmp_path: Path) -> None:
    desk = office()
    desk.settings.answers = [Refusal("Version 3 is on trial: keep it or take it back first.")]
    async with seated(tmp_path, desk) as seat:
        await _name_typed(seat)
        await seat.press("f10", "enter")
        assert "Not applied" in seat.text()
        assert "Version 3 is on trial" in seat.text()


async def test_without_a_change_there_is_nothing_to_apply(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press("9", "enter", "f10")
        assert "Nothing was changed here." in seat.text()


async def test_other_settings_are_shown_when_somebody_else_changes_them(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press("9", "enter", "enter")
        desk.settings.texts[0] = desk.settings.texts[0].replace("it@office", "info@office")
        seat.gateway.hub.publish(SettingsChanged(4, "kept", "bob", ""))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "info@office.example" in seat.text()
        assert "Version 4 of the settings is kept." in seat.text()


async def test_the_probes_of_a_trial_come_with_its_window(tmp_path: Path) -> None:
    from tests.support.office import ON_TRIAL, TRIAL

    desk = office(ON_TRIAL)
    async with seated(tmp_path, desk) as seat:
        await _name_typed(seat)
        desk.settings.running = TRIAL
        await seat.press("f10", "enter")
        assert "Settings on trial" in seat.text()
        assert f"✓ {PROBES[1].name}" in seat.text()
        assert HOSTNAME.risk[1:] in seat.text()
        assert OFFICE.hostname not in seat.lines()[0]
