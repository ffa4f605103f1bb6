from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.protocol import REFUSED, Failure
from gateway.control.workvalues import ChainStep, ChainTest
from tests.support.control import FakeDesk
from tests.support.interface import busy_desk, seated
from tests.support.snapshot import matches
from tests.support.work import FakeWork
from tui.asking import AwayError, DeniedError
from tui.language import LANGUAGES, Language

WORKS = ChainTest(
    True, "F7K2Q", (ChainStep("smtp", True, "The gateway took it.", 120.0), ChainStep("hop", True, "Said yes."))
)
BROKEN = ChainTest(False, "F7K2Q", (ChainStep("hop", False, "Exchange says: [550] no."),))


REFUSED_BY_SERVER = ChainTest(
    False,
    "F7K2Q",
    (
        ChainStep("send", True, "127.0.0.1:25: 250 2.0.0 Received [F7K2Q]", 210.0),
        ChainStep("judge", True, "-0.1", 610.0),
        ChainStep("deliver", True, "+7", 3.0),
        ChainStep("server", False, "exchange: 550 5.7.54 SMTP; Unable to relay", 38.0),
        ChainStep("record", True, "F7K2Q"),
    ),
    (("spf", "none"), ("rspamd", "pass")),
    cause="Exchange: 10.0.0.2 -> 5.7.54",
    cure="New-ReceiveConnector … 10.0.0.2",
)


class _Asker:
    """Answers what it was given."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked = 0

    async def call(self, method: object, params: object) -> object:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def _shown(folder: Path, answer: object) -> str:
    async with seated(folder, busy_desk()) as seat:
        asker = _Asker(answer)
        seat.app.asker = asker  # type: ignore[assignment]  # it answers only what is asked here
        await seat.press("t")
        assert asker.asked == 0
        await seat.press("enter")
        assert asker.asked == 1
        text = seat.text()
        await seat.press("escape")
        return text


def chain_desk(report: ChainTest) -> FakeDesk:
    return FakeDesk(work=FakeWork(report=report))


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80", "132"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_drawing_shows_where_it_breaks(tmp_path: Path, language: Language, size: tuple[int, int]) -> None:
    async with seated(tmp_path, chain_desk(REFUSED_BY_SERVER), language=language, size=size) as seat:
        await seat.press("t", "enter")
        matches(f"chain-{language}-{size[0]}", seat.text())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_before_it_says_what_will_happen(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, chain_desk(WORKS), language=language) as seat:
        await seat.press("t")
        matches(f"chain-before-{language}", seat.text())


async def test_v_and_g_choose_what_is_in_the_message(tmp_path: Path) -> None:
    desk = chain_desk(WORKS)
    async with seated(tmp_path, desk) as seat:
        await seat.press("t", "v")
        assert "EICAR" in seat.text()
        await seat.press("enter", "g", "enter", "g", "t")
    assert [each[3:] for each in desk.work.asked] == [("eicar",), ("gtube",), ()]


async def test_s_asks_for_an_address_and_only_then_something_leaves(tmp_path: Path) -> None:
    desk = chain_desk(WORKS)
    async with seated(tmp_path, desk) as seat:
        await seat.press("t", "s")
        await seat.type("nobody")
        await seat.press("enter")
        assert "That is no address" in seat.text()
        await seat.type("@partner.example")
        await seat.press("enter")
        assert desk.work.asked == []
        assert "to nobody@partner.example" in seat.text()
        await seat.press("enter")
        assert desk.work.asked == [("test", "nobody@partner.example", "en")]
        await seat.press("s", "enter")
        assert desk.work.asked[1][1] == ""


async def test_the_report_is_taken_along(tmp_path: Path) -> None:
    async with seated(tmp_path, chain_desk(REFUSED_BY_SERVER)) as seat:
        await seat.press("t", "c")
        assert "Nothing was tested yet" in seat.text()
        await seat.press("p", "enter", "c")
        assert "✗ exchange: 550 5.7.54" in seat.app.clipboard
        await seat.press("x")
        assert "can't show a plain page" in seat.text()


async def test_t_and_enter_show_each_step_with_its_time(tmp_path: Path) -> None:
    text = await _shown(tmp_path, WORKS)
    assert "✓ The whole chain works." in text
    assert "✓ The gateway took it. (0.12 s)" in text


async def test_the_broken_link_speaks_for_itself(tmp_path: Path) -> None:
    text = await _shown(tmp_path, BROKEN)
    assert "✗ The chain is broken." in text
    assert "✗ Exchange says: [550] no." in text


async def test_why_it_could_not_be_tried_is_said(tmp_path: Path) -> None:
    assert "administrators" in await _shown(tmp_path, DeniedError(Failure(REFUSED, "For administrators only.")))


async def test_an_absent_gateway_is_said(tmp_path: Path) -> None:
    assert "The gateway is away." in await _shown(tmp_path, AwayError("/run/x"))
