"""Subscriptions on a real connection, to their end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from gateway.control.conversation import Patience
from gateway.control.subscriber import WAITING_MAXIMUM
from gateway.core.event import LaneChanged, MessageHandled, QuarantineChanged
from tests.support.control import FakeDesk, FakeGateway, fake_gateway, record


def ask(method: str, number: int = 1, **params: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


async def subscriber(gateway: FakeGateway, **params: object) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(str(gateway.path))
    writer.write(ask("events.subscribe", **params))
    assert json.loads(await reader.readline())["id"] == 1
    return reader, writer


async def next_method(reader: asyncio.StreamReader) -> str:
    return str(json.loads(await reader.readline()).get("method", "answer"))


async def test_events_and_answers_share_a_connection(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        reader, writer = await subscriber(gateway)
        gateway.hub.publish(MessageHandled(record(0)))
        assert await next_method(reader) == "message"
        writer.write(ask("status", 2))
        assert await next_method(reader) == "answer"
        gateway.hub.publish(LaneChanged("backend:exchange", "away", "refused"))
        assert await next_method(reader) == "lane"
        writer.close()


async def test_a_subscriber_may_be_silent_longer_than_others(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk(), patience=Patience(idle_seconds=0.02)) as gateway:
        reader, writer = await subscriber(gateway)
        idle_reader, idle_writer = await asyncio.open_unix_connection(str(gateway.path))
        assert await idle_reader.read() == b""  # it came later and is gone already
        gateway.hub.publish(QuarantineChanged("F7K20", "held"))
        assert await next_method(reader) == "quarantine"
        writer.close()
        idle_writer.close()


async def test_a_slow_subscriber_gets_a_gap_and_is_cut(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        reader, writer = await subscriber(gateway, topics=["message"])
        published = 0
        # The kernel, the server and our own reader hold some; beyond these it is too slow.
        while published < 10 * WAITING_MAXIMUM:
            gateway.hub.publish(MessageHandled(record(0, subject="x" * 120)))
            published += 1
        lines = [json.loads(line) for line in (await reader.read()).splitlines()]
        assert lines[-1]["method"] == "gap"
        told = sum(line["method"] == "message" for line in lines)
        assert told + lines[-1]["params"]["missed"] == published
        writer.close()


async def test_a_subscriber_that_never_reads_does_not_stop_the_others(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk(), patience=Patience(write_seconds=0.01)) as gateway:
        stuck_reader, stuck_writer = await subscriber(gateway, topics=["quarantine"])
        stuck_writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport that also reads
        reader, writer = await subscriber(gateway, topics=["message"])
        for _ in range(3):
            for number in range(200):
                gateway.hub.publish(QuarantineChanged(f"C{number}" + "x" * 900, "held"))
            gateway.hub.publish(MessageHandled(record(0)))
            assert await next_method(reader) == "message"
        writer.close()
        stuck_writer.close()
        assert stuck_reader is not None


async def test_a_client_that_goes_away_does_not_cancel_what_it_asked_for(tmp_path: Path) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class SlowDesk(FakeDesk):
        async def delete(self, code: str, by: str) -> bool:
            begun.set()
            await may_end.wait()
            ended.set()
            return True

    async with fake_gateway(tmp_path, SlowDesk()) as gateway, asyncio.timeout(10):
        _, writer = await asyncio.open_unix_connection(str(gateway.path))
        writer.write(ask("quarantine.delete", code="F7K20"))
        await begun.wait()
        writer.close()
        await writer.wait_closed()
        may_end.set()
        await ended.wait()
    assert gateway.faults == []


async def test_the_gateways_end_is_the_end_of_every_conversation(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        reader, writer = await subscriber(gateway)
    assert await reader.read() == b""
    writer.close()
