"""What the gateway sees of itself."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.app.probes import Probe, Prober, broken
from gateway.control.values import ListenerStatus
from gateway.core.clamdreply import ClamdError, ClamdVersion
from gateway.core.rspamdreply import RspamdError
from tests.support.clock import HandClock
from tests.support.ports import free_port


class Lane:
    """Becomes `state` when somebody knocks, or `later` when the clock is turned."""

    def __init__(self, name: str, state: str, cause: str = "") -> None:
        self.name = name
        self.health = SimpleNamespace(state="unknown", cause=cause, last_reply="250 ok")
        self._state = state

    async def knock(self, deadline: float) -> None:
        self.health.state = self._state


class Scanner:
    def __init__(self, error: RspamdError | None = None) -> None:
        self._error = error

    async def ping(self) -> None:
        if self._error:
            raise self._error


class VirusScanner:
    def __init__(self, error: ClamdError | None = None) -> None:
        self._error = error

    async def version(self) -> ClamdVersion:
        if self._error:
            raise self._error
        return ClamdVersion("1.4.3")


def gateway(
    *lanes: Lane,
    dns: bool = True,
    scanner: Scanner | None = None,
    clamd: VirusScanner | None = None,
    addresses: tuple[str, ...] = (),
) -> Any:
    async def probe() -> bool:
        return dns

    return SimpleNamespace(
        listeners=tuple(ListenerStatus("internet", each, "inbound", "listening") for each in addresses),
        lanes=SimpleNamespace(all=lambda: lanes),
        sources=SimpleNamespace(resolver=SimpleNamespace(probe=probe), rspamd=scanner, clamd=clamd),
    )


async def look(at: object, **more: object) -> dict[str, Probe]:
    return {each.name: each for each in await Prober(HandClock(), **cast(Any, more)).look(cast(Any, at))}


async def test_every_part_is_looked_at() -> None:
    lanes = Lane("backend:a", "up"), Lane("backend:b", "away", "refused")
    found = await look(gateway(*lanes, scanner=Scanner(), clamd=VirusScanner()))
    assert found == {
        "backend:a": Probe("backend:a", True, "250 ok"),
        "backend:b": Probe("backend:b", False, "refused"),
        "dns": Probe("dns", True),
        "rspamd": Probe("rspamd", True),
        "clamd": Probe("clamd", True, "1.4.3"),
    }


async def test_what_does_not_answer_says_why() -> None:
    found = await look(gateway(dns=False, scanner=Scanner(RspamdError("connect", "no socket"))))
    assert not found["dns"].works
    assert not found["rspamd"].works
    assert "no socket" in found["rspamd"].detail
    assert {"rspamd", "clamd"}.isdisjoint(await look(gateway()))
    found = await look(gateway(clamd=VirusScanner(ClamdError("connect", "no socket"))))
    assert found["clamd"] == Probe("clamd", False, "clamd: connect: no socket")


async def test_a_listener_is_one_that_takes_a_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as open_one:
        port, closed = open_one.getsockname()[1], free_port()
        found = await look(gateway(addresses=(f"127.0.0.1:{port}", f"0.0.0.0:{port}", f"127.0.0.1:{closed}")))
        assert found[f"listener 127.0.0.1:{port}"].works
        assert found[f"listener 0.0.0.0:{port}"].works
        assert not found[f"listener 127.0.0.1:{closed}"].works


async def test_what_takes_too_long_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(at: object) -> Probe:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr("gateway.app.probes.PROBE_SECONDS", 0.01)
    found = await look(gateway(), extra=(never,))
    assert found["probe 1"] == Probe("probe 1", False, "no answer within 0.01 s")


def test_broken_is_what_worked_and_does_not_any_more() -> None:
    before = (Probe("a", True), Probe("b", True), Probe("c", False), Probe("gone", True))
    after = (Probe("a", True), Probe("b", False, "why"), Probe("c", False), Probe("new", False))
    assert broken(before, after) == (Probe("b", False, "why"),)
