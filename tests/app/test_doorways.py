"""Listening sockets that stay open from one version of the settings to the next."""

from __future__ import annotations

import socket

import pytest

from gateway.app.doorways import Doorways
from gateway.system.sockets import ListenError
from tests.support.ports import free_port


def connected(port: int, host: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection((host, port), timeout=5)


def test_an_address_that_is_wanted_again_is_the_same_socket_with_the_same_queue() -> None:
    port = free_port()
    doorways = Doorways({})
    (first,) = doorways.open({"internet": f"127.0.0.1:{port}"})["internet"]
    with connected(port):
        first.close()
        (second,) = doorways.open({"renamed": f"127.0.0.1:{port}"})["renamed"]
        connection, _ = second.accept()
        connection.close()
    second.close()
    doorways.close_others([])
    with pytest.raises(ConnectionRefusedError):
        connected(port)


def test_when_one_cannot_be_opened_none_is_and_those_of_before_stay() -> None:
    port, other = free_port(), free_port()
    doorways = Doorways({})
    doorways.hold({"internet": f"127.0.0.1:{port}"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ListenError):
            doorways.hold({"internet": f"127.0.0.1:{port}", "b": address, "c": f"127.0.0.1:{other}"})
    connected(port).close()
    with pytest.raises(ConnectionRefusedError):
        connected(other)
    doorways.close_others([])


def test_only_an_unwanted_address_with_the_port_of_a_new_one_is_in_the_way() -> None:
    port = free_port()
    one, all_of_them = f"127.0.0.1:{port}", f"0.0.0.0:{port}"
    doorways = Doorways({})
    doorways.hold({"internet": one})
    assert doorways.in_the_way([all_of_them]) == {one}
    assert doorways.in_the_way([one]) == set()
    assert doorways.in_the_way([f"127.0.0.1:{free_port()}"]) == set()
    doorways.close([one])
    doorways.hold({"internet": all_of_them})
    connected(port, "127.0.0.2").close()
    doorways.close_others([])


def test_what_systemd_passed_is_never_closed_so_it_can_come_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as passed:
        port = passed.getsockname()[1]
        doorways = Doorways({"smtp": [passed]})
        doorways.hold({"internet": "systemd:smtp"})
        doorways.close_others([])
        assert doorways.held == {}
        for each in doorways.open({"internet": "systemd:smtp"})["internet"]:
            each.close()
        connected(port).close()
