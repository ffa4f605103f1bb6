"""The control socket as its clients see it: who may come in, and what each line gets."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from gateway.control.conversation import Patience
from gateway.control.protocol import LINE_MAXIMUM_OCTETS
from gateway.control.server import CONNECTIONS_MAXIMUM
from gateway.core.access import House, Peer
from gateway.core.event import Fault
from tests.support.control import HOSTILE, FakeDesk, fake_gateway, held, record

Line = dict[str, Any]


async def talk(path: Path, *lines: bytes) -> list[Line]:
    """Send all, end, and read every answer."""
    reader, writer = await asyncio.open_unix_connection(str(path), limit=4 * LINE_MAXIMUM_OCTETS)
    writer.write(b"".join(lines))
    writer.write_eof()
    answers = (await reader.read()).splitlines()
    writer.close()
    return [json.loads(line) for line in answers]


def ask(method: str, number: int = 1, **params: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


async def test_it_tells_the_state(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        (answer,) = await talk(gateway.path, ask("status"))
    assert answer["jsonrpc"] == "2.0"
    assert answer["id"] == 1
    assert answer["result"]["mail_flows"] is True
    assert answer["result"]["since"] == "2026-11-24T12:00:00Z"


async def test_several_requests_are_answered_in_order(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        answers = await talk(gateway.path, ask("status", 1), ask("nonsense", 2), ask("messages.list", 3))
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32601, None]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"hello\n", -32700),
        (b"\n", -32700),
        (b"[" * 100_000 + b"\n", -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"status","params":' + b'{"a":' * 50_000 + b"\n", -32700),
        (b"\xff\xfe\n", -32700),
        (b"[]\n", -32600),
        (b'{"id":1,"method":"status"}\n', -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"status"}\n', -32600),
        (b'{"jsonrpc":"2.0","id":{},"method":"status"}\n', -32600),
        (ask("messages.drop"), -32601),
        (ask("messages.list", limit=0), -32602),
        (ask("messages.list", limit=201), -32602),
        (ask("messages.list", limit="9"), -32602),
        (ask("messages.list", colour="red"), -32602),
        (ask("messages.show"), -32602),
        (ask("messages.show", code="../etc"), -32602),
        (ask("quarantine.learn", code="H7K2Q", learn_as="ham sandwich"), -32602),
        (ask("events.subscribe", topics=["weather"]), -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"status","params":[1]}\n', -32602),
        (ask("messages.show", code="ZZZZZ"), -32001),
    ],
    ids=lambda value: ascii(value[:40]) if isinstance(value, bytes) else None,
)
async def test_what_is_wrong_with_a_line_is_answered_and_the_next_line_is_served(
    tmp_path: Path, line: bytes, code: int
) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        wrong, right = await talk(gateway.path, line, ask("status", 2))
    assert wrong["error"]["code"] == code
    assert right["id"] == 2
    assert gateway.faults == []


async def test_a_request_without_id_gets_no_answer(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        answers = await talk(gateway.path, b'{"jsonrpc":"2.0","method":"status"}\n', ask("status", 7))
    assert [answer["id"] for answer in answers] == [7]


async def test_a_line_of_one_mebibyte_is_read_and_one_octet_more_ends_the_conversation(tmp_path: Path) -> None:
    def padded(octets: int) -> bytes:
        line = ask("status")[:-1]
        return line + b" " * (octets - len(line) - 1) + b"\n"

    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        fits = await talk(gateway.path, padded(LINE_MAXIMUM_OCTETS), ask("status", 2))
        too_long = await talk(gateway.path, padded(LINE_MAXIMUM_OCTETS + 1), ask("status", 2))
    assert [answer["id"] for answer in fits] == [1, 2]
    assert [answer["error"]["code"] for answer in too_long] == [-32600]


async def test_half_a_line_is_waited_for_only_so_long(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk(), patience=Patience(half_line_seconds=0.01)) as gateway:
        reader, writer = await asyncio.open_unix_connection(str(gateway.path))
        writer.write(b'{"jsonrpc"')
        assert await reader.read() == b""
        writer.close()


async def test_a_client_that_says_nothing_is_waited_for_only_so_long(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk(), patience=Patience(idle_seconds=0.01)) as gateway:
        reader, writer = await asyncio.open_unix_connection(str(gateway.path))
        assert await reader.read() == b""
        writer.close()


async def test_a_fault_of_the_gateway_is_published_and_its_text_stays_inside(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk(broken=True)) as gateway:
        broken, fine = await talk(gateway.path, ask("status"), ask("messages.list", 2))
    assert broken["error"]["code"] == -32603
    assert "secret" not in json.dumps(broken)
    assert gateway.faults == [Fault("control.status", "RuntimeError: secret inside")]
    assert "result" in fine


async def test_hostile_mail_text_is_harmless_on_the_wire(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(0, subject=HOSTILE, reverse_path=HOSTILE, reply=HOSTILE, helo=HOSTILE)])
    async with fake_gateway(tmp_path, desk) as gateway:
        answers = await talk(gateway.path, *(ask(f"messages.{verb}", code="F7K20") for verb in ("show", "explain")))
        answers += await talk(gateway.path, ask("messages.list"))
    text = json.dumps(answers, ensure_ascii=False)
    assert not any(bad in text for bad in ("\\u001b", "\x1b", "\u202e", "\u200b", "\x9b", "\\r", "\\n"))
    assert "pay�gnp.exe" in text


async def test_paging_visits_every_message_once(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(number) for number in range(25)])
    codes, cursor = [], ""
    async with fake_gateway(tmp_path, desk) as gateway:
        while cursor is not None:
            (answer,) = await talk(gateway.path, ask("messages.list", limit=10, cursor=cursor))
            codes += [item["code"] for item in answer["result"]["items"]]
            cursor = answer["result"]["next"]
    assert codes == [row.code for row in desk.records]


async def test_the_longest_page_of_the_worst_mail_fits_a_line(tmp_path: Path) -> None:
    worst = "\U0001f4b0" * 5_000
    rows = [
        record(n, subject=worst, reverse_path=worst, from_field=worst, reply=worst, client_ip=worst) for n in range(200)
    ]
    async with fake_gateway(tmp_path, FakeDesk(records=rows)) as gateway:
        (answer,) = await talk(gateway.path, ask("messages.list", limit=200))
    assert len(answer["result"]["items"]) == 200


async def test_a_stranger_is_turned_away_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever runs the tests is at home here, perhaps even as root: so the peer is told to be another.
    monkeypatch.setattr("gateway.control.server.peer_of", lambda connection: Peer(4_000, frozenset({4_000}), "eve"))
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        (answer,) = await talk(gateway.path)
    assert answer["error"]["code"] == -32002
    assert "The user eve may not use this gateway" in answer["error"]["message"]


async def test_a_member_of_the_helpers_group_is_a_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.control.server.peer_of", lambda connection: Peer(4_000, frozenset({801}), "bob"))
    desk = FakeDesk(held_rows=[held(0)])
    async with fake_gateway(tmp_path, desk, house=House(own_uid=990, helper_gid=801)) as gateway:
        release = ask("quarantine.release", 1, code="F7K20")
        read = ask("quarantine.show", 2, code="F7K20", text=True)
        released, refused = await talk(gateway.path, release, read)
    assert released["result"]["complete"] is True
    assert refused["error"]["code"] == -32002
    assert desk.asked == [("release", "F7K20", (), "bob")]


async def test_one_client_too_many_is_told_so_and_the_others_stay(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        open_ones = [await asyncio.open_unix_connection(str(gateway.path)) for _ in range(CONNECTIONS_MAXIMUM)]
        for reader, writer in open_ones:
            writer.write(ask("messages.list"))
            await reader.readline()
        (answer,) = await talk(gateway.path)
        first_reader, first_writer = open_ones[0]
        first_writer.write(ask("status", 9))
        assert json.loads(await first_reader.readline())["id"] == 9
        for _, writer in open_ones:
            writer.close()
    assert answer["id"] is None
    assert "Too many" in answer["error"]["message"]


async def test_a_client_that_hangs_up_at_once_hurts_nobody(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        for _ in range(20):
            with socket.socket(socket.AF_UNIX) as brief:
                brief.connect(str(gateway.path))
        (answer,) = await talk(gateway.path, ask("status"))
    assert answer["result"]["hostname"] == "mx.office.example"
    assert gateway.faults == []
