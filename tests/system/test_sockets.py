import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gateway.system.sockets import ListenError, inherited_sockets, open_listeners, unused_names


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(opened: socket.socket) -> int:
    port: int = opened.getsockname()[1]
    return port


def test_an_address_is_bound_and_listens_without_blocking() -> None:
    (opened,) = open_listeners({"internet": "127.0.0.1:0"}, {})["internet"]
    with opened, socket.create_connection(("127.0.0.1", port_of(opened))):
        assert not opened.getblocking()
        assert not opened.get_inheritable()
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


def test_ipv6_takes_ipv6_only_so_that_both_families_have_the_same_port() -> None:
    (six,) = open_listeners({"six": "[::]:0"}, {})["six"]
    (four,) = open_listeners({"four": f"0.0.0.0:{port_of(six)}"}, {})["four"]
    with six, four:
        assert six.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


def test_a_port_that_is_taken_is_told_in_words_and_nothing_stays_open(taken: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = port_of(probe)
    with pytest.raises(ListenError) as caught:
        open_listeners({"a": f"127.0.0.1:{free}", "b": f"127.0.0.1:{port_of(taken)}", "c": "192.0.2.1:25"}, {})
    assert str(caught.value).splitlines() == [
        f"listener b: 127.0.0.1:{port_of(taken)} is taken: another program listens there",
        "listener c: 192.0.2.1:25 is no address of this machine",
    ]
    with socket.create_server(("127.0.0.1", free)):
        pass


def test_a_low_port_without_the_right_is_told_in_words() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to give up the right")
    script = (
        "import os, encodings.idna\n"
        "from gateway.system.sockets import ListenError, open_listeners\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: open_listeners({'a': '127.0.0.1:1'}, {})\n"
        "except ListenError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    if not done.stdout:
        pytest.skip("this machine lets everybody bind low ports")
    assert done.stdout.startswith("listener a: 127.0.0.1:1 needs a right this user lacks")


def test_sockets_from_systemd_are_taken_by_name_both_families() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("::1", 0), family=socket.AF_INET6) as two:
        opened = open_listeners({"internet": "systemd:smtp"}, {"smtp": [one, two]})
        assert opened == {"internet": (one, two)}
        assert not one.getblocking()


def test_a_name_that_systemd_did_not_pass_is_told_with_those_it_did() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, pytest.raises(ListenError, match=r"it passed: smtp$"):
        open_listeners({"internet": "systemd:smpt"}, {"smtp": [one]})


def test_a_socket_that_does_not_listen_is_refused() -> None:
    with socket.socket() as one, pytest.raises(ListenError, match="no listening stream socket"):
        open_listeners({"internet": "systemd:smtp"}, {"smtp": [one]})


def test_inherited_descriptors_are_found_by_their_names_in_a_real_process() -> None:
    script = (
        "import os\n"
        "from gateway.system.sockets import inherited_sockets\n"
        "os.environ['LISTEN_PID'] = str(os.getpid())\n"
        "found = inherited_sockets(os.environ, os.getpid())\n"
        "print({n: [s.getsockname()[1] for s in l] for n, l in found.items()}, os.get_inheritable(3))\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:

        def pass_them() -> None:
            first, second = os.dup(one.fileno()), os.dup(two.fileno())
            os.dup2(first, 3)
            os.dup2(second, 4)

        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "smtp:smtp", "PYTHONPATH": os.getcwd()},
            preexec_fn=pass_them,
            close_fds=False,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"{{'smtp': [{port_of(one)}, {port_of(two)}]}} False\n"


def test_descriptors_meant_for_another_process_are_left_alone() -> None:
    assert inherited_sockets({"LISTEN_FDS": "1", "LISTEN_PID": "1"}, 2) == {}
    assert inherited_sockets({}, 2) == {}
    assert inherited_sockets({"LISTEN_FDS": "x", "LISTEN_PID": "2"}, 2) == {}


def test_an_address_that_systemd_holds_for_us_is_taken_from_there() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as four,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as six,
    ):
        addresses = {"internet": f"127.0.0.1:{port_of(four)}", "six": f"[::1]:{port_of(six)}"}
        opened = open_listeners(addresses, {"smtp": [six, four]})
        assert opened == {"internet": (four,), "six": (six,)}
        assert not four.getblocking()


def test_another_address_with_the_same_port_is_opened_by_us() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        opened = open_listeners({"internet": f"127.0.0.2:{port_of(held)}"}, {"smtp": [held]})
        with opened["internet"][0] as ours:
            assert ours.getsockname() == ("127.0.0.2", port_of(held))


def test_one_socket_is_not_for_two_listeners() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        addresses = {"internet": "systemd:smtp", "office": f"127.0.0.1:{port_of(held)}"}
        with pytest.raises(ListenError, match=r"^listener office: the listener internet has this socket"):
            open_listeners(addresses, {"smtp": [held]})


def test_what_nobody_takes_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as used, socket.create_server(("127.0.0.1", 0)) as unused:
        inherited = {"smtp": [used], "submission": [unused]}
        opened = open_listeners({"internet": "systemd:smtp"}, inherited)
        assert unused_names(inherited, opened) == ["submission"]


def test_a_failure_leaves_the_sockets_of_systemd_open_for_other_settings() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        inherited = {"smtp": [held]}
        with pytest.raises(ListenError, match="no address of this machine"):
            open_listeners({"internet": "systemd:smtp", "other": "192.0.2.1:25"}, inherited)
        assert open_listeners({"internet": "systemd:smtp"}, inherited) == {"internet": (held,)}
