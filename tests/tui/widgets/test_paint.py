from __future__ import annotations

from pathlib import Path

from tests.support.interface import busy_desk, seated
from tui.format import Piece, line
from tui.widgets.lines import Lines
from tui.widgets.paint import paint


async def test_a_chosen_line_has_one_colour_for_all_its_pieces(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        widget = seat.app.screen.query_one("#chain", Lines)
        pieces = line(Piece("✓ ok ", "ok"), "plain ", Piece("[bold]x[/]", "bad"))
        toned = [segment.style.color for segment in paint(widget, pieces, 30) if segment.style]
        chosen = {segment.style.color for segment in paint(widget, pieces, 30, "pick") if segment.style}
        assert len(set(toned)) == 3
        assert len(chosen) == 1
        assert paint(widget, pieces, 30).text == "✓ ok plain [bold]x[/]         "


async def test_what_has_no_width_takes_no_cell_more_than_there_are(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        widget = seat.app.screen.query_one("#chain", Lines)
        for text in ("\tx = 1", "a\x1b[31mb", "zero\u200bwidth", "e\u0301" * 9, "\x9b"):
            strip = paint(widget, line(Piece(text), Piece("end")), 12)
            assert sum(segment.cell_length for segment in strip) == 12
            assert strip.text.isprintable()
