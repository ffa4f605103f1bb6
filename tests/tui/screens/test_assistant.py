from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.refusal import Refusal
from gateway.control.settingsvalues import ProblemView, Tried
from gateway.control.workvalues import BackendProbed, ChainStep, ChainTest, ProbeStep
from tests.support.control import FakeDesk
from tests.support.interface import Seat, seated
from tests.support.office import ON_TRIAL, office
from tests.support.settingsdesk import REVERTED
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.assistant import AssistantScreen
from tui.screens.system import SystemScreen

BLANK = """\
hostname = "mx.invalid"
postmaster = "it@office.invalid"

[backend.exchange]
hosts = ["127.0.0.1:25"]

[domain."office.invalid"]
backend = "exchange"
"""
OPEN = ("9", "end", "enter")
GREETS = BackendProbed(True, (ProbeStep("session", "ok", "It greets."),))
SILENT = BackendProbed(False, (ProbeStep("session", "bad", "10.0.0.9:25: connection refused"),))
KEPT = Tried("kept", 5)


def blank_desk(*answers: Tried | Refusal) -> FakeDesk:
    desk = office()
    desk.settings.texts[0] = BLANK
    desk.settings.answers = list(answers or (KEPT,))
    desk.work.probed = GREETS
    return desk


async def _give(seat: Seat, text: str) -> None:
    """Type it into the chosen line."""
    await seat.press("enter", "ctrl+u")
    await seat.type(text)
    await seat.press("enter")


async def _named(seat: Seat) -> None:
    """Through the language and the name."""
    await seat.press(*OPEN, "enter")
    await _give(seat, "mail.office.example")
    await _give(seat, "it@office.example")
    await seat.press("enter")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_from_nothing_to_mail_that_flows(tmp_path: Path, language: Language) -> None:
    desk = blank_desk()
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press(*OPEN)
        matches(f"assistant-{language}", seat.text())
        await seat.press("enter")
        await _give(seat, "mail.office.example")
        await _give(seat, "it@office.example")
        await seat.press("f10", "down")
        await _give(seat, "10.0.0.9")
        matches(f"assistant-server-{language}", seat.text())
        await seat.press("f10")
        await _give(seat, "office.example")
        await seat.press("enter", "enter")
        matches(f"assistant-test-{language}", seat.text())
        await seat.press("enter")
        assert isinstance(seat.app.screen, SystemScreen)
        edits = [each[1] for each in desk.settings.asked if each[0] == "edit"]
        changed = ((("language", '"fr"'),),) if language == "fr" else ()
        assert tuple(edits) == (
            *changed,
            (("hostname", '"mail.office.example"'), ("postmaster", '"it@office.example"')),
            (
                ("backend.exchange.hosts", '["10.0.0.9:25"]'),
                ("backend.exchange.kind", '"generic"'),
                ("backend.exchange.tls.mode", '"opportunistic"'),
            ),
            (('domain."office.example".backend', '"exchange"'), ('domain."office.invalid"', "")),
        )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_server_that_does_not_greet_keeps_the_step_and_says_what_to_try(
    tmp_path: Path, language: Language
) -> None:
    desk = blank_desk()
    desk.work.probed = SILENT
    async with seated(tmp_path, desk, language=language) as seat:
        await _named(seat)
        await seat.press("down")
        await _give(seat, "10.0.0.9")
        await seat.press("f10")
        matches(f"assistant-silent-{language}", seat.text())
        assert not any("backend" in str(each) for each in desk.settings.asked)
        desk.work.probed = GREETS
        await seat.press("f10")
        assert any("backend" in str(each) for each in desk.settings.asked)


async def test_what_is_on_trial_is_kept_when_it_did_not_go_back_by_itself(tmp_path: Path) -> None:
    desk = blank_desk(ON_TRIAL, KEPT)
    async with seated(tmp_path, desk) as seat:
        await _named(seat)
        assert [each[0] for each in desk.settings.asked] == ["edit", "keep"]
        assert "step 3 of 5" in seat.text()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Tried("invalid", problems=(ProblemView(1, "hostname", "is no name"),)), "hostname: is no name"),
        (REVERTED, "✗ dns, silent"),
        (Refusal("Version 4 is on trial."), "✗ Version 4 is on trial."),
    ],
)
async def test_what_can_not_be_applied_keeps_the_step(tmp_path: Path, answer: Tried | Refusal, said: str) -> None:
    async with seated(tmp_path, blank_desk(answer)) as seat:
        await _named(seat)
        assert said in seat.text()
        assert "step 2 of 5" in seat.text()


async def test_nonsense_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    desk = blank_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "enter", "f10")
        assert "at least one dot" in seat.text()
        assert desk.settings.asked == []


async def test_one_can_go_back_and_finish_later(tmp_path: Path) -> None:
    async with seated(tmp_path, blank_desk()) as seat:
        await _named(seat)
        await seat.press("f9")
        assert "step 2 of 5" in seat.text()
        assert "mail.office.example" in seat.text()
        await seat.press("escape")
        assert not isinstance(seat.app.screen, AssistantScreen)
        assert "Later: System, Assistant goes on here." in seat.text()


async def test_a_chain_that_is_broken_is_told_and_tried_again(tmp_path: Path) -> None:
    desk = office()
    desk.work.probed = GREETS
    desk.work.report = ChainTest(False, "F7K2Q", (ChainStep("deliver", False, "550 5.7.54 Unable to relay"),))
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "down", *["f10"] * 4)
        assert "step 5 of 5" in seat.text()
        await seat.press("enter")
        assert "✗ 550 5.7.54 Unable to relay" in seat.text()
        desk.work.report = ChainTest(True, "F7K2Q", ())
        await seat.press("enter")
        assert "✓ Mail flows through the whole chain." in seat.text()


async def test_a_server_whose_name_can_not_be_asked_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, blank_desk()) as seat:
        await _named(seat)
        screen = seat.app.screen
        assert isinstance(screen, AssistantScreen)
        screen.draft = screen.draft.with_("host", "x" * 300)
        await seat.press("f10")
        assert "step 3 of 5" in seat.text()
        assert "✗" in seat.text()
