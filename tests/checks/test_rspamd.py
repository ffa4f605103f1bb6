"""The content check: what is told to rspamd, what is kept from it, and who hears of failures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from gateway.checks.rspamd import RspamdCheck
from gateway.checks.rspamd import Scanner as AnyScanner
from gateway.core.envelope import SMTP_HIDDEN_ORIGIN_DOOR, Transaction
from gateway.core.finding import FailureFinding, Finding, ReverseNameFinding, RspamdFinding, SpfFinding
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.net.rspamd import CutOff, RspamdClient, ScanRequest
from tests.support.looptime import LoopTime
from tests.support.unixpeer import ScriptedPeer
from tests.support.values import ORDINARY, transaction

SCANNED = RspamdFinding("no action", 1.0)


class Scanner:
    def __init__(self, error: RspamdError | None = None) -> None:
        self.requests: list[ScanRequest] = []
        self.told_down: list[bool] = []
        self._error = error

    async def scan(self, request: ScanRequest, *, is_down: bool, cut_off: CutOff) -> RspamdFinding:
        self.requests.append(request)
        self.told_down.append(is_down)
        if self._error:
            raise self._error
        return SCANNED


class Health:
    def __init__(self, *, is_up: bool = True) -> None:
        self.is_up = is_up
        self.heard: list[str] = []

    def passed(self, message: Message) -> None:
        self.heard.append("passed")

    def failed(self, message: Message, error: RspamdError) -> None:
        self.heard.append(error.kind)


def symbols(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(finding.check.upper() for finding in findings)


def check(scanner: AnyScanner, health: Health, *, dns: bool = True) -> RspamdCheck:
    return RspamdCheck(scanner, lambda: dns, symbols, health, "mx.office.example")


async def requested(subject: Transaction, *, dns: bool = True) -> ScanRequest:
    scanner = Scanner()
    assert await check(scanner, Health(), dns=dns).check(subject) == SCANNED
    return scanner.requests[0]


async def test_rspamd_is_told_the_envelope_the_origin_and_our_results() -> None:
    subject = transaction(
        ORDINARY,
        SpfFinding("pass", "sender.example", "mailfrom"),
        recipients=("bob@office.example", "eve@office.example"),
        hostname="mail.sender.example",
    )
    request = await requested(subject)
    assert request == ScanRequest(
        (subject.message.octets,),
        ip=ip_address("192.0.2.7"),
        helo="mail.sender.example",
        hostname="mail.sender.example",
        reverse_path="ann@sender.example",
        recipients=("bob@office.example", "eve@office.example"),
        queue_id="F7K2Q",
        mta_name="mx.office.example",
        auth_symbols=("SPF",),
    )


async def test_the_octets_are_handed_on_not_copied() -> None:
    subject = transaction()
    assert (await requested(subject)).pieces[0] is subject.message.octets


async def test_the_null_reverse_path_is_no_from() -> None:
    assert (await requested(transaction(sender=""))).reverse_path == ""


async def test_an_unproven_name_is_not_passed_on() -> None:
    assert (await requested(transaction())).hostname == ""


async def test_our_own_senders_are_named_as_users() -> None:
    assert (await requested(transaction(relay_client="exchange"))).user == "exchange"
    assert (await requested(transaction(authenticated_as="bob"))).user == "bob"


async def test_while_our_dns_fails_rules_about_names_are_off_and_cost_nothing() -> None:
    settings = (await requested(transaction(), dns=False)).settings
    assert settings == {
        "groups_disabled": ["hfilter", "rbl", "surbl"],
        "scores": {"RDNS_NONE": 0.0, "RDNS_DNSFAIL": 0.0, "HFILTER_HOSTNAME_UNKNOWN": 0.0},
    }


async def test_a_reverse_name_that_could_not_be_looked_up_costs_nothing() -> None:
    settings = (await requested(transaction(ORDINARY, ReverseNameFinding("temperror", None)))).settings
    assert settings is not None
    assert "groups_disabled" not in settings
    assert (await requested(transaction(ORDINARY, ReverseNameFinding("permerror", None)))).settings is None


async def test_a_hidden_origin_is_not_judged_by_the_routers_address() -> None:
    subject = replace(transaction(hostname="router.office.example"), door=SMTP_HIDDEN_ORIGIN_DOOR)
    request = await requested(subject)
    assert (request.ip, request.helo, request.hostname) == (ip_address("127.0.0.1"), "", "")
    assert request.settings is not None
    assert "hfilter" in str(request.settings)


async def test_a_scan_is_good_news() -> None:
    health = Health()
    await check(Scanner(), health).check(transaction())
    assert health.heard == ["passed"]


@pytest.mark.parametrize("kind", ["connect", "timeout", "garbage", "gave-up"])
async def test_a_failure_is_a_temperror_and_bad_news(kind: str) -> None:
    health = Health()
    error = RspamdError(kind, "why")  # type: ignore[arg-type] # a kind by the table
    finding = await check(Scanner(error), health).check(transaction())
    assert isinstance(finding, FailureFinding)
    assert (finding.check, finding.result) == ("rspamd", "temperror")
    assert "why" in finding.detail
    assert health.heard == [kind]


@pytest.mark.parametrize("is_up", [True, False])
async def test_the_client_is_told_whether_rspamd_is_known_to_be_down(is_up: bool) -> None:
    scanner = Scanner()
    await check(scanner, Health(is_up=is_up)).check(transaction())
    assert scanner.told_down == [not is_up]


async def test_the_end_of_the_time_for_all_checks_is_bad_news_only_for_a_scan_that_had_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, scanned, waiting = LoopTime(monkeypatch), Health(), Health()
    async with ScriptedPeer(tmp_path, hang=True) as peer, asyncio.TaskGroup() as group:
        scanner = RspamdClient(peer.address, peer.address, 20.0, scans_at_once=1)
        first = group.create_task(check(scanner, scanned).check(transaction()))
        await peer.arrivals(1)
        second = group.create_task(check(scanner, waiting).check(transaction()))
        await time.forward(10.0)
        second.cancel()
        first.cancel()
    assert first.cancelled()
    assert second.cancelled()
    assert (scanned.heard, waiting.heard) == (["timeout"], ["busy"])
