from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.control.healthvalues import CertificateView, DnsCheck, DnsChecked, DnsItem, DnsServerView
from gateway.control.values import AntivirusStatus, LaneStatus, ListenerStatus, RspamdStatus, Trouble
from gateway.control.workvalues import QueueStatus
from tests.support.control import NOON, STATUS
from tests.support.healthdesk import CERTIFICATE
from tui.format import Line, width
from tui.language import words
from tui.state.health import HealthRow, life, panel, plain, row, rows, summary, urgent_first

EN, FR = words("en"), words("fr")
RECORD = DnsItem("spf", "bad", "no SPF", "Publish this.", "office.example", "TXT", "v=spf1 mx -all")
DNS = DnsChecked((DnsCheck("office.example", (RECORD,)),), (DnsServerView("127.0.0.1:53", False, "timed out"),), NOON)


def text(lines: list[Line] | tuple[Line, ...]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


def named(found: tuple[HealthRow, ...], key: str) -> HealthRow:
    return next(each for each in found if each.key.startswith(key))


def test_every_part_of_the_state_has_its_row_and_a_meaning() -> None:
    found = rows(STATUS, (CERTIFICATE,), DNS, NOON, EN)
    keys = [each.key.partition(":")[0] for each in found]
    assert keys[:8] == ["listener", "backend", "rspamd", "redis", "clamd", "worker", "dns", "clock"]
    assert {"disk", "room", "paper", "server"} <= set(keys)
    assert all(each.meaning for each in found)
    assert rows(None, (), None, NOON, EN) == ()


@pytest.mark.parametrize(
    ("changes", "key", "state"),
    [
        ({"listeners": (ListenerStatus("internet", "0.0.0.0:25", "inbound", "failed", "in use"),)}, "listener", "bad"),
        ({"listeners": ()}, "listeners", "bad"),
        ({"lanes": (LaneStatus("backend:x", "sick", "550 no"),)}, "backend:x", "bad"),
        ({"lanes": (LaneStatus("smart_host:x", "unknown"),)}, "smart_host:x", "unknown"),
        ({"rspamd": RspamdStatus("slow", "4 s")}, "rspamd", "weak"),
        ({"antivirus": AntivirusStatus()}, "clamd", "off"),
        ({"antivirus": AntivirusStatus("up", stale_days=8)}, "clamd", "weak"),
        ({"queue": QueueStatus(size_octets=95, limit_octets=100)}, "room:queue", "weak"),
        ({"queue": QueueStatus(damaged=2)}, "damaged", "weak"),
    ],
)
def test_a_part_that_is_not_well_says_so(changes: dict[str, object], key: str, state: str) -> None:
    found = named(rows(replace(STATUS, **changes), (), None, NOON, EN), key)  # type: ignore[arg-type]  # by name
    assert found.state == state


def test_the_cure_is_the_gateways_own() -> None:
    troubles = (Trouble("Away.", "See that it runs.", key="lane-away", about="exchange"),)
    lanes = (LaneStatus("backend:exchange", "away", "refused"), LaneStatus("backend:other", "away", "refused"))
    found = rows(replace(STATUS, lanes=lanes, troubles=troubles), (), None, NOON, EN)
    assert named(found, "backend:exchange").cure == "See that it runs."
    assert named(found, "backend:other").cure == ""


def test_the_worst_come_first_and_the_summary_counts_them() -> None:
    found = urgent_first(rows(STATUS, (), DNS, NOON, EN))
    assert [each.state for each in found][:2] == ["bad", "bad"]
    assert "need you" in text([summary(found, NOON, 80, EN)])
    well = tuple(each for each in found if each.state == "ok")
    assert "are well" in text([summary(well, None, 80, EN)])
    assert width(summary(found, NOON, 80, FR)) == 80


@pytest.mark.parametrize(("days", "state"), [(62, "ok"), (30, "weak"), (0, "weak"), (-1, "bad")])
def test_a_certificate_is_judged_by_its_days(days: int, state: str) -> None:
    (found,) = rows(None, (replace(CERTIFICATE, days_left=days),), None, NOON, EN)
    assert found.state == state
    assert "│" in found.now


def test_a_certificate_that_cant_be_read_or_is_ones_own_says_so() -> None:
    unread = CertificateView("mx", "/x/mx.pem", ("internet",), cause="no such file")
    (found,) = rows(None, (unread,), None, NOON, EN)
    assert (found.state, found.now) == ("bad", "no such file")
    (own,) = rows(None, (replace(CERTIFICATE, is_self_signed=True),), None, NOON, EN)
    assert "Self-signed" in own.meaning


def test_the_bar_has_its_mark_at_thirty_days() -> None:
    assert life(0).index("│") == life(90).index("│") == 4
    assert life(90).count("█") == 12
    assert life(-5).count("█") == 0


def test_the_panel_shows_the_record_whole_and_so_does_the_plain_page() -> None:
    found = named(rows(None, (), DNS, NOON, EN), "dns:")
    shown = text(panel(found, 60, EN))
    for part in ("no SPF", "Publish this.", "office.example", "TXT", "v=spf1 mx -all", "c copies"):
        assert part in shown
    assert plain(found, EN).splitlines()[-1] == "Value: v=spf1 mx -all"
    assert len(row(found, FR)) == 3
