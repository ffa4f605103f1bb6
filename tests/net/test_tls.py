"""Our own certificate: made when missing, never over somebody else's, reloaded when it changes."""

import asyncio
import ssl
import stat

import pytest

from gateway.core.event import Fault
from gateway.net.tls import CertificateError, CertificateFiles, ServerTls, make_missing


@pytest.fixture
def files(tmp_path):
    return CertificateFiles.named(tmp_path / "certificates", "mx")


def certificate_text(files):
    return ssl._ssl._test_decode_cert(str(files.certificate))


async def presented(context):
    """The certificate (DER) and the session's version, as a client sees them."""
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1], ssl=client)
    tls = writer.get_extra_info("ssl_object")
    found = tls.getpeercert(binary_form=True), tls.version()
    writer.close()
    server.close()
    return found


async def test_what_is_missing_is_made_for_our_name(files):
    tls = ServerTls(files, "mx.office.example", lambda event: None)
    await tls.prepare()
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    assert certificate_text(files)["subjectAltName"] == (("DNS", "mx.office.example"),)
    assert sorted(path.name for path in files.key.parent.iterdir()) == ["mx.key", "mx.pem"]
    _, version = await presented(tls.context())
    assert version == "TLSv1.3"


async def test_a_name_too_long_for_a_common_name_is_no_obstacle(files):
    hostname = ".".join(["a" * 30] * 3) + ".example"
    await make_missing(files, hostname)
    assert certificate_text(files)["subjectAltName"] == (("DNS", hostname),)


async def test_what_is_there_is_left_alone(files):
    await make_missing(files, "mx.office.example")
    before = files.certificate.read_bytes(), files.key.read_bytes()
    await make_missing(files, "other.example")
    assert (files.certificate.read_bytes(), files.key.read_bytes()) == before


async def test_a_key_that_waits_for_its_certificate_is_used(files):
    await make_missing(files, "mx.office.example")
    key = files.key.read_bytes()
    files.certificate.unlink()
    await make_missing(files, "mx.office.example")
    assert files.key.read_bytes() == key
    ServerTls(files, "mx.office.example", lambda event: None).reload()


async def test_a_certificate_without_its_key_is_an_error(files):
    await make_missing(files, "mx.office.example")
    files.key.unlink()
    with pytest.raises(CertificateError, match=r"mx\.key is missing"):
        await make_missing(files, "mx.office.example")


async def test_no_openssl_is_an_error_with_words(files, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CertificateError, match="openssl"):
        await make_missing(files, "mx.office.example")
    assert not files.key.exists()


async def test_old_protocols_are_off(files):
    tls = ServerTls(files, "mx.office.example", lambda event: None)
    await tls.prepare()
    assert tls.context().minimum_version is ssl.TLSVersion.TLSv1_2


async def test_a_changed_certificate_serves_the_next_connection(files):
    tls = ServerTls(files, "mx.office.example", lambda event: None)
    await tls.prepare()
    first, _ = await presented(tls.context())
    assert tls.context() is tls.context()
    files.certificate.unlink()
    files.key.unlink()
    await make_missing(files, "mx.office.example")
    second, _ = await presented(tls.context())
    assert first != second


async def test_a_broken_replacement_leaves_the_old_one_and_is_told_once(files):
    events = []
    tls = ServerTls(files, "mx.office.example", events.append)
    await tls.prepare()
    first, _ = await presented(tls.context())
    files.certificate.write_text("nonsense")
    assert (await presented(tls.context()))[0] == first
    tls.context()
    assert [type(event) for event in events] == [Fault]
    with pytest.raises(CertificateError):
        tls.reload()
    files.certificate.unlink()
    assert (await presented(tls.context()))[0] == first


def test_nothing_is_served_before_it_is_prepared(files):
    with pytest.raises(CertificateError, match="not loaded"):
        ServerTls(files, "mx.office.example", lambda event: None).context()
