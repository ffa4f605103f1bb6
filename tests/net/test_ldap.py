"""The client against a real slapd, and against one that lies."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from gateway.core.ldap import ber, messages
from gateway.core.ldap.filters import compiled
from gateway.core.ldap.messages import Search
from gateway.net import ldap
from gateway.net.dial import Dialer
from gateway.net.ldap import LdapError, Login, Server, find_all
from gateway.net.tls_client import TlsPolicy
from tests.core.ldap.test_messages import entry, message, paged, result
from tests.support.certificate import Certificate, make
from tests.support.hops import Names
from tests.support.ports import free_port
from tests.support.slapd import BASE, PASSWORD, READER, Person, Slapd

NEEDS_SLAPD = pytest.mark.skipif(
    shutil.which("slapd", path="/usr/sbin:/usr/bin") is None, reason="slapd is not installed"
)
WANTED = Search(BASE, compiled("(|(proxyAddresses=*)(mail=*))"), ("proxyAddresses", "mail"), 3, 10)
LOGIN = Login(READER, PASSWORD.encode())
PEOPLE = [Person(f"u{number}", f"u{number}@office.example") for number in range(17)]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    started = Slapd.start(tmp_path_factory.mktemp("ldap") / "slapd", PEOPLE)
    yield started
    started.stop()


def trusting(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.certificate)


def server(slapd: Slapd, implicit: bool = True) -> Server:
    port = slapd.port if implicit else slapd.plain_port
    return Server(f"127.0.0.1:{port}", implicit, TlsPolicy("verify"), trusting(slapd.certificate))


async def asked(where: Server, login: Login = LOGIN, wanted: Search = WANTED, seconds: float = 20.0) -> list[str]:
    found = await find_all(Dialer(Names()), where, login, wanted, seconds)
    return sorted(value for each in found for value in each.attributes.get("mail", ()))


@NEEDS_SLAPD
@pytest.mark.e2e
@pytest.mark.parametrize("implicit", [True, False])
async def test_all_are_found_page_by_page_though_the_server_limits_a_search(slapd: Slapd, implicit: bool) -> None:
    assert await asked(server(slapd, implicit)) == sorted(person.mail for person in PEOPLE)


@NEEDS_SLAPD
@pytest.mark.e2e
async def test_a_wrong_password_is_said_to_be_wrong_and_not_shown(slapd: Slapd) -> None:
    with pytest.raises(LdapError, match="at login: wrong user or password") as raised:
        await asked(server(slapd), Login(READER, b"guess-word"))
    assert "guess-word" not in str(raised.value)
    assert "guess-word" not in repr(Login(READER, b"guess-word"))


@NEEDS_SLAPD
@pytest.mark.e2e
async def test_a_certificate_of_somebody_else_ends_it_before_the_password(slapd: Slapd) -> None:
    where = Server(f"127.0.0.1:{slapd.port}", True, TlsPolicy("verify"), ssl.create_default_context())
    with pytest.raises(LdapError, match="TLS handshake"):
        await asked(where)
    pinned = Server(f"127.0.0.1:{slapd.port}", True, TlsPolicy("require", ("x" * 44,)), _unproven())
    with pytest.raises(LdapError, match="expected"):
        await asked(pinned)
    pinned = Server(f"127.0.0.1:{slapd.port}", True, TlsPolicy("require", (slapd.certificate.pin,)), _unproven())
    assert len(await asked(pinned)) == 17


@NEEDS_SLAPD
@pytest.mark.e2e
async def test_a_base_that_is_not_there_is_no_empty_directory(slapd: Slapd) -> None:
    wanted = Search(f"ou=nowhere,{BASE}", WANTED.filter, WANTED.attributes, 3, 10)
    with pytest.raises(LdapError, match="no such base"):
        await asked(server(slapd), wanted=wanted)


async def test_nobody_there_is_an_error_with_the_place() -> None:
    where = f"127.0.0.1:{free_port()}"
    with pytest.raises(LdapError, match=where):
        await asked(Server(where, True, TlsPolicy("verify"), ssl.create_default_context()))


# --- a server that says what a test wants ---------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make(tmp_path_factory.mktemp("hostile"), "ldap", "ldap.office.lan")


@asynccontextmanager
async def saying(talk: Talk, certificate: Certificate) -> AsyncIterator[Server]:
    """Behind TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate.context())
    port = listening.sockets[0].getsockname()[1]
    try:
        yield Server(f"127.0.0.1:{port}", True, TlsPolicy("verify"), trusting(certificate))
    finally:
        listening.close()


