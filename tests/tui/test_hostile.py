from __future__ import annotations

import importlib
import inspect
import pkgutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text
from textual.app import App, ComposeResult
from textual.content import Content
from textual.filter import LineFilter
from textual.widget import Widget
from textual.widgets import DataTable, Header, Input, Label, Log, RichLog, Static, TextArea

import tui.state
from gateway.control import protocol, views
from gateway.control.values import HeldDetail, MessageDetail, Trouble
from gateway.core.record import Disposition, Evidence, WeighedReason
from tests.support.anyvalue import hints_of, made
from tests.support.control import HOSTILE, NOON, FakeDesk, held, record
from tests.support.hostile import CORPUS
from tests.support.interface import seated
from tests.support.officeday import attacked
from tests.support.walk import digits, press
from tui.format import Line, fit, width
from tui.glyphs import SET, Font, written
from tui.language import Words, words
from tui.state import detail, home, table, why
from tui.widgets.glyphfilter import GlyphFilter

EN = words("en", UTC)


def _steers(text: str) -> set[str]:
    """The characters in it that could steer a terminal."""
    return {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


class _Shown(App[None]):
    """One widget and our filter."""

    def __init__(self, make: Callable[[], Widget], title: str = "") -> None:
        super().__init__()
        self._make = make
        self._glyphs = GlyphFilter(Font.ANY)
        self.title = title

    def compose(self) -> ComposeResult:
        yield self._make()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._glyphs]


def _data_table(value: object) -> Widget:
    shown: DataTable[object] = DataTable()
    shown.add_column("Subject")
    shown.add_row(value)
    return shown


def _rich_log() -> Widget:
    log = RichLog()
    log.write(Text(HOSTILE))
    return log


def _log() -> Widget:
    log = Log()
    log.write(HOSTILE)
    return log


WAYS: dict[str, Callable[[], Widget]] = {
    "table, text": lambda: _data_table(Text(HOSTILE)),
    "table, string": lambda: _data_table(HOSTILE),
    "static, markup": lambda: Static(HOSTILE),
    "static, no markup": lambda: Static(HOSTILE, markup=False),
    "content": lambda: Static(Content(HOSTILE)),
    "label": lambda: Label(Text(HOSTILE)),
    "input": lambda: Input(HOSTILE),
    "text area": lambda: TextArea(HOSTILE),
    "rich log": _rich_log,
    "log": _log,
    "title": Header,
    "notification": Static,
}


@pytest.mark.parametrize("way", WAYS)
async def test_none_of_twelve_ways_lets_mail_steer_the_terminal(way: str) -> None:
    app = _Shown(WAYS[way], HOSTILE)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        if way == "notification":
            app.notify(HOSTILE, markup=False)
        await pilot.pause(0.3)
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert _steers(text) == {"\n"}
        assert "pay" in text


