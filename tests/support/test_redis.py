"""The Redis that other tests rely on is real: on a Unix socket only, alone in its folder, gone when stopped."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.process import NotStarted, find_program
from tests.support.redis import RunningRedis, start_redis

pytestmark = pytest.mark.e2e

try:
    find_program("redis-server")
except NotStarted as missing:
    pytest.skip(str(missing), allow_module_level=True)


def ask(running: RunningRedis, *words: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(5)
        peer.connect(str(running.socket))
        peer.sendall(" ".join(words).encode() + b"\r\n")
        return peer.recv(4096)


def test_two_folders_hold_two_servers(tmp_path: Path) -> None:
    first, second = start_redis(tmp_path / "a"), start_redis(tmp_path / "b")
    try:
        assert ask(first, "SET", "key", "one") == b"+OK\r\n"
        assert ask(second, "GET", "key") == b"$-1\r\n"
    finally:
        first.stop()
        second.stop()
    assert first.process.poll() is not None


@pytest.mark.parametrize(("keep", "answer"), [(True, b"$3\r\none\r\n"), (False, b"$-1\r\n")])
def test_what_is_to_be_kept_outlives_a_restart(tmp_path: Path, keep: bool, answer: bytes) -> None:
    first = start_redis(tmp_path, keep=keep)
    ask(first, "SET", "key", "one")
    first.stop()
    second = start_redis(tmp_path, keep=keep)
    try:
        assert ask(second, "GET", "key") == answer
    finally:
        second.stop()


def test_a_folder_too_deep_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="too long"):
        start_redis(tmp_path / ("x" * 100))