async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The login goes well, and the search has come."""
    await reader.read(4_096)
    writer.write(message(1, result(0x61, 0)))
    await reader.read(4_096)


async def refusal(talk: Talk, certificate: Certificate, seconds: float = 20.0) -> str:
    async with saying(talk, certificate) as where:
        with pytest.raises(LdapError) as raised:
            await asked(where, seconds=seconds)
    return str(raised.value)


async def test_an_outage_in_the_middle_gives_nothing(certificate: Certificate) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        writer.write(message(2, entry(("mail", ("a@office.example",)))) + message(2, result(0x65, 0), paged(b"next")))
        await reader.read(4_096)

    assert "closed" in await refusal(talk, certificate)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (message(2, result(0x65, 4)), "size limit exceeded"),
        (message(2, result(0x65, 10)), "refers to another"),
        (message(2, result(0x65, 0), paged(b"again")) * 1, "closed"),
        (message(2, entry(("proxyAddresses;range=0-1499", ("smtp:a@b",)))), "more values"),
        (message(0, result(0x78, 52, "going down")), "unavailable"),
        (b"\x30\x84\x7f\xff\xff\xff", "more than 1048576"),
        (b"\x30\x80" + bytes(100), "form that LDAP does not use"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak LDAP"),
    ],
)
async def test_what_is_not_the_whole_truth_is_an_error(said: bytes, why: str, certificate: Certificate) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        writer.write(said)
        await writer.drain()

    async with saying(talk, certificate) as where:
        with pytest.raises(LdapError, match=why):
            await asked(where)


async def test_the_same_empty_page_for_ever_has_an_end(certificate: Certificate) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        for number in range(2, 50):
            writer.write(message(number, result(0x65, 0), paged(b"round")))
            await reader.read(4_096)

    assert "same empty page" in await refusal(talk, certificate)


@pytest.mark.parametrize("limit", ["ENTRIES_MAXIMUM", "TOTAL_MAXIMUM_OCTETS"])
async def test_a_directory_without_end_has_one(
    limit: str, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldap, limit, 100)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        while True:
            writer.write(message(2, entry(("mail", ("a@office.example",)))) * 50)
            await writer.drain()

    assert "more than 100" in await refusal(talk, certificate)


async def test_a_server_that_falls_silent_has_its_time(certificate: Certificate) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        await reader.read(1)

    assert "no end within" in await refusal(talk, certificate, seconds=0.3)


async def test_a_refused_starttls_sends_no_password() -> None:
    heard: list[bytes] = []
    is_over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4_096))
        writer.write(message(1, result(0x78, 52, "no certificate")))
        heard.append(await reader.read(4_096))
        writer.close()
        is_over.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        where = Server(f"127.0.0.1:{port}", False, TlsPolicy("verify"), ssl.create_default_context())
        with pytest.raises(LdapError, match="at STARTTLS: unavailable"):
            await asked(where)
        async with asyncio.timeout(20):
            await is_over.wait()
    assert heard == [messages.start_tls(1), b""]
    assert ber.text(messages.START_TLS, 0x80) in heard[0]


def _unproven() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def test_what_is_said_in_clear_behind_starttls_is_nobodys_word(certificate: Certificate) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(4_096)
            # The answer to a login that has not been asked yet: somebody in between would have it believed.
            writer.write(message(1, result(0x78, 0)) + message(2, result(0x61, 0)))
            await writer.start_tls(certificate.context())
            await reader.read(4_096)
            writer.write(message(2, result(0x61, 49)))
            await reader.read(4_096)
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        where = Server(f"127.0.0.1:{port}", False, TlsPolicy("verify"), trusting(certificate))
        with pytest.raises(LdapError, match="at login: wrong user or password"):
            await asked(where)
