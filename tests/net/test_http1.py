"""One HTTP exchange: what goes out cannot be split, what comes in is complete or an error."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.net.http1 import (
    REPLY_BODY_MAXIMUM_OCTETS,
    HttpError,
    HttpReply,
    exchange,
    field_value,
    request_head,
)
from tests.support.unixpeer import ScriptedPeer

HEAD = request_head("GET", "/ping", (), 0)


@given(st.text(max_size=200))
def test_no_text_can_begin_a_new_line_of_the_request(text: str) -> None:
    value = field_value(text)
    assert not [character for character in value if ord(character) < 32 or 127 <= ord(character) < 160]
    head = request_head("POST", "/checkv2", [("Helo", text)], 5)
    assert head.count(b"\r\n") in (5, 6)
    assert head.count(b"\n") == head.count(b"\r")
    assert head.endswith(b"Content-Length: 5\r\n\r\n")


def test_a_field_without_a_value_is_left_out() -> None:
    assert b"Helo" not in request_head("POST", "/x", [("Helo", "\r\n")], 1)


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert b"Helo: a?b\r\n" in request_head("POST", "/x", [("Helo", "a\udcffb")], 1)


def test_a_field_name_that_is_none_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no field name"):
        request_head("POST", "/x", [("Helo\r\nX", "a")], 1)


async def test_a_reply_is_read_whole_and_the_body_arrives_in_order(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong") as peer:
        pieces = (b"one", memoryview(b"x" * 2_000_000), b"two")
        head = request_head("POST", "/checkv2", (), sum(len(piece) for piece in pieces))
        assert await exchange(peer.address, head, pieces) == HttpReply(200, b"pong")
    assert peer.received.endswith(b"\r\n\r\none" + b"x" * 2_000_000 + b"two")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npong",
        b"HTTP/1.1 200 OK\r\n\r\npong",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 3\r\n\r\npong",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\npong",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4 4\r\n\r\npong",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\npong",
        b"HTTP/1.1 200 OK\r\nno field\r\nContent-Length: 4\r\n\r\npong",
        b"HTTP/1.1 999 OK\r\nContent-Length: 4\r\n\r\npong",
        b"220 mail.example ESMTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000 + b"\r\nContent-Length: 4\r\n\r\npong",
    ],
)
async def test_a_reply_that_is_cut_off_malformed_or_endless_is_an_error(tmp_path: Path, answer: bytes) -> None:
    async with ScriptedPeer(tmp_path, answer) as peer:
        with pytest.raises(HttpError):
            await exchange(peer.address, HEAD)


@pytest.mark.parametrize("length", [REPLY_BODY_MAXIMUM_OCTETS + 1, 999_999_999])
async def test_a_reply_that_says_how_long_it_is_is_refused_before_it_is_read(tmp_path: Path, length: int) -> None:
    async with ScriptedPeer(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length) as peer:
        with pytest.raises(HttpError, match="longer than"):
            await exchange(peer.address, HEAD)


async def test_nobody_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"."):
        await exchange(str(tmp_path / "nobody.sock"), HEAD)


async def test_a_peer_that_closes_while_we_send_is_an_oserror(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n"
    async with ScriptedPeer(tmp_path, answer, read_all=False) as peer:
        head = request_head("POST", "/checkv2", (), 4_000_000)
        with pytest.raises(OSError, match=r"."):
            await exchange(peer.address, head, (bytes(4_000_000),))


async def test_a_peer_on_tcp_is_reached_by_host_and_port() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await exchange(f"127.0.0.1:{port}", HEAD) == HttpReply(200, b"ok")


async def test_who_gave_up_is_heard_no_more_and_the_next_gets_its_own_reply(tmp_path: Path) -> None:
    async with ScriptedPeer(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", hang=True) as peer:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await exchange(peer.address, HEAD)
        peer.release.set()
        assert await exchange(peer.address, HEAD) == HttpReply(200, b"ok")


async def test_an_address_that_is_none_is_an_oserror() -> None:
    with pytest.raises(OSError, match="neither"):
        await exchange("nowhere", HEAD)
