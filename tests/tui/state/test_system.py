from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.control.values import LaneStatus, ListenerStatus
from gateway.control.workvalues import BypassStatus, SessionView
from tests.support.control import NOON
from tests.support.office import OFFICE
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import system

EN = words("en")
SICK = replace(
    OFFICE,
    lanes=(LaneStatus("backend:exchange", "away", "connection refused", NOON), LaneStatus("direct", "unknown")),
    listeners=(ListenerStatus("internet", "0.0.0.0:25", "inbound", "failed", "address in use"),),
)


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_fits_and_is_explained(language: Language) -> None:
    say = words(language)
    for each in system.ENTRIES:
        assert width(system.entry_row(each, SICK, NOON, 78, say)) == 78
        assert all(width(row) <= 76 for row in system.about(each, 76, say))
    for rows in (
        system.services(SICK, NOON, 76, say),
        system.storage(SICK, 76, say),
        system.paused(SICK, NOON, 76, say),
    ):
        assert all(width(row) <= 76 for row in rows)


def test_what_fails_stands_first_with_its_cause_and_since_when() -> None:
    lines = text(system.services(SICK, NOON + timedelta(minutes=3), 60, EN)).splitlines()
    assert lines[0].startswith("✗ Reception 0.0.0.0:25")
    assert lines[0].endswith("failed")
    assert lines[1].strip() == "address in use"
    assert lines[2].startswith("✗ Server exchange")
    assert lines[2].endswith("away, 3 min ago")
    assert lines[3].strip() == "connection refused"
    assert lines[-1].strip().startswith("Poterne 0.1.0 runs since")


def test_the_list_says_at_the_right_what_matters() -> None:
    def aside(name: str, status: object) -> str:
        entry = next(each for each in system.ENTRIES if each.name == name)
        return text([system.entry_row(entry, status, NOON, 60, EN)])  # type: ignore[arg-type]  # a status or None

    assert aside("services", OFFICE).endswith("✓ all work")
    assert aside("services", SICK).endswith("✗ 2 do not work")
    assert aside("storage", OFFICE).endswith("6.4 GB free")
    assert aside("services", None).endswith(" ")
    assert aside("bypass", replace(OFFICE, bypass=BypassStatus(True, "anna", NOON))).endswith("⚠ until 12:00")


def test_room_is_told_as_a_bar_with_numbers() -> None:
    lines = text(system.storage(OFFICE, 70, EN)).splitlines()
    assert "412.0 MB of 2.1 GB" in lines[0]
    assert lines[1].endswith("30 days")
    assert "9.6 GB of 16.0 GB" in lines[3]
    assert lines[0].count("█") == 3
    nothing = text(system.storage(replace(OFFICE, storage=type(OFFICE.storage)()), 70, EN))
    assert "0 B" in nothing


def test_a_pause_says_who_and_until_when() -> None:
    on = replace(OFFICE, bypass=BypassStatus(True, "anna", NOON))
    assert "UNFILTERED until 12:00; anna" in text(system.paused(on, NOON, 70, EN))
    assert "Mail is filtered." in text(system.paused(OFFICE, NOON, 70, EN))
    assert [system.pause_label(each, EN) for each in system.PAUSES] == ["30 min", "1 h", "2 h", "4 h", "8 h", "24 h"]


def test_forgetting_says_where_the_address_still_stands() -> None:
    assert system.forgotten(3, 0, 0, 0, EN) == ("Taken out of 3 records.", "ok")
    assert system.forgotten(1, 2, 1, 1, EN) == (
        "Taken out of 1 record. It still stands in: 2 held messages, 1 waiting message, 1 rule.", "warn",
    )  # fmt: skip


def test_who_else_has_the_interface_open_stands_below_the_services() -> None:
    status = replace(SICK, sessions=(SessionView("claire", 1, NOON),))
    assert "Also here: claire since" in text(system.services(status, NOON, 76, EN))
