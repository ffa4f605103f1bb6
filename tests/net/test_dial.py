from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gateway.net.dial import Dialer, Endpoint, Unreachable, endpoint
from tests.support.hops import Names
from tests.support.nexthop import running
from tests.support.ports import free_port


@pytest.mark.parametrize(
    ("hop", "expected"),
    [
        ("10.0.0.9:25", Endpoint("10.0.0.9", 25)),
        ("[2001:db8::9]:25", Endpoint("2001:db8::9", 25)),
        ("ex01.office.lan:2525", Endpoint("ex01.office.lan", 2525)),
        ("/run/dovecot/lmtp", Endpoint(path="/run/dovecot/lmtp")),
    ],
)
def test_a_next_hop_is_an_address_or_a_path(hop: str, expected: Endpoint) -> None:
    assert endpoint(hop) == expected


@pytest.mark.parametrize("hop", ["", "10.0.0.9", ":25", "host:", "host:0", "host:65536", "host:smtp", "host:\u0662"])
async def test_what_is_neither_is_unreachable_in_words(hop: str) -> None:
    with pytest.raises(Unreachable, match="neither host:port nor a path"):
        await Dialer(Names()).dial(hop)


async def test_a_tcp_connection_has_no_nagle_delay() -> None:
    async with running() as hop:
        wire = await Dialer(Names()).dial(hop.address)
        assert wire._transport is not None
        raw = wire._transport.get_extra_info("socket")
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        assert (await wire.read()).startswith(b"220 ")
        wire.abort()


async def test_a_unix_socket_is_dialled_by_its_path(tmp_path: Path) -> None:
    async with running(path=str(tmp_path / "lmtp")) as hop:
        wire = await Dialer(Names()).dial(hop.address)
        assert (await wire.read()).startswith(b"220 ")
        wire.abort()


async def test_a_missing_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="nobody: No such file"):
        await Dialer(Names()).dial(str(tmp_path / "nobody"))


async def test_a_name_is_looked_up_by_our_own_resolver_and_each_address_tried() -> None:
    async with running() as hop:
        port = hop.address.rpartition(":")[2]
        names = Names({"ex01.office.lan": ("127.0.0.254", "127.0.0.1")})
        wire = await Dialer(names).dial(f"ex01.office.lan:{port}")
        wire.abort()


async def test_a_closed_port_is_unreachable_with_its_cause() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1: .*(refused|failed)"):
            await Dialer(Names()).dial(f"127.0.0.1:{free.getsockname()[1]}")


async def test_a_name_without_address_and_a_dns_failure_are_told_apart() -> None:
    names = Names({"broken.example": None})
    with pytest.raises(Unreachable, match="has no address"):
        await Dialer(names).dial("nobody.example:25")
    with pytest.raises(Unreachable, match="DNS does not answer"):
        await Dialer(names).dial("broken.example:25")


async def test_localhost_is_never_asked_of_dns() -> None:
    async with running() as hop:
        port = hop.address.rpartition(":")[2]
        wire = await Dialer(Names({"localhost": None})).dial(f"localhost:{port}")
        wire.abort()


async def test_a_refused_connection_is_told_in_the_systems_words() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1: Connection refused"):
        await Dialer(Names()).dial(f"127.0.0.1:{free_port()}")
