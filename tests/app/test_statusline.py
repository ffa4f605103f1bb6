import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.app.statusline import StatusLine
from gateway.core.event import BypassChanged, DependencyChanged, Fault, LaneChanged
from gateway.system.notify import Notifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        yield receiver


def said(manager: socket.socket) -> list[str]:
    lines = []
    while True:
        try:
            lines.append(manager.recv(500).decode().removeprefix("STATUS="))
        except BlockingIOError:
            return lines


def test_nothing_is_said_before_mail_is_taken_and_then_all_that_is_wrong(manager: socket.socket) -> None:
    line = StatusLine(Notifier(manager.getsockname()))
    line.hear(LaneChanged("backend:exchange", "away", "connection refused by <evil>"))
    assert said(manager) == []
    line.serving(("0.0.0.0:25", "[::]:25"))
    assert said(manager) == ["takes mail on 0.0.0.0:25, [::]:25; backend:exchange is away"]


def test_what_comes_back_leaves_the_line(manager: socket.socket) -> None:
    line = StatusLine(Notifier(manager.getsockname()))
    line.serving(("127.0.0.1:25",))
    line.hear(DependencyChanged("rspamd", "down", ""))
    line.hear(LaneChanged("backend:exchange", "sick", ""))
    line.hear(Fault("store", "not for this line"))
    line.hear(DependencyChanged("rspamd", "up", ""))
    assert said(manager)[1:] == [
        "takes mail on 127.0.0.1:25; rspamd is down",
        "takes mail on 127.0.0.1:25; backend:exchange is sick; rspamd is down",
        "takes mail on 127.0.0.1:25; backend:exchange is sick",
    ]


def test_a_gateway_without_a_listener_says_so_and_a_stop_says_how_many_it_waits_for(manager: socket.socket) -> None:
    line = StatusLine(Notifier(manager.getsockname()))
    line.serving(())
    line.stopping(3)
    assert said(manager) == ["takes no mail: there is no listener", "stops: 3 connections may end what they began"]


def test_a_bypass_is_not_forgotten(manager: socket.socket) -> None:
    line = StatusLine(Notifier(manager.getsockname()))
    line.serving(["127.0.0.1:25"])
    line.hear(BypassChanged(True, "anna", 1.0))
    line.hear(BypassChanged(False, "the clock"))
    assert said(manager)[1:] == [
        "takes mail on 127.0.0.1:25; the bypass is on: mail is not filtered",
        "takes mail on 127.0.0.1:25",
    ]


def test_a_strangers_dead_server_is_nothing_for_the_line(manager: socket.socket) -> None:
    line = StatusLine(Notifier(manager.getsockname()))
    line.serving(("127.0.0.1:25",))
    line.hear(LaneChanged("mx:partner.example", "away", "connection refused"))
    line.hear(LaneChanged("smart_host:provider", "sick", "535 5.7.8"))
    assert said(manager) == ["takes mail on 127.0.0.1:25", "takes mail on 127.0.0.1:25; smart_host:provider is sick"]
