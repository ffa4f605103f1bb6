"""What a server that is tried is said to be; none of it costs a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.app.backendprobe import BackendProber
from gateway.config.schema import Backend, BackendTls, DomainSettings, Settings
from gateway.control.refusal import Refusal
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, ProbeStep
from gateway.net.clock import SystemClock
from tests.support.exchange import EXCHANGE
from tests.support.nexthop import NextHop, Profile, running
from tests.support.ports import free_port
from tests.support.tableresolver import TableResolver

Records = dict[tuple[str, str], tuple[str, ...]]
VERIFYING = Profile(recipient="550 5.1.1 User unknown")


@asynccontextmanager
async def prober(
    hosts: tuple[str, ...] = ("10.0.0.9:25",),
    records: dict[tuple[str, str], tuple[str, ...]] | None = None,
    **more: Any,
) -> AsyncIterator[BackendProber]:
    settings = Settings(
        hostname="mx.office.example",
        postmaster="it@office.example",
        backend={"exchange": Backend(hosts, **more)},
        domain={"office.example": DomainSettings("exchange")},
    )
    gateway = SimpleNamespace(
        settings=settings,
        sources=SimpleNamespace(resolver=TableResolver(records or {})),
        lanes=SimpleNamespace(get=lambda name: None),
    )
    async with asyncio.TaskGroup() as tasks:
        yield BackendProber(lambda: cast(Any, gateway), SystemClock(), tasks, lambda: "abc123")


async def probed(at: BackendProber, wanted: ProbeBackend, language: str = "en") -> BackendProbed:
    found = await at.probe(wanted, language)
    assert isinstance(found, BackendProbed)
    return found


def named(found: BackendProbed) -> dict[str, ProbeStep]:
    return {step.name: step for step in found.steps}


async def test_a_server_that_greets_and_knows_who_exists_is_good_and_gets_no_message() -> None:
    async with running(VERIFYING) as hop, prober((hop.address,)) as at:
        found = await probed(at, ProbeBackend("exchange", domain="office.example"))
        assert (found.works, found.verifies) == (True, True)
        steps = named(found)
        assert (steps["session"].state, steps["recipients"].state) == ("ok", "ok")
        assert f"{hop.address} takes mail" in steps["session"].text
        assert hop.messages == []
        assert _recipients(hop) == ["RCPT TO:<gw-canary-abc123@office.example>"]


async def test_a_server_that_takes_any_address_can_not_say_who_exists() -> None:
    async with running(EXCHANGE) as hop, prober() as at:
        found = await probed(at, ProbeBackend(hosts=(hop.address,), domain="office.example"))
        assert (found.works, found.verifies) == (True, False)
        assert named(found)["recipients"].state == "warn"
        assert "learned" in named(found)["recipients"].text


async def test_a_server_that_puts_off_says_nothing_about_who_exists() -> None:
    profile = replace(EXCHANGE, recipient="451 4.7.1 later")
    async with running(profile) as hop, prober((hop.address,)) as at:
        found = await probed(at, ProbeBackend("exchange", domain="office.example"), "fr")
        assert found.verifies is None
        assert "451 4.7.1 later" in named(found)["recipients"].text


async def test_without_a_domain_nobody_is_asked_for() -> None:
    async with running(EXCHANGE) as hop, prober((hop.address,)) as at:
        found = await probed(at, ProbeBackend("exchange"))
        assert list(named(found)) == ["session", "tls"]
        assert _recipients(hop) == []


async def test_a_server_that_is_away_is_told_with_how_far_it_came() -> None:
    dead = f"127.0.0.1:{free_port()}"
    async with prober((dead,)) as at:
        found = await probed(at, ProbeBackend("exchange"))
    (step,) = found.steps
    assert (found.works, step.state) == (False, "bad")
    assert step.text.startswith(f"{dead} gives no session: connect")


async def test_each_host_is_tried_and_one_that_works_is_enough() -> None:
    dead = f"127.0.0.1:{free_port()}"
    async with running(VERIFYING) as hop, prober((dead, hop.address)) as at:
        found = await probed(at, ProbeBackend("exchange", domain="office.example"))
    assert found.works
    assert [step.state for step in found.steps if step.name == "session"] == ["bad", "ok"]
    assert found.verifies is True


async def test_clear_text_is_told_also_when_it_is_so_set() -> None:
    async with running(Profile()) as hop, prober((hop.address,), tls=BackendTls("none")) as at:
        offered = named(await probed(at, ProbeBackend(hosts=(hop.address,))))["tls"]
        as_set = named(await probed(at, ProbeBackend("exchange")))["tls"]
    assert (offered.state, as_set.state) == ("warn", "warn")
    assert "in clear" in offered.text
    assert "tls = none" in as_set.text


@pytest.mark.parametrize(
    ("names", "state", "text"),
    [
        (("10 mx.office.example",), "ok", "its MX names mx.office.example"),
        (("10 mx.other.example",), "warn", "goes to mx.other.example"),
        ((), "warn", "no MX record for office.example"),
    ],
)
async def test_where_the_world_sends_its_mail_is_told(names: tuple[str, ...], state: str, text: str) -> None:
    async with (
        running(EXCHANGE) as hop,
        prober((hop.address,), {("office.example", "MX"): names}) as at,
    ):
        step = named(await probed(at, ProbeBackend("exchange", domain="office.example")))["mx"]
    assert step.state == state
    assert text in step.text


async def test_a_mailbox_by_imap_is_not_tried() -> None:
    async with prober(transport="imap-append") as at:
        found = await probed(at, ProbeBackend("exchange"))
    assert [step.state for step in found.steps] == ["warn"]


async def test_what_names_no_server_no_host_or_no_domain_is_refused() -> None:
    async with prober() as at:
        assert await at.probe(ProbeBackend("nobody"), "en") is None
        assert await at.probe(ProbeBackend("smart_host:nobody"), "en") is None
        for wanted in (
            ProbeBackend(hosts=("10.0.0.9",)),
            ProbeBackend(hosts=("10.0.0.9:99999",)),
            ProbeBackend("exchange", domain="no domain"),
        ):
            refused = await at.probe(wanted, "en")
            assert isinstance(refused, Refusal)
            assert refused.text.endswith(".")


def _recipients(hop: NextHop) -> list[str]:
    return [each for each in hop.commands if each.startswith("RCPT")]
