from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from gateway.control.values import (
    AntivirusStatus,
    Counts,
    LaneStatus,
    ListenerStatus,
    PartStatus,
    RspamdStatus,
    Trouble,
)
from gateway.control.workvalues import BypassStatus, QueueStatus, Waiting
from tests.support.control import NOON, STATUS
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import home

EN, FR = words("en", UTC), words("fr", UTC)
AWAY = LaneStatus("backend:exchange", "away", "connection refused", NOON - timedelta(minutes=5))


def _text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


def test_each_link_of_the_chain_has_a_line() -> None:
    assert _text(home.chain(STATUS, NOON, 60, EN)).splitlines() == [
        " ✓ Reception   listens on 0.0.0.0:25               18 today",
        " ✓ Analysis    last scan 0 s ago                 rspamd 3.8",
        " ✓ Delivery    exchange answers                     for 0 s",
    ]


def test_the_broken_link_is_named_with_its_cause() -> None:
    broken = replace(
        STATUS,
        listeners=(ListenerStatus("internet", "0.0.0.0:25", "inbound", "failed", "in use"),),
        rspamd=RspamdStatus("down", "refused"),
        lanes=(*STATUS.lanes, AWAY),
    )
    text = _text(home.chain(broken, NOON, 78, EN))
    assert "✗ Reception   0.0.0.0:25: in use" in text
    assert "✗ Analysis    rspamd is away" in text
    assert text.index("exchange is away: connection refused") < text.index("exchange answers")


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"listeners": ()}, "listens nowhere"),
        ({"dns": PartStatus("dns", "down")}, "DNS is away"),
        ({"antivirus": AntivirusStatus("down", "no socket")}, "clamd is away"),
        ({"rspamd": RspamdStatus("unknown")}, "no scan yet"),
        ({"bypass": BypassStatus(True, "anna")}, "the filter is off"),
        ({"lanes": ()}, "no server is set"),
        ({"lanes": (LaneStatus("mx:a.example", "unknown"),)}, "○ Sending     a.example: no mail yet"),
        ({"lanes": (LaneStatus("backend:x", "sick"),)}, "x refuses us"),
        ({"lanes": (LaneStatus("backend:x", "up"),) * 4}, "and 2 more servers"),
    ],
)
def test_every_state_has_its_words(changed: dict[str, object], text: str) -> None:
    assert text in _text(home.chain(replace(STATUS, **changed), NOON, 78, EN))  # type: ignore[arg-type]  # fields of Status


def test_messages_are_counted_by_the_hour_of_this_day() -> None:
    times = [NOON, NOON - timedelta(minutes=1), NOON - timedelta(hours=13), NOON + timedelta(hours=1)]
    assert home.hours(times, NOON, EN) == (*[0] * 11, 1, 1)


def test_the_chart_names_its_hours_and_its_highest() -> None:
    rows = _text(home.hour_chart((0, 1, 8), 4, 51, FR)).splitlines()
    assert rows[3].rstrip() == "   ▄▄██"
    assert rows[4] == " 0h          6h          12h         18h      max 8"


def test_verdicts_are_bars_with_numbers() -> None:
    many = replace(STATUS, today=Counts(accept=12_000, mark=1, reject=1, refused=2))
    rows = _text(home.verdicts(many, 25, FR)).splitlines()
    assert rows[0] == " ✓ livré    12 000 ████"
    assert rows[3] == " ✗ refusé        3"


def test_what_stops_mail_comes_first_and_held_mail_last() -> None:
    status = replace(
        STATUS,
        troubles=(Trouble("Clock.", "Set it."), Trouble("DNS.", "Mend it.", stops_mail=True)),
        queue=QueueStatus(1, waiting=(Waiting("backend:x", "queued", 1, NOON, "away", "One waits for x."),)),
    )
    items = home.to_do(status, EN)
    assert [each.text for each in items] == ["DNS.", "Clock.", "One waits for x.", "2 messages are held"]
    assert items[-1].leads_to == "quarantine"
    assert "Mend it." in _text(home.cure(items[0], 60, EN))
    assert "by itself" in _text(home.cure(items[2], 60, EN))
    assert home.to_do_row(items[0], 40, FR)[-1].text == " Que faire "


def test_nothing_to_do_is_said_unless_nobody_knows() -> None:
    assert _text([home.to_do_empty(True, EN)]) == "  Nothing to do. Mail flows."
    assert "away" in _text([home.to_do_empty(False, EN)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_cut_at_80_columns(language: Language) -> None:
    say = words(language, UTC)
    rows = [*home.chain(STATUS, NOON, 78, say), *home.machine(STATUS, NOON + timedelta(days=400), 78, say)]
    assert "…" not in _text(rows)
    assert all(width(row) <= 78 for row in rows)
    assert all(width(row) <= 25 for row in home.verdicts(STATUS, 25, say))
