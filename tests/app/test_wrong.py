from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.app.wrong import conditions
from gateway.control.health import assess
from gateway.control.healthvalues import CertificateView
from gateway.control.values import LaneStatus, PartStatus, RspamdStatus, Status
from gateway.control.workvalues import BypassStatus, DomainStatus, QueueStatus, StorageStatus
from gateway.core.alarms import Condition
from tests.support.control import NOON, STATUS

PAPER = CertificateView("mx", "/x/mx.pem", ("internet",), ("mx.office.example",), "CN=R11", NOON, 62)


def wrong(status: Status, *papers: CertificateView, language: str = "en") -> list[Condition]:
    return list(conditions(assess(status, language), papers, 15, language))


def test_a_sound_gateway_has_nothing_to_tell() -> None:
    assert wrong(STATUS, PAPER) == []


def test_a_server_that_is_away_waits_as_long_as_the_settings_say_and_stops_mail_when_it_is_the_only_one() -> None:
    away = LaneStatus("backend:exchange", "away", "connection refused")
    (only,) = wrong(replace(STATUS, lanes=(away,)))
    assert (only.key, only.family, only.is_urgent, only.patience_seconds) == ("lane:exchange", "flow", True, 900)
    assert "connection refused" in only.what
    up = LaneStatus("backend:other", "up")
    (one_of_two,) = wrong(replace(STATUS, lanes=(away, up)))
    assert (one_of_two.family, one_of_two.is_urgent) == ("server", False)


def test_a_server_that_first_is_away_and_then_refuses_us_is_in_one_trouble() -> None:
    lanes = (LaneStatus("backend:exchange", state) for state in ("away", "sick"))
    away, sick = (wrong(replace(STATUS, lanes=(each,)))[0].key for each in lanes)
    assert away == sick


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (replace(STATUS, rspamd=RspamdStatus("down", "no answer")), "parts"),
        (replace(STATUS, rspamd=RspamdStatus("down", "no answer", puts_off=True)), "flow"),
        (replace(STATUS, redis=PartStatus("redis", "down")), "parts"),
        (replace(STATUS, dns=PartStatus("dns", "down")), "parts"),
        (replace(STATUS, disk=PartStatus("disk", "down", "full")), "flow"),
        (replace(STATUS, storage=StorageStatus(free_octets=5, total_octets=100)), "disk"),
        (replace(STATUS, queue=QueueStatus(size_octets=95, limit_octets=100)), "disk"),
        (replace(STATUS, antivirus=replace(STATUS.antivirus, state="up", stale_days=9)), "virus"),
        (replace(STATUS, recipients=(DomainStatus("office.example", "directory-held", 3),)), "recipients"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_trouble_has_its_family(status: Status, family: str, language: str) -> None:
    (found,) = wrong(status, language=language)
    assert found.family == family
    assert found.is_urgent is (family == "flow")
    assert found.what
    assert found.cure


def test_what_somebody_chose_and_what_our_own_letters_may_cause_is_not_told() -> None:
    chosen = replace(
        STATUS,
        bypass=BypassStatus(True, "anna", datetime(2026, 11, 24, 13, tzinfo=UTC)),
        recipients=(DomainStatus("office.example", "learning", 3),),
        queue=QueueStatus(dead=2),
        clock=PartStatus("clock", "down", "it leapt"),
    )
    assert wrong(chosen) == []


@pytest.mark.parametrize(
    ("days", "stage"),
    [(31, None), (30, 30), (15, 30), (14, 14), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, 0)],
)
def test_a_certificate_has_steps(days: int, stage: int | None) -> None:
    found = wrong(STATUS, replace(PAPER, days_left=days))
    assert [each.stage for each in found] == ([] if stage is None else [stage])
    assert all(each.key == "certificate:mx" for each in found)


def test_a_certificate_that_cant_be_read_is_told_with_its_file() -> None:
    (found,) = wrong(STATUS, CertificateView("mx", "/x/mx.pem", ("internet",), cause="no such file"))
    assert "no such file" in found.what
    assert "/x/mx.pem" in found.cure
