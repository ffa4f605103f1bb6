"""The listening socket: one live gateway, no leftovers."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from gateway.control.door import DoorError, door


def test_folder_and_socket_are_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "run" / "control.sock"
    with door(path):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o750
        assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_the_socket_is_gone_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with pytest.raises(RuntimeError), door(path):
        raise RuntimeError
    assert not path.exists()
    with door(path):
        assert path.is_socket()


def test_a_second_gateway_is_refused_in_words_and_the_first_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with door(path):
        with pytest.raises(DoorError, match="Another gateway runs already"), door(path):
            pass
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))


def test_the_socket_of_a_gateway_that_crashed_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with door(path), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))


def test_what_is_not_a_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    path.write_text("precious")
    with pytest.raises(DoorError, match="not a socket"), door(path):
        pass
    assert path.read_text() == "precious"


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(DoorError, match="can't be used"), door(tmp_path / "run" / "control.sock"):
        pass
