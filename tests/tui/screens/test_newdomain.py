from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.refusal import Refusal
from gateway.control.settingsvalues import ProblemView, Tried
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, ProbeStep
from gateway.core.event import SettingsChanged
from tests.support.domains import TEXT, domains_desk
from tests.support.interface import Seat, seated
from tests.support.settingsdesk import ON_TRIAL, REVERTED
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.domains import DomainsScreen
from tui.screens.newdomain import NewDomainScreen

MORE = TEXT + '\n[domain."new.example"]\nbackend = "old"\n'
TAKES_ANYBODY = BackendProbed(True, (ProbeStep("recipients", "warn", "it takes any address"),), False)


async def with_another_server(seat: Seat) -> None:
    """n, the domain, another server, its address, its kind."""
    await seat.press("5", "n")
    await seat.type("new.example")
    await seat.press("enter", "end", "enter")
    await seat.type("10.0.0.77")
    await seat.press("enter", "enter")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_domain_and_its_server_are_tried_before_they_are_set(tmp_path: Path, language: Language) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk, language=language) as seat:
        await with_another_server(seat)
        matches(f"newdomain-{language}", seat.text())
        wanted = ProbeBackend(hosts=("10.0.0.77:25",), domain="new.example", language=language)
        assert desk.work.asked == [("probe", wanted, language)]
        await seat.press("f10")
        matches(f"newdomain-apply-{language}", seat.text())
        await seat.press("enter")
        (asked,) = desk.settings.asked
        assert dict(asked[1]) == {
            "backend.exchange2.hosts": '["10.0.0.77:25"]',
            "backend.exchange2.kind": '"exchange"',
            'domain."new.example".backend': '"exchange2"',
        }
        assert isinstance(seat.app.screen, DomainsScreen)
        assert "new.example" in seat.lines()[22]
        desk.settings.texts = {0: MORE}
        seat.gateway.hub.publish(SettingsChanged(2, "kept", "anna", "", None))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert seat.app.screen.table.chosen is not None
        assert seat.app.screen.table.chosen.name == "new.example"


async def test_a_domain_for_a_server_that_is_there_takes_few_keys(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "n")
        await seat.type("new.example")
        await seat.press("enter", "enter", "f10", "enter")
        (asked,) = desk.settings.asked
        assert asked[1] == (('domain."new.example".backend', '"exchange"'),)


async def test_what_is_no_domain_or_no_address_stays_with_why(tmp_path: Path) -> None:
    async with seated(tmp_path, domains_desk()) as seat:
        await seat.press("5", "n")
        await seat.type("office.example")
        await seat.press("enter")
        assert "office.example is there already" in seat.text()
        await seat.press("escape", "n")
        await seat.type("new.example")
        await seat.press("enter", "end", "enter")
        await seat.type("a b")
        await seat.press("enter")
        assert "An address is needed" in seat.text()


async def test_a_server_that_takes_anybody_makes_the_gateway_learn_unless_one_chooses_otherwise(tmp_path: Path) -> None:
    desk = domains_desk()
    desk.work.probed = TAKES_ANYBODY
    async with seated(tmp_path, desk) as seat:
        await with_another_server(seat)
        assert "learned: the gateway learns from mail" in seat.text()
        await seat.press("v")
        matches("newdomain-method", seat.text())
        await seat.press("down", "enter")
        assert "none: everybody is taken" in seat.text()
        await seat.press("f10", "enter")
        (asked,) = desk.settings.asked
        assert ('domain."new.example".recipient_verification.method', '"none"') in asked[1]


async def test_with_a_server_that_is_away_enter_is_no(tmp_path: Path) -> None:
    desk = domains_desk()
    desk.work.probed = BackendProbed(False, (ProbeStep("session", "bad", "10.0.0.77:25 gives no session: refused"),))
    async with seated(tmp_path, desk) as seat:
        await with_another_server(seat)
        matches("newdomain-away", seat.text())
        await seat.press("f10", "enter")
        assert desk.settings.asked == []
        await seat.press("t")
        assert len(desk.work.asked) == 2
        await seat.press("f10", "y")
        assert len(desk.settings.asked) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Tried("invalid", problems=(ProblemView(3, "domain", "is not right"),)), "is not right"),
        (REVERTED, "Taken back at once"),
        (Refusal("Settings are on trial already."), "Settings are on trial already."),
    ],
)
async def test_what_could_not_be_set_is_told_and_nothing_is_lost(
    tmp_path: Path, answer: Tried | Refusal, said: str
) -> None:
    desk = domains_desk()
    desk.settings.answers = [answer]
    async with seated(tmp_path, desk) as seat:
        await with_another_server(seat)
        await seat.press("f10", "enter")
        assert said in seat.text()
        await seat.press("enter")
        assert isinstance(seat.app.screen, NewDomainScreen)


async def test_what_is_risky_is_on_trial(tmp_path: Path) -> None:
    async with seated(tmp_path, domains_desk(ON_TRIAL)) as seat:
        await with_another_server(seat)
        await seat.press("f10", "enter")
        assert "It runs on trial. F8 keeps it or goes back." in seat.text()


async def test_a_server_that_can_not_be_tried_says_why(tmp_path: Path) -> None:
    desk = domains_desk()
    desk.work.probed = Refusal("That is no host.")
    async with seated(tmp_path, desk) as seat:
        await with_another_server(seat)
        assert "✗ That is no host." in seat.text()
