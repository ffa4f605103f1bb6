"""Does mail flow?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.control.health import assess
from gateway.control.values import (
    AntivirusStatus,
    LaneStatus,
    ListenerStatus,
    PartStatus,
    QuarantineStatus,
    RspamdStatus,
    Trouble,
    WorkerStatus,
)
from gateway.control.workvalues import BypassStatus, DomainStatus, QueueStatus, ZoneStatus
from tests.support.control import NOON, STATUS


def test_all_well_is_no_trouble() -> None:
    assert assess(STATUS, "en") == STATUS


def test_a_gateway_that_listens_nowhere_gets_no_mail() -> None:
    taken = ListenerStatus("internet", "0.0.0.0:25", "inbound", "failed", "in use")
    state = assess(replace(STATUS, listeners=(taken,)), "en")
    assert not state.mail_flows
    assert state.troubles[0].what == "The gateway listens nowhere, so no mail comes in."
    assert state.troubles[1].what == "Nothing listens on 0.0.0.0:25 (in use)."


@pytest.mark.parametrize(("other", "flows"), [("up", True), ("unknown", True), ("sick", False)])
def test_mail_flows_while_any_next_hop_takes_it(other: str, flows: bool) -> None:
    lanes = (LaneStatus("backend:a", "away", "connection refused"), LaneStatus("backend:b", other))
    state = assess(replace(STATUS, lanes=lanes), "en")
    assert state.mail_flows is flows
    assert "behind a does not answer (connection refused)" in state.troubles[0].what


@pytest.mark.parametrize("language", ["en", "fr"])
def test_mail_does_not_flow_while_a_missing_scanner_puts_all_of_it_off(language: str) -> None:
    state = assess(replace(STATUS, rspamd=RspamdStatus("down", "no socket", puts_off=True)), language)
    assert not state.mail_flows
    (trouble,) = state.troubles
    assert "all mail is put off" in trouble.what or "tout le courrier est différé" in trouble.what


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_full_disk_puts_mail_off(language: str) -> None:
    state = assess(replace(STATUS, disk=PartStatus("disk", "down", "0 octets are left")), language)
    assert not state.mail_flows
    assert "0 octets are left" in state.troubles[0].what


def test_a_virus_scanner_that_is_away_stops_mail_only_while_it_is_put_off() -> None:
    state = assess(replace(STATUS, antivirus=AntivirusStatus("down", "no socket", puts_off=True)), "en")
    assert not state.mail_flows
    assert "all mail is put off" in state.troubles[0].what


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"rspamd": RspamdStatus("down", "no socket")}, "spam scanner"),
        ({"rspamd": RspamdStatus("slow", "a scan lasts")}, "is slow"),
        ({"redis": PartStatus("redis", "down", "no answer")}, "Redis"),
        ({"dns": PartStatus("dns", "down", "SERVFAIL")}, "looked up"),
        ({"clock": PartStatus("clock", "down", "a leap")}, "in doubt"),
        ({"worker": WorkerStatus("down", "it died")}, "Attachments"),
        ({"antivirus": AntivirusStatus("down", "no socket")}, "virus scanner"),
        ({"antivirus": AntivirusStatus("up", stale_days=9)}, "9 days old"),
        ({"quarantine": QuarantineStatus(1, 95, 100)}, "95 %"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_hinders_is_said_and_does_not_stop_mail(change: dict[str, object], word: str, language: str) -> None:
    state = assess(replace(STATUS, **change), language)  # type: ignore[arg-type]  # a test names fields of the status
    assert state.mail_flows
    (trouble,) = state.troubles
    assert trouble.cure
    assert word in trouble.what or language == "fr"
    assert "{" not in trouble.what + trouble.cure


def test_troubles_that_stop_mail_come_first() -> None:
    clock = Trouble("The clock is not set.", "Give it a time server.")
    stopped = Trouble("The card is read-only.", "Replace it.", stops_mail=True)
    state = assess(replace(STATUS, troubles=(clock, stopped)), "en")
    assert state.troubles == (stopped, clock)
    assert not state.mail_flows


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bypass": BypassStatus(True, "anna", NOON)}, "The filter is OFF until 2026-11-24 12:00 UTC"),
        ({"recipients": (DomainStatus("office.example", "unverifying"),)}, "says yes to every recipient"),
        ({"recipients": (DomainStatus("office.example", "unverified"),)}, "are not verified"),
        ({"recipients": (DomainStatus("office.example", "unavailable"),)}, "Nobody can be asked"),
        ({"zones": (ZoneStatus("bl.example", 4, "silent", "no answer"),)}, "not used for IPv4 (no answer)"),
        ({"queue": QueueStatus(dead=2)}, "Dead letters: 2."),
        ({"queue": QueueStatus(damaged=3)}, "set aside: 3."),
    ],
)
def test_what_an_admin_must_know_is_said_with_its_cure_and_stops_no_mail(changes: dict[str, Any], words: str) -> None:
    state = assess(replace(STATUS, **changes), "en")
    (trouble,) = state.troubles
    assert words in trouble.what
    assert trouble.cure
    assert state.mail_flows
    assert assess(replace(STATUS, **changes), "fr").troubles[0].what != trouble.what


def test_what_works_or_waits_is_no_trouble() -> None:
    well = replace(
        STATUS,
        recipients=(DomainStatus("office.example", "verifying"), DomainStatus("shop.example", "untested")),
        zones=(ZoneStatus("bl.example", 4, "usable"),),
        queue=QueueStatus(entries=12),
    )
    assert assess(well, "en").troubles == ()


def test_a_provider_that_is_away_is_a_trouble_and_mail_still_flows_in() -> None:
    lanes = (LaneStatus("backend:a", "up"), LaneStatus("smart_host:provider", "sick", "535 5.7.8"))
    state = assess(replace(STATUS, lanes=lanes), "en")
    assert state.mail_flows
    assert "behind provider refuses the gateway itself (535 5.7.8)" in state.troubles[0].what


def test_a_provider_that_is_up_does_not_hide_that_no_server_takes_mail() -> None:
    lanes = (LaneStatus("backend:a", "away", "gone"), LaneStatus("smart_host:provider", "up"))
    assert not assess(replace(STATUS, lanes=lanes), "en").mail_flows


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (DomainStatus("office.example", "learning", 37, NOON), ("37", "2026-11-24", "poterne recipients import")),
        (DomainStatus("office.example", "learning", 0, None), ("0", "poterne recipients import")),
        (DomainStatus("office.example", "directory-away", 37, cause="refused"), ("37", "refused", "recipients sync")),
        (DomainStatus("office.example", "directory-held", 37, cause="3 of 10"), ("3 of 10", "--accept-loss")),
    ],
)
def test_how_recipients_are_learned_or_read_is_said_loudly_in_both_languages(
    domain: DomainStatus, words: tuple[str, ...]
) -> None:
    english, french = (assess(replace(STATUS, recipients=(domain,)), language).troubles[0] for language in ("en", "fr"))
    assert english.what != french.what
    for each in (english, french):
        assert all(word in f"{each.what} {each.cure}" for word in words)
        assert "office.example" in each.what
