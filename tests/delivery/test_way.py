from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config.schema import Backend, SmartHost, SmartHostAuth, SmartHostTls, Timeouts
from gateway.core.outcome import Result, Stage
from gateway.delivery.classify import outcome_of
from gateway.delivery.link import Link
from gateway.delivery.opener import LOOP, Opener, Surroundings
from gateway.delivery.way import NoLink, NoLogin, Target, Way, way_to_backend, way_to_smart_host
from gateway.net.dial import Dialer
from tests.support.certificate import make
from tests.support.clock import HandClock
from tests.support.hops import Names
from tests.support.nexthop import NextHop, Profile, running
from tests.support.values import recipient

OFFICE = SmartHostAuth("office", "smarthost")
WITH_AUTH = Profile(announces=("PIPELINING", "AUTH PLAIN LOGIN"), users={"office": "gr\u00fcn"})


def password(name: str) -> bytes:
    if name != "smarthost":
        raise NoLogin(f"there is no secret named {name}: set it with `poterne secret set {name}`")
    return "gr\u00fcn".encode()


def way(hop: NextHop, auth: SmartHostAuth | None = OFFICE, **tls: object) -> Way:
    port = int(hop.address.rpartition(":")[2])
    host = SmartHost("127.0.0.1", port, tls=SmartHostTls(**{"mode": "require", **tls}), auth=auth)  # type: ignore[arg-type]  # fields by name
    return way_to_smart_host(host, password)


async def opened(to: Way, hop: NextHop) -> Link | NoLink:
    clock = HandClock()
    around = Surroundings("mx.office.example", Dialer(Names()), clock, Timeouts())
    return await Opener(to, around).open(Target.literal(hop.address), clock.monotonic() + 5)


def test_port_465_is_tls_from_the_first_octet_unless_the_settings_say_otherwise() -> None:
    def implicit(port: int, **tls: object) -> bool:
        return way_to_smart_host(SmartHost("h.example", port, tls=SmartHostTls(**tls)), password).implicit_tls  # type: ignore[arg-type]  # fields by name

    assert implicit(465)
    assert not implicit(587)
    assert implicit(10465, implicit=True)
    assert not implicit(465, implicit=False)
    assert not implicit(465, mode="none")


async def test_a_literal_address_of_ipv6_gets_its_brackets() -> None:
    (target,) = await way_to_smart_host(SmartHost("2001:db8::1"), password).hosts.find()  # type: ignore[misc]  # no NoLink
    assert target == Target("[2001:db8::1]:587", "2001:db8::1", "[2001:db8::1]:587")


def test_a_backend_is_reached_as_before() -> None:
    to = way_to_backend(Backend(("/run/lmtp.sock",), transport="lmtp", max_connections=3))
    assert (to.protocol, to.max_connections, to.login, to.knows_itself) == ("lmtp", 3, None, False)


@pytest.mark.parametrize("mechanism", ["plain", "login"])
async def test_we_log_in_within_tls(tmp_path: Path, mechanism: str) -> None:
    async with running(WITH_AUTH, tls=make(tmp_path).context()) as hop:
        auth = SmartHostAuth("office", "smarthost", mechanism)  # type: ignore[arg-type]  # one of its words
        link = await opened(way(hop, auth), hop)
        assert isinstance(link, Link)
        assert hop.sessions[0].logged_in_as == "office"


async def test_we_log_in_where_tls_comes_first(tmp_path: Path) -> None:
    async with running(WITH_AUTH, tls=make(tmp_path).context(), implicit_tls=True) as hop:
        assert isinstance(await opened(way(hop, implicit=True), hop), Link)
        assert hop.sessions[0].logged_in_as == "office"


async def test_a_certificate_that_proves_nothing_gets_no_password(tmp_path: Path) -> None:
    for implicit in (True, False):
        async with running(WITH_AUTH, tls=make(tmp_path).context(), implicit_tls=implicit) as hop:
            nothing = await opened(way(hop, mode="verify", implicit=implicit), hop)
            assert isinstance(nothing, NoLink)
            assert nothing.ending.stage is Stage.STARTTLS
            assert not [command for command in hop.commands if command.startswith("AUTH")]


async def test_a_wrong_password_is_a_sick_hop_and_nobodys_fault(tmp_path: Path) -> None:
    async with running(
        Profile(announces=("AUTH PLAIN",), users={"office": "other"}), tls=make(tmp_path).context()
    ) as hop:
        to = way(hop)
        nothing = await opened(to, hop)
        assert isinstance(nothing, NoLink)
        outcome = outcome_of(nothing.ending, recipient(), nothing.hop, refused=to.refused)
        assert (outcome.result, outcome.stage) == (Result.HOP_SICK, Stage.AUTH)


async def test_a_secret_that_is_missing_is_a_sick_hop_that_says_what_to_do(tmp_path: Path) -> None:
    async with running(WITH_AUTH, tls=make(tmp_path).context()) as hop:
        to = way(hop, SmartHostAuth("office", "absent"))
        nothing = await opened(to, hop)
        assert isinstance(nothing, NoLink)
        assert "poterne secret set absent" in nothing.ending.failure
        assert outcome_of(nothing.ending, recipient(), nothing.hop, refused=to.refused).result is Result.HOP_SICK
        assert not hop.sessions


async def test_a_smart_host_that_is_ourselves_gets_nothing() -> None:
    async with running(Profile(greeting="220 mx.office.example ESMTP")) as hop:
        nothing = await opened(way(hop, None, mode="none"), hop)
        assert isinstance(nothing, NoLink)
        assert nothing.ending.reply == LOOP
        assert hop.commands == []
