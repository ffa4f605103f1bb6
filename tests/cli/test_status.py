"""Does mail flow, in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.values import AntivirusStatus, LaneStatus, RspamdStatus
from gateway.control.workvalues import DomainStatus, QueueStatus, ZoneStatus
from tests.support.command import poterne
from tests.support.control import STATUS, FakeDesk, gateway_in_thread
from tests.support.work import FakeWork, cause

AWAY = replace(STATUS, lanes=(LaneStatus("backend:exchange", "away", "connection refused"),))
SCANNERLESS = replace(STATUS, rspamd=RspamdStatus("down", "no socket"))


@pytest.mark.parametrize(
    ("state", "headline", "check"),
    [(STATUS, "Mail flows.", 0), (SCANNERLESS, "Mail flows. But:", 0), (AWAY, "Mail does not flow.", 1)],
)
def test_the_first_line_and_the_exit_code_say_it(tmp_path: Path, state: object, headline: str, check: int) -> None:
    with gateway_in_thread(tmp_path, FakeDesk(state=state)) as gateway:  # type: ignore[arg-type]  # a Status
        plain = poterne("status", "--socket", str(gateway.path))
        checking = poterne("status", "--check", "--socket", str(gateway.path))
    assert plain.lines[0] == headline
    assert (plain.code, checking.code) == (0, check)


def test_what_is_wrong_comes_with_what_to_do(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk(state=SCANNERLESS)) as gateway:
        printed = poterne("status", "--socket", str(gateway.path))
    assert "The spam scanner does not answer (no socket)" in printed.out
    assert "  Restart rspamd" in printed.out


def test_every_part_has_its_line(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        printed = poterne("status", "--socket", str(gateway.path))
    for part in ("mx.office.example", "0.0.0.0:25", "backend:exchange", "version 3.8", "dns", "seccomp", "12 accepted"):
        assert part in printed.out


def test_whether_there_is_an_antivirus_is_said(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        without = poterne("status", "--socket", str(gateway.path)).lines
    state = replace(STATUS, antivirus=AntivirusStatus("up", version="1.4.3", signatures=STATUS.since))
    with gateway_in_thread(tmp_path, FakeDesk(state=state)) as gateway:
        with_one = poterne("status", "--socket", str(gateway.path)).lines
    assert [each.split() for each in without if each.startswith("antivirus")] == [["antivirus", "off"]]
    assert any("ClamAV 1.4.3, signatures of " in each for each in with_one)


def test_its_json_is_the_state(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        printed = poterne("status", "--json", "--socket", str(gateway.path))
    found = printed.json
    assert found["schema"] == "poterne/1"
    assert found["mail_flows"] is True
    assert found["since"] == "2026-11-24T12:00:00Z"
    assert found["today"]["accept"] == 12
    assert found["lanes"][0]["last_reply"].startswith("250")


def test_what_waits_and_how_well_the_gateway_knows_is_said(tmp_path: Path) -> None:
    state = replace(
        STATUS,
        queue=QueueStatus(12, 2, 0, 2_048, 1_048_576),
        recipients=(DomainStatus("office.example", "verifying"),),
        zones=(ZoneStatus("bl.example", 4, "usable"),),
    )
    with gateway_in_thread(tmp_path, FakeDesk(state=state, work=FakeWork(groups=(cause(12),)))) as gateway:
        printed = poterne("status", "--socket", str(gateway.path))
    for line in (
        "12 wait for exchange.local: connection refused, next try ",
        "2.0 KiB of 1.0 MiB, 2 dead",
        "office.example",
        "bl.example IPv4",
    ):
        assert line in printed.out


def test_a_domain_that_learns_says_how_many_it_knows_and_until_when(tmp_path: Path) -> None:
    learning = DomainStatus("office.example", "learning", 37, STATUS.since)
    away = DomainStatus("shop.example", "directory-away", 12, cause="connection refused")
    with gateway_in_thread(tmp_path, FakeDesk(state=replace(STATUS, recipients=(learning, away)))) as gateway:
        printed = poterne("status", "--socket", str(gateway.path))
    lines = [" ".join(line.split()) for line in printed.lines if line.startswith("recipients")]
    assert lines == [
        "recipients learning office.example, 37 known, until 2026-11-24",
        "recipients directory-away shop.example, 12 known, connection refused",
    ]
