"""Ports for tests: nobody else's, and dead until somebody listens."""

import os
import socket

import pytest

from tests.support.ports import answers, first_free_port, free_port


def test_a_free_port_is_dead_and_not_one_that_the_kernel_gives_to_others() -> None:
    ports = {free_port() for _ in range(20)}
    assert len(ports) == 20
    assert max(ports) < 32_768
    with pytest.raises(ConnectionRefusedError):
        answers(ports.pop())


def test_no_other_process_is_given_a_port_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = free_port()
    monkeypatch.setattr("tests.support.ports.random.sample", lambda *_: [mine])
    child = os.fork()
    if child == 0:
        try:
            free_port()
        except OSError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_next_one_is_taken_when_the_preferred_one_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert first_free_port(port) > port
