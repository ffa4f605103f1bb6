"""The blocking client against the real server."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from gateway.control import protocol
from gateway.control.client import AwayError, Client, DeniedError
from gateway.control.params import Asked, HeldQuery, OneMessage, Subscribe
from gateway.control.protocol import ProtocolError
from gateway.control.values import HeldChanged
from gateway.core.event import QuarantineChanged
from tests.support.control import FakeDesk, gateway_in_thread, held


def test_results_come_back_as_values(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk(held_rows=[held(0)])) as gateway, Client(gateway.path) as client:
        assert client.call(protocol.STATUS, Asked()).hostname == "mx.office.example"
        assert client.call(protocol.QUARANTINE_LIST, HeldQuery()).items[0].code == "F7K20"


def test_an_error_is_raised_with_its_sentence(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway, Client(gateway.path) as client:
        with pytest.raises(DeniedError, match="No message has the code") as caught:
            client.call(protocol.MESSAGES_SHOW, OneMessage("ZZZZZ"))
        assert caught.value.failure.code == protocol.NOT_FOUND
        assert client.call(protocol.STATUS, Asked()).mail_flows


@pytest.mark.parametrize("leftover", [False, True])
def test_no_gateway_is_away(tmp_path: Path, leftover: bool) -> None:
    path = tmp_path / "control.sock"
    if leftover:
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
    with pytest.raises(AwayError, match="nothing listens"):
        Client(path)


def test_a_socket_that_may_not_be_opened_says_which_group_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: socket.socket, name: str) -> None:
        raise PermissionError

    # Root is never denied, and may be who runs the tests.
    monkeypatch.setattr("gateway.control.client.socket.socket.connect", denied)
    with pytest.raises(DeniedError, match="poterne-admin"):
        Client(tmp_path / "control.sock")


def one_answer(path: Path, answer: bytes) -> threading.Thread:
    """A server that says this to its first client, whatever it asks, and is gone."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    def serve() -> None:
        connection, _ = listening.accept()
        with listening, connection:
            connection.recv(65_536)
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", AwayError),
        (b'{"jsonrpc":"2.0"', ProtocolError),
        (b"hello\n", ProtocolError),
        (b'{"jsonrpc":"2.0","id":1,"result":{"strange":1}}\n', ProtocolError),
        (b'{"jsonrpc":"2.0","id":null,"error":{"code":-32002,"message":"Not you."}}\n', DeniedError),
    ],
)
def test_whatever_a_server_says_is_an_error_of_ours(tmp_path: Path, answer: bytes, error: type[Exception]) -> None:
    thread = one_answer(tmp_path / "control.sock", answer)
    with Client(tmp_path / "control.sock") as client, pytest.raises(error):
        client.call(protocol.STATUS, Asked())
    thread.join()


def test_a_server_that_never_answers_is_away(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "control.sock"))
        silent.listen()
        with Client(tmp_path / "control.sock", answer_seconds=0.01) as client, pytest.raises(AwayError):
            client.call(protocol.STATUS, Asked())


def test_the_reason_for_being_turned_away_is_read_although_nothing_can_be_sent(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "control.sock"))
        listening.listen()
        with Client(tmp_path / "control.sock") as client:
            connection, _ = listening.accept()
            connection.sendall(protocol.encode_failure(None, protocol.Failure(protocol.REFUSED, "Not you.")))
            connection.close()
            with pytest.raises(DeniedError, match=r"Not you\."):
                client.call(protocol.STATUS, Asked())


def test_notifications_come_one_by_one(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway, Client(gateway.path) as client:
        events = client.events(Subscribe())
        gateway.call_soon(lambda: gateway.hub.publish(QuarantineChanged("F7K20", "held")))
        assert protocol.decode_notification(next(events)) == HeldChanged("F7K20", "held")
