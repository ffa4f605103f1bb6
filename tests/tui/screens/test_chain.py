from __future__ import annotations

from pathlib import Path

from gateway.control.protocol import REFUSED, Failure
from gateway.control.workvalues import ChainStep, ChainTest
from tests.support.interface import busy_desk, seated
from tui.asking import AwayError, DeniedError

WORKS = ChainTest(
    True, "F7K2Q", (ChainStep("smtp", True, "The gateway took it.", 120.0), ChainStep("hop", True, "Said yes."))
)
BROKEN = ChainTest(False, "F7K2Q", (ChainStep("hop", False, "Exchange says: [550] no."),))


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
