from __future__ import annotations

from rich.segment import ControlType, Segment
from textual.color import Color

from tui.glyphs import Font
from tui.widgets.glyphfilter import GlyphFilter


def test_text_is_made_harmless_and_textuals_own_control_stays() -> None:
    bell = Segment("\a", None, [(ControlType.BELL,)])
    shown = GlyphFilter(Font.CONSOLE).apply([Segment("a\x1b[2J日"), bell], Color(0, 0, 0))
    assert [each.text for each in shown] == ["a\ufffd[2J??", "\a"]
