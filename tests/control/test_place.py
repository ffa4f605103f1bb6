"""Where the socket lies."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gateway.control.place import address, socket_path


def test_the_socket_lies_in_the_runtime_directory() -> None:
    assert socket_path("/run/poterne") == Path("/run/poterne/control.sock")


def test_a_short_path_is_its_own_name(tmp_path: Path) -> None:
    with address(Path("/run/poterne/control.sock")) as name:
        assert name == "/run/poterne/control.sock"


def test_a_path_longer_than_the_kernel_takes_can_be_bound_and_reached(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as calling:
        with address(folder / "control.sock") as name:
            assert len(name) < 108
            listening.bind(name)
            listening.listen()
        assert (folder / "control.sock").is_socket()
        with address(folder / "control.sock") as name:
            calling.connect(name)


def test_a_long_path_without_its_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), address(tmp_path / ("x" * 200) / "control.sock"):
        pass
