from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from pathlib import Path

import pytest

from gateway.control import protocol
from gateway.control.params import Asked, OneMessage
from gateway.control.values import FaultHappened
from gateway.core.access import House
from tests.support.control import FakeDesk, fake_gateway, fault
from tui.asking import AwayError, DeniedError
from tui.client import PAUSES_SECONDS, Client, Connected, Happened, Lost


async def test_a_call_has_its_answer(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        assert (await Client(gateway.path).call(protocol.STATUS, Asked())).hostname == "mx.office.example"


async def test_a_refusal_says_why(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        with pytest.raises(DeniedError, match="No message has the code F7K2Q"):
            await Client(gateway.path).call(protocol.MESSAGES_SHOW, OneMessage("F7K2Q"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root is nobody's stranger")
async def test_a_stranger_is_told_that_he_is_one(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk(), House(os.geteuid() + 1)) as gateway:
        with pytest.raises(DeniedError):
            await Client(gateway.path).call(protocol.STATUS, Asked())


async def test_nobody_at_the_socket_is_away(tmp_path: Path) -> None:
    with pytest.raises(AwayError):
        await Client(tmp_path / "none.sock").call(protocol.STATUS, Asked())


async def test_a_gateway_that_breaks_off_is_away(tmp_path: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'{"jsonrpc"')
        writer.close()

    async with await asyncio.start_unix_server(hang_up, tmp_path / "s"):
        with pytest.raises(AwayError):
            await Client(tmp_path / "s").call(protocol.STATUS, Asked())


async def test_an_answer_that_is_none_is_a_refusal(tmp_path: Path) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\n")
        writer.close()

    async with await asyncio.start_unix_server(babble, tmp_path / "s"):
        with pytest.raises(DeniedError, match="JSON"):
            await Client(tmp_path / "s").call(protocol.STATUS, Asked())


async def test_events_come_and_a_lost_gateway_is_tried_again_with_longer_pauses(tmp_path: Path) -> None:
    paused: list[float] = []
    back = asyncio.Event()

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 5:
            back.set()
            await asyncio.Event().wait()

    client = Client(tmp_path / "control.sock", pause)
    async with aclosing(client.listen("en")) as heard:
        async with fake_gateway(tmp_path, FakeDesk()) as gateway:
            assert await anext(heard) == Connected()
            gateway.hub.publish(fault())
            assert await anext(heard) == Happened(FaultHappened("test"))
        async with asyncio.timeout(10):
            lost = [await anext(heard) for _ in range(5)]
    assert all(isinstance(each, Lost) and each.why == "away" for each in lost)
    assert [each.pause_seconds for each in lost if isinstance(each, Lost)] == [*PAUSES_SECONDS, PAUSES_SECONDS[-1]]


async def test_after_a_restart_events_come_again_and_pauses_are_short_again(tmp_path: Path) -> None:
    async def pause(seconds: float) -> None:
        await asyncio.sleep(0)

    client = Client(tmp_path / "control.sock", pause)
    async with aclosing(client.listen("en")) as heard:
        for _ in range(2):
            async with fake_gateway(tmp_path, FakeDesk()):
                while not isinstance(await anext(heard), Connected):
                    pass
            lost = await anext(heard)
            assert isinstance(lost, Lost)
            assert lost.pause_seconds == PAUSES_SECONDS[0]
