"""TLS without a socket."""

import ssl

import pytest

from gateway.net.tls import CertificateFiles, ServerTls
from gateway.smtp.seal import Seal


class Client:
    """The other side, in memory too."""

    def __init__(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.arrived, self.leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self.arrived, self.leaving, server_hostname="mx.office.example")

    def step(self):
        try:
            self.object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True


@pytest.fixture
async def context(tmp_path):
    tls = ServerTls(CertificateFiles.named(tmp_path, "mx"), "mx.office.example", lambda event: None)
    await tls.prepare()
    return tls.context()


def shake_hands(seal, client):
    for _ in range(5):
        client.step()
        seal.feed(client.leaving.read())
        done = seal.shake_hands()
        client.arrived.write(seal.take_out())
        if done and client.step():
            return
    raise AssertionError("no handshake")


async def test_octets_go_both_ways(context):
    seal, client = Seal(context), Client()
    shake_hands(seal, client)
    assert seal.session.version == "TLSv1.3"
    client.object.write(b"x" * 50_000)
    seal.feed(client.leaving.read())
    plain = bytearray(b"before ")
    seal.read(plain)
    assert plain == b"before " + b"x" * 50_000
    seal.write(b"answer")
    client.arrived.write(seal.take_out())
    assert client.object.read(100) == b"answer"
    assert not seal.has_ended


async def test_nothing_is_made_for_a_client_that_stays_silent(context):
    seal = Seal(context)
    assert not seal.shake_hands()
    assert seal._object is None
    assert seal.take_out() == b""
    seal.read(bytearray())
    seal.write(b"nobody hears this")
    seal.close()
    with pytest.raises(RuntimeError, match="handshake"):
        _ = seal.session


async def test_half_a_record_waits_for_its_other_half(context):
    seal, client = Seal(context), Client()
    shake_hands(seal, client)
    client.object.write(b"hello")
    sealed = client.leaving.read()
    plain = bytearray()
    for octet in sealed[:-1]:
        seal.feed(bytes([octet]))
        seal.read(plain)
        assert not plain
    seal.feed(sealed[-1:])
    seal.read(plain)
    assert plain == b"hello"


async def test_an_orderly_end_is_seen_and_said(context):
    seal, client = Seal(context), Client()
    shake_hands(seal, client)
    seal.close()
    client.arrived.write(seal.take_out())
    assert client.object.read(1) == b""
    client.object.unwrap()
    seal.feed(client.leaving.read())
    seal.read(bytearray())
    assert seal.has_ended


async def test_what_is_no_tls_is_an_error(context):
    seal = Seal(context)
    seal.feed(b"EHLO mail.example\r\n" * 20)
    with pytest.raises(ssl.SSLError):
        seal.shake_hands()
