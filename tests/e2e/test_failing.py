"""The short form of `tests.probes.failing`: one fault of each kind, from its beginning to the recovery."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.net.rspamd import RspamdClient
from gateway.net.scanprobe import PROBE_REQUEST
from tests.probes.failing import clock, disk, hop, resolver, scanner
from tests.probes.failing.faults import Fault, measure
from tests.probes.failing.pipe import Pipe
from tests.probes.failing.stage import Stage, stage
from tests.support.ports import free_port
from tests.support.process import NotStarted, find_program
from tests.support.rspamd import SETTINGS, RunningRspamd, start_rspamd

pytestmark = [pytest.mark.xdist_group("failing"), pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def scanned() -> Iterator[tuple[Stage, RunningRspamd, Pipe]]:
    """One gateway before a real rspamd, for all its faults."""
    for program in ("rspamd", "redis-server"):
        try:
            find_program(program)
        except NotStarted as missing:
            pytest.skip(str(missing))
    with scanner.scanned_stage() as made:
        yield made


@pytest.fixture(scope="module")
def plain() -> Iterator[Stage]:
    """One gateway without a scanner."""
    with stage() as made:
        yield made


def met(at: Stage, fault: Fault) -> list[str]:
    """What was not as it should be; a machine under load may tell later than a probe allows."""
    return measure(at, replace(fault, told_within_seconds=15.0)).failures


def test_a_scanner_that_answers_garbage_puts_mail_off_is_told_and_recovers(
    scanned: tuple[Stage, RunningRspamd, Pipe],
) -> None:
    made, _, pipe = scanned
    assert met(made, scanner.bent(pipe, "garbage", "garbage", ("down",), scanner.DEFERRED)) == []


def test_without_redis_mail_is_scanned_on_and_it_is_told(scanned: tuple[Stage, RunningRspamd, Pipe]) -> None:
    made, rspamd, _ = scanned
    assert met(made, scanner.redis_hung(rspamd)) == []


def test_lies_of_dns_are_not_believed_and_stop_no_mail(plain: Stage) -> None:
    assert met(plain, resolver.fault("DNS answers another question", "wrong-question")) == []


def test_a_server_that_resets_connections_makes_mail_wait_in_the_spool(plain: Stage) -> None:
    assert met(plain, hop.FAULTS[2]) == []


async def test_rspamd_scans_on_without_our_map_and_without_our_rules(tmp_path: Path) -> None:
    try:
        find_program("rspamd")
    except NotStarted as missing:
        pytest.skip(str(missing))
    bare = tmp_path / "bare"
    shutil.copytree(SETTINGS, bare, ignore=shutil.ignore_patterns("maps.d", "poterne.lua"))
    rspamd = await asyncio.to_thread(start_rspamd, tmp_path, f"127.0.0.1:{free_port()}", settings=bare)
    try:
        client = RspamdClient(str(rspamd.scan_socket), str(rspamd.controller_socket))
        assert (await client.scan(PROBE_REQUEST)).action == "no action"
    finally:
        rspamd.stop()


@pytest.mark.skipif(not disk.may_mount(), reason="only root can mount a small file system, and not everywhere")
def test_a_full_disk_is_told_without_mail_and_mail_is_put_off_at_mail() -> None:
    with disk.small_stage() as made:
        assert met(made, disk.FULL) == []


@pytest.mark.skipif(clock.library() is None, reason="Debian's package faketime is not installed")
def test_ten_years_more_on_the_clock_lose_expire_and_hold_up_nothing() -> None:
    with clock.leaping_stage() as (made, offset):
        outcome = clock.leapt(made, offset, "+10 years", told_within_seconds=15.0)
        assert outcome.failures == []
