"""What a test says of a chain that is broken somewhere; that a whole one works is seen in tests/e2e."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.app.chaintest import ChainTester, _arrival, _judging, _listening_address, _recognising
from gateway.config.schema import Backend, DomainSettings, Listener, ListenerTls, Settings
from gateway.control import protocol
from gateway.control.hopwords import cure_words
from gateway.control.params import HeldQuery
from gateway.control.values import ListenerStatus
from gateway.control.workparams import QueueQuery, RunTest
from gateway.core.record import Evidence
from gateway.core.verdict import Action
from gateway.net.clock import SystemClock
from gateway.pipeline.bypass import unfiltered
from gateway.pipeline.probes import Probes
from tests.support.exchange import EXCHANGE
from tests.support.household import household
from tests.support.nexthop import NextHop, Profile, running
from tests.support.pipeline import judgement
from tests.support.storage import opened
from tests.support.values import transaction

PLAIN = ListenerTls("none")
SETTINGS = Settings(
    hostname="mx.office.example",
    postmaster="it@office.example",
    backend={"exchange": Backend(("10.0.0.9:25",))},
    domain={"office.example": DomainSettings("exchange")},
    listener={
        "internet": Listener("127.0.0.1:25", tls=PLAIN),
        "smtps": Listener("127.0.0.1:465", tls=ListenerTls("implicit")),
    },
)


@asynccontextmanager
async def chain(folder: Path, *listeners: ListenerStatus) -> AsyncIterator[tuple[ChainTester, Probes]]:
    gateway = SimpleNamespace(settings=SETTINGS, listeners=listeners, sources=SimpleNamespace(resolver=None))
    probes = Probes()
    async with opened(folder) as it, asyncio.TaskGroup() as tasks:
        yield ChainTester(probes, lambda: cast(Any, gateway), it.store.history, SystemClock(), tasks), probes


@asynccontextmanager
async def door(profile: Profile) -> AsyncIterator[tuple[NextHop, ListenerStatus]]:
    async with running(profile) as hop:
        yield hop, ListenerStatus("internet", hop.address, "inbound", "listening")


async def test_a_gateway_that_listens_nowhere_for_the_internet_is_broken(tmp_path: Path) -> None:
    for_us = ListenerStatus("internet", "127.0.0.1:1", "outbound", "listening")
    implicit = ListenerStatus("smtps", "127.0.0.1:2", "inbound", "listening")
    async with chain(tmp_path, for_us, implicit) as (test, _):
        report = await test.run("", "en")
    assert (report.works, report.steps[0].text) == (False, "nothing listens for mail from the Internet")


@pytest.mark.parametrize("address", ["anna@office..example", "<anna@office.example>", "anna@office.example> SIZE=1"])
async def test_what_is_no_address_is_not_tried(tmp_path: Path, address: str) -> None:
    async with door(EXCHANGE) as (hop, listener), chain(tmp_path, listener) as (test, _):
        report = await test.run(address, "en")
    assert not report.works
    assert "is no address" in report.steps[0].text
    assert hop.sessions == []


async def test_a_door_that_refuses_is_named_with_its_words(tmp_path: Path) -> None:
    async with (
        door(replace(EXCHANGE, recipient="550 5.7.1 no")) as (_, listener),
        chain(tmp_path, listener) as (test, _),
    ):
        report = await test.run("it@office.example", "fr")
    (step,) = report.steps
    assert (step.name, step.done) == ("send", False)
    assert "550 5.7.1 no" in step.text


async def test_a_message_that_is_taken_and_goes_nowhere_is_missed(tmp_path: Path) -> None:
    async with door(EXCHANGE) as (hop, listener), chain(tmp_path, listener) as (test, probes):
        report = await test.run("", "en")
        assert not probes._live
    assert [(step.name, step.done) for step in report.steps] == [("send", True), ("deliver", False), ("record", False)]
    assert hop.messages[0].mail == "MAIL FROM:<>" or "<>" in hop.messages[0].mail
    assert b"Message-ID: <" in hop.messages[0].octets


def test_a_failed_check_breaks_the_chain_and_is_named() -> None:
    probe = Probes().begin()
    judged = judgement({"bob@office.example": Action.QUARANTINE})
    probe.judgement = replace(judged, evidence=(Evidence("rspamd", "temperror"), Evidence("spf", "none")))
    step = _judging(probe, "en")
    assert (step.done, "these checks failed: rspamd;" in step.text) == (False, True)
    assert "verdict is quarantine" in step.text


def test_a_bypassed_chain_is_no_whole_one() -> None:
    probe = Probes().begin()
    probe.judgement = unfiltered(transaction(), "mx.office.example")
    assert not _judging(probe, "en").done


def test_what_arrives_must_be_what_was_sent() -> None:
    probe = Probes().begin()
    probe.arrival = b"Received: a\r\n\tb\r\nX-Poterne-Id: c\r\nSubject: Hello\r\n\r\nHello\r\n"
    assert "2 header fields" in _arrival(probe, b"Subject: Hello\r\n\r\nHello\r\n", "en").text
    assert not _arrival(probe, b"Subject: Hello\r\n\r\nGoodbye\r\n", "en").done


@pytest.mark.parametrize(
    ("shown", "asked"),
    [("0.0.0.0:25", "127.0.0.1:25"), ("[::]:25", "[::1]:25"), ("10.0.0.1:2525", "10.0.0.1:2525")],
)
def test_a_door_for_all_addresses_is_tried_on_the_loopback(shown: str, asked: str) -> None:
    assert _listening_address(ListenerStatus("internet", shown, "inbound", "listening")) == asked


@pytest.mark.parametrize(
    ("action", "is_known"), [(Action.REJECT, True), (Action.QUARANTINE, True), (Action.MARK, False)]
)
def test_a_test_virus_is_recognised_by_its_verdict(action: Action, is_known: bool) -> None:
    probe = Probes().begin()
    judged = judgement({"bob@office.example": action})
    probe.judgement = replace(judged, evidence=(Evidence("rspamd", "pass"),))
    step = _recognising(probe, "en")
    assert step.done is is_known
    assert action.value in step.text
    probe.judgement = unfiltered(transaction(), "mx.office.example")
    assert not _recognising(probe, "fr").done


async def test_a_running_chain_asks_the_offices_server_and_names_the_cure(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        whole = await at.ask(protocol.TEST_RUN, RunTest())
        assert [(step.name, step.done) for step in whole.steps if step.name in ("send", "deliver", "server")] == [
            ("send", True), ("deliver", True), ("server", True),
        ]  # fmt: skip
        at.hop.profile = replace(at.hop.profile, recipient="550 5.7.54 Unable to relay recipient")
        broken = await at.ask(protocol.TEST_RUN, RunTest(language="fr"))
        server = next(step for step in broken.steps if step.name == "server")
        assert not server.done
        assert "5.7.54" in server.text
        # rspamd is away here, so another link fails first; without it the server's words have their cure.
        assert cure_words(server.text, "fr", name="exchange")[1]
        assert not at.hop.messages


async def test_a_test_virus_stays_nowhere(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        for variant in ("eicar", "gtube"):
            report = await at.ask(protocol.TEST_RUN, RunTest(variant=variant))
            judged = next(step for step in report.steps if step.name == "judge")
            # Without rspamd and clamd nobody knows it; that is told, with what to do.
            assert not judged.done
            assert ("clamd" if variant == "eicar" else "rspamd") in report.cure
            assert "server" not in {step.name for step in report.steps}
        assert (await at.ask(protocol.QUARANTINE_LIST, HeldQuery())).items == ()
        assert (await at.ask(protocol.QUEUE_LIST, QueueQuery())).items == ()
        assert not at.hop.messages


async def test_to_an_address_outside_it_goes_by_the_way_out_or_there_is_none(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        none = await at.ask(protocol.TEST_RUN, RunTest("eve@partner.example"))
        assert [(step.name, step.done) for step in none.steps] == [("route", False)]
        assert "no outbound_route" in none.steps[0].text

    def by_smart_host(text: str) -> str:
        host, _, port = text.partition('hosts = ["')[2].partition('"]')[0].rpartition(":")
        return f'{text}\n[[outbound_route]]\nnext_hop = "smart_host"\n' + (
            f'smart_host = {{ host = "{host}", port = {port}, tls = {{ mode = "none" }} }}\n'
        )

    other = tmp_path / "other"
    other.mkdir()
    async with household(other, change=by_smart_host) as at:
        out = await at.ask(protocol.TEST_RUN, RunTest("eve@partner.example"))
        assert [(step.name, step.done) for step in out.steps] == [("route", True), ("deliver", True)], out
        (message,) = at.hop.messages
        assert message.recipients == ("eve@partner.example",)
        assert message.mail.startswith("MAIL FROM:<it@office.example>")