def _rows(texts: Sequence[str]) -> list[Line]:
    """Every list and panel with foreign text in every place."""
    a, b, c, d = (texts[number % len(texts)] if texts else "" for number in range(4))
    reason = WeighedReason(a, 1.0, (("description", b), ("ip", c)))
    told = record(
        client_name=a,
        helo=b,
        reverse_path=c,
        subject=d,
        from_field=a,
        message_id=b,
        reply=c,
        dispositions=(Disposition(d, "quarantine", "quarantined", a, b, (reason,), reason, (c,)),) * 2,
        evidence=(Evidence(a, b, ((c, d),)), Evidence("spf", b)),
        timings=((a, 1.0),),
    )
    row = held(reverse_path=a, recipients=(b, c), from_field=d, subject=a, reasons=(b,))
    item, kept = views.summary(told, "en"), views.held_summary(row, told, 30, "en")
    detailed: MessageDetail = views.detail(told, "en")
    inside = HeldDetail(kept, views.reasons(views.held_reasons(row, told), 9, "en"), ((a, b), (c, d)), (a, b, c))
    trouble = home.ToDo("✗", "bad", a, b)
    return [
        fit(table.message_row(item, NOON, EN), 78),
        fit(table.held_row(kept, NOON, EN), 78),
        *why.why(views.explanation(told, "en"), 78, EN),
        *why.why_held(inside, 78, EN),
        *detail.message(detailed, 78, EN, technical=True),
        *detail.held(inside, NOON, 78, EN),
        home.to_do_row(trouble, 78, EN),
        *home.cure(trouble, 78, EN),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
def test_any_text_can_stand_in_every_list_and_panel(texts: list[str]) -> None:
    for row in _rows(texts):
        assert width(row) <= 78
        for piece in row:
            assert set(written(piece.text, Font.CONSOLE)) <= SET
            assert not _steers(written(piece.text, Font.ANY))


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_each_attack_of_the_corpus_can_stand_in_every_list_and_panel(text: str) -> None:
    for row in _rows([text]):
        assert width(row) <= 78
        assert not _steers("".join(written(piece.text, Font.ANY) for piece in row))


# Given a word that only we choose, from a list of our own.
OURS = frozenset({"newdomain.review"})


def _drawing() -> Iterator[tuple[str, Callable[..., Line | list[Line]]]]:
    """Every function of `tui.state` that makes lines, whatever screens there are."""
    for found in pkgutil.iter_modules(tui.state.__path__):
        module = importlib.import_module(f"tui.state.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_here = function.__module__ == module.__name__ and not name.startswith("_")
            if is_here and hints_of(function).get("return") in (Line, list[Line]):
                yield f"{found.name}.{name}", function


def _drawn(function: Callable[..., Line | list[Line]], texts: Sequence[str]) -> list[Line]:
    following = cycle(texts)
    known: dict[object, object] = {"cells": 78, "now": NOON}
    hints = hints_of(function)
    answer = hints.pop("return")
    values = {
        name: EN if kind is Words else known.get(name) or made(kind, lambda: next(following))
        for name, kind in hints.items()
    }
    drawn = function(**values)
    return [drawn] if answer == Line else list(drawn)  # type: ignore[list-item]  # as the hint says


def _harmless_in(texts: Sequence[str]) -> int:
    """Draws everything with these texts everywhere; how many functions that were."""
    count = 0
    for name, function in _drawing():
        if name in OURS:
            continue
        count += 1
        for row in _drawn(function, texts):
            assert width(fit(row, 78)) == 78, name
            shown = "".join(piece.text for piece in row)
            assert set(written(shown, Font.CONSOLE)) <= SET, name
            assert not _steers(written(shown, Font.ANY)), name
    return count


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_whatever_draws_lines_draws_any_text(texts: list[str]) -> None:
    assert _harmless_in(texts) > 20


def test_whatever_draws_lines_draws_every_attack_of_the_corpus() -> None:
    for number in range(0, len(CORPUS), 3):
        _harmless_in(CORPUS[number:] + CORPUS[:number])


async def test_attacks_end_at_every_screen_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_safe", lambda value: value)
    async with seated(tmp_path, attacked(), font=Font.ANY) as seat:
        for digit in digits():
            await press(seat, digit)
            for key in ("down", "down", "enter"):
                await press(seat, key)
                assert _steers(seat.text()) <= {"\n"}
            await press(seat, "escape", "escape")
        assert seat.app.fault is None


@pytest.mark.parametrize("font", [Font.CONSOLE, Font.ANY])
async def test_attacks_that_pass_the_protocol_end_at_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, font: Font
) -> None:
    # As if the other side had forgotten to make its texts safe.
    monkeypatch.setattr(protocol, "_safe", lambda value: value)
    sendable = [each.encode("utf-8", "replace").decode() for each in CORPUS]
    records = [
        record(number, code=f"A{number}", subject=each, from_field=each, reverse_path=each)
        for number, each in enumerate(sendable)
    ]
    rows = [
        held(number, code=f"A{number}", subject=each, from_field=each, reverse_path=each, recipients=(each,))
        for number, each in enumerate(sendable)
    ]
    async with seated(tmp_path, FakeDesk(records=records, held_rows=rows), font=font) as seat:
        for screen in ("2", "3"):
            await press(seat, screen)
            for _ in sendable:
                await press(seat, "down")
                assert _steers(seat.text()) == {"\n"}
            await press(seat, "enter")
            assert _steers(seat.text()) == {"\n"}
            await press(seat, "r", "escape", "d", "escape", "escape")
        assert seat.app.fault is None


async def test_a_subject_of_markup_is_shown_as_it_was_written(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(subject="[/nope] promo [bold]x")])
    async with seated(tmp_path, desk) as seat:
        await seat.press("2", "down")
        assert seat.text().count("[/nope] promo [bold]x") == 2


async def test_troubles_with_foreign_causes_are_text_too(tmp_path: Path) -> None:
    desk = FakeDesk()
    desk.state = type(desk.state)(
        **{name: getattr(desk.state, name) for name in desk.state.__dataclass_fields__ if name not in ("troubles",)},
        troubles=(Trouble("[/nope] says the server", "[bold]ask it"),),
    )
    async with seated(tmp_path, desk) as seat:
        assert "[/nope] says the server" in seat.text()
        await seat.press("enter")
        assert "[bold]ask it" in seat.text()
