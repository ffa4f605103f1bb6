from __future__ import annotations

from gateway.control.guidewords import sections
from gateway.control.healthvalues import Guide, GuideCheck
from tests.support.healthdesk import VALUES
from tui.format import width
from tui.language import words
from tui.state.guide import page, plain, to_paste

TOLD = Guide(
    "exchange", "exchange", sections("exchange", VALUES, "en"), (GuideCheck("bad", "connection refused", "Start it."),)
)


def test_the_page_has_what_the_server_does_then_every_step() -> None:
    lines = page(TOLD, 76, words("en"))
    text = "\n".join("".join(piece.text for piece in each) for each in lines)
    assert text.startswith("✗ connection refused")
    assert "Start it." in text
    assert "1. A connector that takes the gateway's mail" in text
    assert all(width(each) <= 76 for each in lines)


def test_what_is_pasted_has_only_whole_lines() -> None:
    lines = to_paste(TOLD).splitlines()
    assert lines[0].startswith("New-ReceiveConnector")
    assert lines[0].endswith("-AuthMechanism Tls")
    assert lines[0] in plain(TOLD).splitlines()
