from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from gateway.control.values import QuarantineStatus, Trouble
from gateway.control.workvalues import QueueStatus
from tests.support.control import NOON, STATUS
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state.frame import TABS, Frame, LinkState, connection, tabs, title

EN, FR = words("en", UTC), words("fr", UTC)
TROUBLE = Trouble("The DNS is away.", "Look at it.")
BAD = replace(STATUS, mail_flows=False, troubles=(replace(TROUBLE, stops_mail=True), TROUBLE))


def _text(pieces: Line) -> str:
    return "".join(piece.text for piece in pieces)


def test_the_title_says_in_words_how_mail_fares() -> None:
    up = LinkState(is_up=True)
    assert "✓ Mail OK" in _text(title(Frame(STATUS, up), NOON, 80, EN))
    assert "⚠ Courrier OK" in _text(title(Frame(replace(STATUS, troubles=(TROUBLE,)), up), NOON, 80, FR))
    assert "✗ Mail does not flow" in _text(title(Frame(BAD, up), NOON, 80, EN))
    assert "○ connecting" in _text(title(Frame(), NOON, 80, EN))
    assert "✗ Passerelle absente" in _text(title(Frame(STATUS, LinkState(why="gone")), NOON, 80, FR))


def test_it_is_an_alarm_when_mail_does_not_flow_or_nobody_knows() -> None:
    assert Frame(BAD).is_alarm
    assert Frame(STATUS, LinkState(why="gone")).is_alarm
    assert not Frame(STATUS).is_alarm
    assert not Frame().is_alarm


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_numbers_fit_80_columns(language: Language) -> None:
    many = replace(
        BAD,
        hostname="a-very-long-host-name.office.example",
        queue=QueueStatus(entries=9_999),
        quarantine=QuarantineStatus(items=9_999),
        troubles=(TROUBLE,) * 9,
    )
    shown = _text(title(Frame(many, LinkState(is_up=True)), NOON, 80, words(language, UTC)))
    assert width(title(Frame(many), NOON, 80, words(language, UTC))) == 80
    assert shown.endswith(" 12:00 ")
    assert "…" not in shown[9:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tabs_fit_and_the_current_one_is_marked(language: Language) -> None:
    shown = tabs("messages", words(language))
    assert width(shown) <= 80
    assert [piece.tone for piece in shown if piece.text.strip()] == ["muted", "pick", *["muted"] * (len(TABS) - 2)]


def test_a_wide_window_shows_the_day() -> None:
    assert "Tue 24 Nov 12:00" in _text(title(Frame(STATUS), NOON, 100, EN))


def test_the_lost_connection_says_when_it_is_tried_again() -> None:
    link = LinkState(why="The gateway is away.", again_at=NOON + timedelta(seconds=5))
    assert _text(connection(link, NOON, EN)) == " The gateway is away.  next try in 5 s"
    assert _text(connection(link, NOON + timedelta(seconds=9), EN)).endswith("trying again")
    assert connection(LinkState(is_up=True), NOON, EN) == ()
