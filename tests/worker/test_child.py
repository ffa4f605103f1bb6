import io
import os
import socket
from collections.abc import Iterator

import pytest

from gateway.worker import child
from gateway.worker.child import examined, serve
from gateway.worker.protocol import ProtocolError, decode_finding, length_prefix


@pytest.fixture(autouse=True)
def _no_cpu_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "allow_cpu", lambda: None)


def give(ours: socket.socket, prefix: bytes, octets: bytes) -> None:
    descriptor = os.memfd_create("message")
    os.write(descriptor, octets)
    socket.send_fds(ours, [prefix], [descriptor])
    os.close(descriptor)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def test_each_message_gets_one_answer_until_the_gateway_closes(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    open_before = set(os.listdir("/proc/self/fd"))
    message = b"Content-Type: x/y; name=a.exe\r\n\r\n"
    for octets in (message, message, b""):
        give(ours, length_prefix(len(octets)), octets)
    ours.shutdown(socket.SHUT_WR)
    answers = io.BytesIO()
    serve(theirs, answers)
    octets = answers.getvalue()
    results = []
    while octets:
        length = int.from_bytes(octets[:8], "big")
        results.append(decode_finding(octets[8 : 8 + length]).result)
        octets = octets[8 + length :]
    assert results == ["hits", "hits", "clean"]
    assert set(os.listdir("/proc/self/fd")) == open_before


def test_a_message_without_end_or_without_octets_is_refused(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    give(ours, b"\xff" * 8, b"")
    with pytest.raises(ProtocolError):
        serve(theirs, io.BytesIO())
    ours.send(length_prefix(1))
    with pytest.raises(ProtocolError):
        serve(theirs, io.BytesIO())


def test_the_end_of_memory_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(octets: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(child, "inspect", greedy)
    assert examined(b"").result == "unscannable"
