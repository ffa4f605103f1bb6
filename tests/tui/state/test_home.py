from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from gateway.control.statsvalues import DelayView, HourView, Stats
from gateway.control.values import (
    AntivirusStatus,
    Counts,
    HeldSummary,
    LaneStatus,
    ListenerStatus,
    PartStatus,
    RspamdStatus,
    Trouble,
)
from gateway.control.workvalues import BypassStatus, QueueStatus, StorageStatus, Waiting
from tests.support.control import NOON, STATUS
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import home

EN, FR = words("en", UTC), words("fr", UTC)
HOURS = (HourView(NOON - timedelta(days=7), accept=4), HourView(NOON, accept=9))
STATS = Stats(NOON, NOON - timedelta(hours=23), 1, HOURS, (), (DelayView(NOON, 0.5, 2.0),), (), (), 6.0, 9.0, 15.0)
HELD = HeldSummary("F7K2Q", NOON, "a@b.example", "", ("c@d.example",), 1, "", 9.5, "", 1, False, NOON)
AWAY = LaneStatus("backend:exchange", "away", "connection refused", NOON - timedelta(minutes=5))


def _text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


def test_each_link_of_the_chain_has_a_line() -> None:
    assert _text(home.chain(STATUS, home.Today(), NOON, 60, EN)).splitlines() == [
        " ✓ Reception   no mail seen yet          listens on port 25",
        " ✓ Analysis    last scan 0 s ago                 rspamd 3.8",
        " ✓ Delivery    exchange answers",
    ]
    lane = replace(STATUS.lanes[0], delivered=NOON - timedelta(minutes=3), is_encrypted=True)
    today = home.Today(STATS, NOON - timedelta(seconds=12))
    assert _text(home.chain(replace(STATUS, lanes=(lane,)), today, NOON, 64, EN)).splitlines() == [
        " ✓ Reception   last mail came 12 s ago       listens on port 25",
        " ✓ Analysis    half of the mail within 0.5 s         rspamd 3.8",
        " ✓ Delivery    exchange took mail 3 min ago                 TLS",
    ]


def test_what_waits_on_the_way_out_is_a_link_of_its_own() -> None:
    waits = Waiting("domain:client.example", "queued", 1, NOON, "away", "1 waits for mx.client.example: away")
    status = replace(STATUS, queue=QueueStatus(1, waiting=(waits,)))
    assert "○ Sending     1 waits for mx.client.example: away" in _text(home.chain(status, home.Today(), NOON, 78, EN))


def test_the_broken_link_is_named_with_its_cause() -> None:
    broken = replace(
        STATUS,
        listeners=(ListenerStatus("internet", "0.0.0.0:25", "inbound", "failed", "in use"),),
        rspamd=RspamdStatus("down", "refused"),
        lanes=(*STATUS.lanes, AWAY),
    )
    text = _text(home.chain(broken, home.Today(), NOON, 78, EN))
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
        ({"rspamd": RspamdStatus("slow", "2 s a message")}, "⚠ Analysis    rspamd is slow"),
        ({"bypass": BypassStatus(True, "anna")}, "the filter is off"),
        ({"lanes": ()}, "no server is set"),
        ({"lanes": (LaneStatus("mx:a.example", "unknown"),)}, "○ Sending     a.example: no mail yet"),
        ({"lanes": (LaneStatus("backend:x", "sick"),)}, "x refuses us"),
        ({"lanes": (LaneStatus("backend:x", "up"),) * 4}, "and 2 more servers"),
    ],
)
def test_every_state_has_its_words(changed: dict[str, object], text: str) -> None:
    status = replace(STATUS, **changed)  # type: ignore[arg-type]  # fields of Status
    assert text in _text(home.chain(status, home.Today(), NOON, 78, EN))


def test_the_chart_stands_over_the_usual_day_and_says_both_in_numbers() -> None:
    rows = _text(home.chart(home.Today(STATS), 3, 51, FR)).splitlines()
    assert rows[-2] == " 0h          6h          12h         18h"
    assert rows[-1] == " 9 ce jour, usuel 4"
    assert "██" in rows[2]
    assert home.chart(home.Today(), 3, 51, EN) == []


