from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.control.values import Trouble
from tests.support.control import NOON, STATUS
from tui.format import Line, width
from tui.glyphs import SET
from tui.language import LANGUAGES, words
from tui.state.rest import Box, reach, screen

BOX = Box("admin", ("192.168.1.20", "10.0.0.1"), "SHA256:kX3v9T0m5Yc1nQe7hL2sWb8uRz4dJf6aPoGiHxKtVyEw", ("█▀█",) * 14)


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (80, 25), (132, 43), (40, 12)])
@pytest.mark.parametrize("status", [STATUS, None, replace(STATUS, mail_flows=False)])
def test_it_fills_the_screen_with_glyphs_that_the_console_has(
    language: str, size: tuple[int, int], status: object
) -> None:
    drawn = screen(status, BOX, NOON, size, words("fr" if language == "fr" else "en"))  # type: ignore[arg-type]  # a row of the table
    assert len(drawn) == size[1]
    assert {width(each) for each in drawn} == {size[0]}
    assert set(text(drawn)) - {"\n"} <= SET


def test_it_says_whether_mail_flows_and_how_to_reach_the_box() -> None:
    shown = text(screen(STATUS, BOX, NOON + timedelta(minutes=2), (80, 24), words("fr")))
    assert "LE COURRIER CIRCULE" in shown
    assert "18 reçus" in shown
    assert "ssh admin@192.168.1.20" in shown
    assert "SHA256:kX3v9T0m5Yc1nQe7" in shown
    assert "█▀█" in shown
    assert "Autres adresses : 10.0.0.1" in shown


def test_a_trouble_is_said_and_a_gateway_that_is_away() -> None:
    troubled = replace(STATUS, troubles=(Trouble("DNS is away", "Look at its server", False),))
    assert "SOMETHING WANTS A LOOK" in (shown := text(screen(troubled, BOX, NOON, (80, 24), words("en"))))
    assert "DNS is away" in shown
    stopped = text(screen(replace(troubled, mail_flows=False), BOX, NOON, (80, 24), words("en")))
    assert "MAIL DOES NOT FLOW" in stopped
    assert "DOES NOT ANSWER" in text(screen(None, BOX, NOON, (80, 24), words("en")))


def test_a_box_without_address_asks_for_the_cable() -> None:
    assert "cable" in text(screen(STATUS, Box(), NOON, (80, 24), words("en")))
    assert reach(Box()) == ""


def test_the_code_gives_way_on_a_narrow_screen() -> None:
    assert "█▀█" not in text(screen(STATUS, replace(BOX, code=("█▀█" * 9,)), NOON, (60, 24), words("en")))
