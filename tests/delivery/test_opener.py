from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config.schema import Backend, BackendTls, Timeouts
from gateway.core.outcome import Stage
from gateway.delivery.link import Link
from gateway.delivery.opener import Opener, Surroundings
from gateway.delivery.way import NoLink, Target, way_to_backend
from gateway.net.dial import Dialer
from tests.support.certificate import make
from tests.support.clock import HandClock
from tests.support.exchange import TLS_BROKEN
from tests.support.hops import Names
from tests.support.nexthop import Profile, running


async def opened(hop: str, tls: BackendTls, names: Names | None = None, **backend: object) -> Link | NoLink:
    clock = HandClock()
    around = Surroundings("mx.office.example", Dialer(names or Names()), clock, Timeouts())
    way = way_to_backend(replace(Backend((hop,), tls=tls), **backend))  # type: ignore[arg-type]  # fields of Backend
    return await Opener(way, around).open(Target.literal(hop), clock.monotonic() + 5)


def failure(link: Link | NoLink) -> str:
    assert isinstance(link, NoLink)
    assert link.ending.stage is Stage.STARTTLS
    return link.ending.failure


async def test_opportunistic_encrypts_with_any_certificate(tmp_path: Path) -> None:
    async with running(tls=make(tmp_path).context()) as hop:
        link = await opened(hop.address, BackendTls("opportunistic"))
        assert isinstance(link, Link)
        assert link.is_encrypted
        assert not link.capabilities.has("STARTTLS")
        assert hop.sessions[0].is_encrypted


async def test_opportunistic_goes_in_clear_where_nothing_is_offered() -> None:
    async with running() as hop:
        link = await opened(hop.address, BackendTls("opportunistic"))
        assert isinstance(link, Link)
        assert not link.is_encrypted


async def test_opportunistic_goes_on_in_clear_where_starttls_is_refused(tmp_path: Path) -> None:
    """A stock client gave up here instead of following its policy."""
    async with running(TLS_BROKEN, tls=make(tmp_path).context()) as hop:
        assert isinstance(await opened(hop.address, BackendTls("opportunistic")), Link)
        assert len(hop.sessions) == 1


async def test_opportunistic_tries_once_more_in_clear_where_the_handshake_fails() -> None:
    profile = Profile(announces=("PIPELINING", "STARTTLS"))
    async with running(profile) as hop:
        link = await opened(hop.address, BackendTls("opportunistic"))
        assert isinstance(link, Link)
        assert not link.is_encrypted
        assert len(hop.sessions) == 2
        assert "STARTTLS" not in hop.sessions[1].commands


async def test_none_never_says_starttls(tmp_path: Path) -> None:
    async with running(tls=make(tmp_path).context()) as hop:
        assert isinstance(await opened(hop.address, BackendTls("none")), Link)
        assert "STARTTLS" not in hop.commands


async def test_what_is_injected_before_the_handshake_is_never_read(tmp_path: Path) -> None:
    """Exim's CVE-2021-38371, as seen by the peer: a whole EHLO reply behind the 220, in clear."""
    profile = Profile(injects=b"250-hop.example\r\n250 SIZE 1\r\n")
    async with running(profile, tls=make(tmp_path).context()) as hop:
        link = await opened(hop.address, BackendTls("require"))
        if isinstance(link, Link):
            assert link.capabilities.size_octets == 37_748_736
        else:
            assert "handshake" in link.ending.failure


async def test_require_refuses_a_hop_without_starttls() -> None:
    async with running() as hop:
        assert failure(await opened(hop.address, BackendTls("require"))) == "STARTTLS is not offered"


async def test_require_takes_any_certificate_and_a_pin_only_its_own(tmp_path: Path) -> None:
    made, other = make(tmp_path), make(tmp_path, "other")
    async with running(tls=made.context()) as hop:
        assert isinstance(await opened(hop.address, BackendTls("require")), Link)
        assert isinstance(await opened(hop.address, BackendTls("require", (made.pin,))), Link)
        words = failure(await opened(hop.address, BackendTls("require", (other.pin,))))
        assert made.pin in words
        assert other.pin in words


async def test_a_pin_is_held_under_opportunistic_too_and_nothing_goes_in_clear(tmp_path: Path) -> None:
    made, other = make(tmp_path), make(tmp_path, "other")
    async with running(tls=made.context()) as hop:
        assert made.pin in failure(await opened(hop.address, BackendTls("opportunistic", (other.pin,))))
        assert len(hop.sessions) == 1


async def test_verify_refuses_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    async with running(tls=make(tmp_path).context()) as hop:
        assert "self-signed" in failure(await opened(hop.address, BackendTls("verify")))


async def test_verify_checks_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(tmp_path, host="ex01.office.lan")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    names = Names({"ex01.office.lan": ("127.0.0.1",), "ex02.office.lan": ("127.0.0.1",)})
    async with running(tls=made.context()) as hop:
        port = hop.address.rpartition(":")[2]
        assert isinstance(await opened(f"ex01.office.lan:{port}", BackendTls("verify"), names), Link)
        words = failure(await opened(f"ex02.office.lan:{port}", BackendTls("verify"), names))
        assert "ex02.office.lan" in words


async def test_a_unix_socket_needs_no_handshake(tmp_path: Path) -> None:
    async with running(Profile(is_lmtp=True), tls=make(tmp_path).context(), path=str(tmp_path / "lmtp")) as hop:
        link = await opened(hop.address, BackendTls("opportunistic"), transport="lmtp")
        assert isinstance(link, Link)
        assert hop.commands == ["LHLO mx.office.example"]


@pytest.mark.parametrize(
    ("profile", "stage"),
    [
        (Profile(greeting="554 5.3.2 go away"), Stage.GREETING),
        (Profile(greeting="!"), Stage.GREETING),
        (Profile(ehlo="421 4.3.2 later"), Stage.EHLO),
    ],
)
async def test_a_hop_that_refuses_early_gives_no_session(profile: Profile, stage: Stage) -> None:
    async with running(profile) as hop:
        link = await opened(hop.address, BackendTls())
        assert isinstance(link, NoLink)
        assert link.ending.stage is stage