def test_on_the_first_day_the_chart_says_how_to_see_mail() -> None:
    told = _text(home.chart(home.Today(replace(STATS, hours=())), 3, 51, EN))
    assert "No mail seen yet. t sends a test" in told


def test_mail_that_comes_counts_at_once_in_its_hour() -> None:
    today = home.Today(STATS).arrived(NOON + timedelta(minutes=5)).arrived(NOON + timedelta(hours=1))
    assert today.stats is not None
    assert [(each.time, each.accept) for each in today.stats.hours[-2:]] == [(NOON, 10), (NOON + timedelta(hours=1), 1)]
    assert today.newest == NOON + timedelta(hours=1)
    assert home.Today().arrived(NOON).newest == NOON


def test_numbers_that_may_be_of_another_day_are_old() -> None:
    assert home.Today().is_old(NOON)
    assert not home.Today(STATS).is_old(NOON)
    assert home.Today(STATS).is_old(NOON + timedelta(minutes=6))


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
    items = home.to_do(status, home.Today(), EN)
    assert [each.text for each in items] == ["DNS.", "Clock.", "One waits for x.", "2 messages are held"]
    assert items[-1].leads_to == "quarantine"
    assert "Mend it." in _text(home.cure(items[0], 60, EN))
    assert "by itself" in _text(home.cure(items[2], 60, EN))
    assert home.to_do_row(items[0], 40, FR)[-1].text == " Que faire "


@pytest.mark.parametrize(
    ("key", "screen"),
    [("lane-away", "domains"), ("unverifying", "domains"), ("dead", "queue"), ("zone", "health"), ("rspamd", "")],
)
def test_a_trouble_leads_to_the_screen_that_cures_it(key: str, screen: str) -> None:
    status = replace(STATUS, troubles=(Trouble("It is away.", "Mend it.", key=key, about="exchange"),))
    item = home.to_do(status, home.Today(), EN)[0]
    assert (item.leads_to, item.about) == (screen, "exchange")
    assert item.sign == ("✗" if key == "lane-away" else "⚠")


def test_held_mail_that_is_likely_wanted_is_counted() -> None:
    rows = tuple(replace(HELD, likely=word) for word in ("wanted", "unsure", "wanted"))
    item = home.to_do(STATUS, home.Today(held=rows), EN)[-1]
    assert item.text == "2 messages are held, 2 of them likely wanted"


def test_what_everybody_got_or_was_refused_is_not_wanted_any_more() -> None:
    wanted = replace(HELD, likely="wanted", recipients=("a@b.example", "c@b.example"))
    rows = (
        replace(wanted, released_to=("a@b.example",)),
        replace(wanted, released_to=("a@b.example", "c@b.example")),
        replace(wanted, is_copy=True),
    )
    item = home.to_do(STATUS, home.Today(held=rows), EN)[-1]
    assert item.text == "2 messages are held, 1 of them likely wanted"


def test_nothing_to_do_is_said_unless_nobody_knows() -> None:
    assert _text([home.to_do_empty(True, EN)]) == "  Nothing to do. Mail flows."
    assert "away" in _text([home.to_do_empty(False, EN)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_cut_at_80_columns(language: Language) -> None:
    say = words(language, UTC)
    rows = [
        *home.chain(STATUS, home.Today(STATS, NOON), NOON, 78, say),
        *home.machine(STATUS, NOON + timedelta(days=400), 78, say),
    ]
    assert "…" not in _text(rows)
    assert all(width(row) <= 78 for row in rows)
    assert all(width(row) <= 25 for row in home.verdicts(STATUS, 25, say))


def test_the_gateways_line_leaves_out_whole_facts_where_room_is_short() -> None:
    status = replace(STATUS, storage=StorageStatus(free_octets=66, total_octets=100))
    (wide,), (narrow,) = (home.machine(status, NOON, cells, words("fr", UTC)) for cells in (120, 60))
    assert "version" in "".join(piece.text for piece in wide)
    short = "".join(piece.text for piece in narrow)
    assert ("…" in short, "version" in short, "disque 34 %" in short) == (False, False, True)
