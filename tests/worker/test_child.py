import io

import pytest

from gateway.worker import child
from gateway.worker.child import examined, serve
from gateway.worker.protocol import ProtocolError, decode_finding, length_prefix


@pytest.fixture(autouse=True)
def _no_cpu_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "allow_cpu", lambda: None)


def test_each_message_gets_one_answer_until_the_stream_ends() -> None:
    message = b"Content-Type: x/y; name=a.exe\r\n\r\n"
    answers = io.BytesIO()
    serve(io.BytesIO((length_prefix(len(message)) + message) * 2 + length_prefix(0)), answers)
    octets = answers.getvalue()
    results = []
    while octets:
        length = int.from_bytes(octets[:8], "big")
        results.append(decode_finding(octets[8 : 8 + length]).result)
        octets = octets[8 + length :]
    assert results == ["hits", "hits", "clean"]


def test_a_frame_without_end_is_refused() -> None:
    with pytest.raises(ProtocolError):
        serve(io.BytesIO(b"\xff" * 8), io.BytesIO())


def test_the_end_of_memory_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(octets: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(child, "inspect", greedy)
    assert examined(b"").result == "unscannable"
