"""One gateway takes the place of another, which here are none."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from gateway.app import changeover as module
from gateway.app.changeover import Changeover, NotApplied
from gateway.app.doorways import Doorways
from gateway.config.load import parse
from gateway.config.schema import Listener, Settings
from gateway.net.tls import CertificateError
from tests.support.clock import settle
from tests.support.ports import free_port
from tests.support.settings_text import MINIMAL

OFFICE = parse(MINIMAL.encode(), "x")


def listening(address: str, hostname: str = "mx.office.example") -> Settings:
    return replace(OFFICE, hostname=hostname, listener={"internet": Listener(address)})


class Delivery:
    def __init__(self) -> None:
        self.is_hurried = False

    def hurry(self) -> None:
        self.is_hurried = True


class FakeGateway:
    """Listens on the sockets it is given; its sessions end when `ended` is set."""

    made: list[FakeGateway]

    def __init__(self, settings: Settings, house: object) -> None:
        self.settings = settings
        self.delivery = Delivery()
        self.sockets: list[socket.socket] = []
        self.ended = asyncio.Event()
        self.given_back = False
        self.made.append(self)

    async def open(self, sockets: Mapping[str, Sequence[socket.socket]]) -> None:
        self.sockets += [each for some in sockets.values() for each in some]
        if self.settings.hostname == "broken.example":
            raise CertificateError("no key")

    async def leave(self, addresses: Collection[str], grace_seconds: float) -> tuple[str, ...]:
        names = tuple(name for name, each in self.settings.listener.items() if each.address in addresses)
        if names:
            self._close()
        return names

    async def stop(self, grace_seconds: float) -> None:
        self._close()
        if grace_seconds:
            await self.ended.wait()

    def give_back(self) -> None:
        self.given_back = True

    @property
    def listens(self) -> bool:
        return bool(self.sockets)

    def _close(self) -> None:
        for each in self.sockets:
            each.close()
        self.sockets.clear()


@dataclass
class House:
    tasks: asyncio.TaskGroup


@asynccontextmanager
async def changeover(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Changeover, list[FakeGateway]]]:
    FakeGateway.made = []
    monkeypatch.setattr(module, "Gateway", FakeGateway)
    doorways = Doorways({})
    async with asyncio.TaskGroup() as tasks:
        yield Changeover(cast(Any, House(tasks)), doorways), FakeGateway.made
        for each in FakeGateway.made:
            each.ended.set()
            await each.stop(0)
    doorways.close_others([])


def answers(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


async def test_the_new_one_listens_before_the_old_one_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    async with changeover(monkeypatch) as (change, made):
        await change.to(listening(f"127.0.0.1:{port}"))
        await change.to(listening(f"127.0.0.1:{port}", "mx2.office.example"))
        assert [each.listens for each in made] == [True, True]
        assert answers(port)
        await settle()
        assert [each.listens for each in made] == [False, True]
        assert answers(port)
        assert cast(Any, change.present) is made[1]


async def test_the_parts_of_the_old_one_end_when_its_last_session_has(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with changeover(monkeypatch) as (change, made):
        await change.to(listening(address))
        await change.to(listening(address))
        await settle()
        assert not made[0].given_back
        made[0].ended.set()
        await settle()
        assert made[0].given_back


async def test_the_parts_of_one_that_may_return_stay_until_it_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with changeover(monkeypatch) as (change, made):
        await change.to(listening(address))
        await change.to(listening(address), may_return=True)
        made[0].ended.set()
        await settle()
        assert not made[0].given_back
        change.settle()
        assert made[0].given_back
        assert not made[1].given_back


async def test_one_that_can_not_open_leaves_the_old_one_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    port, other = free_port(), free_port()
    async with changeover(monkeypatch) as (change, made):
        await change.to(listening(f"127.0.0.1:{port}"))
        with pytest.raises(NotApplied, match="no key"):
            await change.to(listening(f"127.0.0.1:{other}", "broken.example"))
        assert made[1].given_back
        assert cast(Any, change.present) is made[0]
        assert answers(port)
        assert not answers(other)


async def test_an_address_in_the_way_makes_room_and_comes_back_when_that_was_in_vain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    async with changeover(monkeypatch) as (change, made):
        await change.to(listening(f"127.0.0.1:{port}"))
        with pytest.raises(NotApplied):
            await change.to(listening(f"0.0.0.0:{port}", "broken.example"))
        assert made[0].listens
        assert answers(port)
        assert not answers(port, "127.0.0.2")
        await change.to(listening(f"0.0.0.0:{port}"))
        assert answers(port, "127.0.0.2")


async def test_a_stop_stops_those_that_are_about_to_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with changeover(monkeypatch) as (change, made):
        await change.to(listening(address))
        await change.to(listening(address))
        change.hurry()
        assert [each.delivery.is_hurried for each in made] == [True, True]
        async with asyncio.TaskGroup() as group:
            closing = group.create_task(change.close(23.0))
            await settle()
            made[1].ended.set()
            await settle()
            assert not closing.done()
            made[0].ended.set()


async def test_who_listens_is_told_of_every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    async with changeover(monkeypatch) as (change, _):
        with pytest.raises(RuntimeError):
            _ = change.present
        change.listen(lambda: told.append(change.present.settings.hostname))
        await change.to(listening(f"127.0.0.1:{free_port()}"))
        await change.to(listening(f"127.0.0.1:{free_port()}", "mx2.office.example"))
    assert told == ["mx.office.example", "mx2.office.example"]
