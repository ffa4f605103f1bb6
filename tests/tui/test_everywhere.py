"""What holds for every screen, page and window that there is, in both languages at 80x24."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from textual.widget import Widget

from tests.support.control import FakeDesk
from tests.support.interface import Seat, seated
from tests.support.officeday import officeday
from tests.support.walk import digits, walk
from tui.glyphs import SET
from tui.language import FOLDER, entries, words
from tui.screens.frame import FrameScreen
from tui.state.frame import TABS
from tui.widgets.table import Table

FRENCH = entries((FOLDER / "fr.po").read_text("utf-8"))
# Words that no French sentence has: a text of ours that nobody translated.
ENGLISH = re.compile(r"\b(the|is|are|was|of|and|with|from|not|your|this|that|which|for|when|has|have|it|to|by|will)\b")
# Ours that end so by themselves, such as “Asking …”.
PAUSES = {text for strings in (*FRENCH, *FRENCH.values()) for text in strings if "…" in text}

# A row says so much of a sentence that one knows which it is.
SENTENCE_WORDS = 5


async def test_every_screen_is_whole_in_both_languages(tmp_path: Path) -> None:
    desk = officeday()
    foreign = _texts(desk)
    wrong: dict[str, list[str]] = {}
    async with seated(tmp_path, desk, language="fr") as seat:
        assert set(digits()) <= {str(number) for number, _, _ in TABS}
        async for where in walk(seat):
            if seat.app.words.language != "fr":  # chosen by a key of the walk: back
                seat.app.choose_language("fr")
                await seat.settle()
                continue
            found = [*_broken(seat), *_english(seat, foreign)]
            for language in ("en", "fr"):
                _say(seat, language)
                found += [f"{language}: {each}" for each in _cut(seat, foreign)]
            if found:
                wrong[where] = found
        assert seat.app.fault is None
    report = [f"{where}: {each}" for where, found in wrong.items() for each in found]
    assert not report, "\n".join(report)


def _texts(desk: FakeDesk) -> str:
    """All that comes from elsewhere: it may be cut, and may be in any language."""
    return repr(desk)


def _say(seat: Seat, language: str) -> None:
    """The same place in another language."""
    seat.app.words = words("fr" if language == "fr" else "en", seat.app.words.zone)
    front = seat.app.screen
    if isinstance(front, FrameScreen):
        front.redraw()


def _broken(seat: Seat) -> Iterator[str]:
    lines = seat.lines()
    yield from (f"{len(each)} cells: {each}" for each in lines if len(each) != 80)
    if strange := set("".join(lines)) - SET:
        yield f"no glyphs of the set: {strange}"
    focused = seat.app.focused
    if isinstance(focused, Table) and focused.cursor is not None and len(focused.source):
        place = seat.app.cursor_position
        if not lines[place.y][place.x :].startswith("▶"):
            yield f"the terminal's cursor is elsewhere: {place}"


def _cut(seat: Seat, foreign: str) -> Iterator[str]:
    """Labels, titles and sentences of ours that end in an ellipsis, or do not fit their box."""
    for shown in seat.lines():
        for match in re.finditer(r"([^…│]+)…", shown):
            if not any(each in shown for each in PAUSES) and not _may_be_cut(match[1], seat.text(), foreign):
                yield shown.strip()
    for widget in seat.app.screen.query(Widget):
        title = str(widget.border_title or "")
        if widget.display and title and len(title) > widget.size.width - 2:
            yield f"title of {widget.id}: {title}"


def _may_be_cut(text: str, screen: str, foreign: str) -> bool:
    """What others wrote; a sentence in a row, for the panel has the chosen one in full; what a window covers."""
    cell = re.split(r"\s{2,}", text)[-1]
    if cell[-6:].strip() in foreign:
        return True
    if not text.lstrip().startswith("▶"):
        return len(cell.split()) >= SENTENCE_WORDS
    return " ".join(re.sub(r"[│┌┐└┘─]", " ", screen).split()).count(cell[-20:].strip()) > 1


def _english(seat: Seat, foreign: str) -> Iterator[str]:
    for shown in seat.lines():
        if (match := ENGLISH.search(shown)) and shown[match.start() - 6 : match.end() + 6].strip() not in foreign:
            yield f"English: {shown.strip()}"
