from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.healthvalues import DnsServerView
from gateway.control.values import LaneStatus, PartStatus
from gateway.control.workvalues import DomainStatus, QueueStatus, StorageStatus, ZoneStatus
from tests.support.control import NOON, STATUS, FakeDesk
from tests.support.healthdesk import CERTIFICATE, GOOD, FakeHealth
from tests.support.interface import seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language

SIZES = ((80, 24), (132, 43))
BROKEN = replace(
    STATUS,
    lanes=(LaneStatus("backend:exchange", "away", "connection refused", NOON),),
    redis=PartStatus("redis", "down", "no answer"),
    recipients=(DomainStatus("office.example", "unverifying"),),
    zones=(ZoneStatus("zen.example", 4, "broken", "it lists everybody"),),
    storage=StorageStatus(40_000_000, 30, 30, 4_000_000_000, 64_000_000_000),
    queue=QueueStatus(entries=3, dead=1, size_octets=1_960_000_000, limit_octets=2_147_483_648),
    antivirus=replace(STATUS.antivirus, state="up", version="1.4", stale_days=9),
)


def healthy() -> FakeDesk:
    return FakeDesk(
        state=replace(
            STATUS,
            worker=replace(STATUS.worker, not_enforced=()),
            storage=StorageStatus(40_000_000, 30, 30, 40_000_000_000, 64_000_000_000),
            recipients=(DomainStatus("office.example", "verifying"),),
        )
    )


def broken() -> FakeDesk:
    health = FakeHealth(
        papers=(
            replace(CERTIFICATE, days_left=9),
            replace(CERTIFICATE, name="own", days_left=7_000, is_self_signed=True),
        ),
        published={"office.example": replace(GOOD, txt=(), dmarc=("v=DMARC1; p=none",), mx=None)},
        servers=(DnsServerView("127.0.0.1:53", True, "", 12.0), DnsServerView("192.0.2.53:53", False, "timed out")),
    )
    return FakeDesk(state=BROKEN, health=health)


@pytest.mark.parametrize("size", SIZES, ids=["80", "132"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_broken_stands_first_with_what_to_do(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, broken(), language=language, size=size) as seat:
        await seat.press("7", "down")
        matches(f"health-{language}-{size[0]}", seat.text())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_sound_gateway_is_well_in_a_sentence(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, healthy(), language=language) as seat:
        await seat.press("è")
        matches(f"health-well-{language}", seat.text())


async def test_a_record_to_publish_is_shown_and_copied(tmp_path: Path) -> None:
    async with seated(tmp_path, broken(), size=(80, 30)) as seat:
        await seat.press("7", "c")
        assert "Choose a line with a record" in seat.text()
        for _ in range(30):
            await seat.press("down")
            if "SPF office.example" in seat.text().partition("What to do")[0] and "v=spf1 mx -all" in seat.text():
                break
        assert "v=spf1 mx -all" in seat.text()
        await seat.press("c")
        assert seat.app.clipboard == "v=spf1 mx -all"
        assert "Copied, if your terminal allows" in seat.text()
        await seat.press("p")
        assert "can't show a plain page" in seat.text()


async def test_looking_again_asks_again_and_says_when(tmp_path: Path) -> None:
    desk = broken()
    async with seated(tmp_path, desk) as seat:
        await seat.press("7")
        before = len(desk.health.asked)
        desk.health.published["office.example"] = GOOD
        assert "looked at 14:00" in seat.text()
        await seat.turn(125)
        await seat.press("r")
        assert len(desk.health.asked) > before
        assert "looked at 14:02" in seat.text()


async def test_nothing_moves_under_the_chosen_row(tmp_path: Path) -> None:
    desk = broken()
    async with seated(tmp_path, desk) as seat:
        await seat.press("7", "down", "down")
        places = [each[:40] for each in seat.lines()[4:10]]
        desk.state = healthy().state
        seat.app.screen.reload()
        await seat.settle()
        assert [each[11:40] for each in seat.lines()[4:10]] == [each[11:] for each in places]


async def test_enter_on_a_server_shows_what_to_set_there(tmp_path: Path) -> None:
    async with seated(tmp_path, broken()) as seat:
        await seat.press("7", "down", "enter")
        assert "What to set on exchange" in seat.text()


async def test_while_the_gateway_is_away_it_says_so(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk(broken=True)) as seat:
        await seat.press("7")
        assert "Something went wrong in the gateway" in seat.text()
