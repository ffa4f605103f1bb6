from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.net.certificate import parse, read_certificate
from gateway.net.tls import VALID_DAYS, CertificateError, CertificateFiles, make_missing

PRINTED = """notAfter=Feb 23 08:00:00 2027 GMT
subject=CN=mx.office.example,O=Office
issuer=CN=R11,O=Example Trust,C=FR
X509v3 Subject Alternative Name:
    DNS:mx.office.example, DNS:mail.office.example, IP Address:192.0.2.1
"""


def test_names_issuer_and_end_are_read() -> None:
    found = parse(PRINTED, "mx.pem")
    assert found.names == ("mx.office.example", "mail.office.example", "192.0.2.1")
    assert found.not_after == datetime(2027, 2, 23, 8, 0, tzinfo=UTC)
    assert (found.issuer, found.is_self_signed) == ("CN=R11,O=Example Trust,C=FR", False)


def test_without_alternative_names_the_common_name_counts() -> None:
    assert parse(PRINTED.partition("X509v3")[0], "mx.pem").names == ("mx.office.example",)


@pytest.mark.parametrize("printed", ["", "notAfter=tomorrow"])
def test_what_tells_no_date_is_no_certificate(printed: str) -> None:
    with pytest.raises(CertificateError, match=r"mx\.pem"):
        parse(printed, "mx.pem")


async def test_our_own_certificate_is_self_signed_for_our_name(tmp_path: Path) -> None:
    files = CertificateFiles.named(tmp_path, "mx")
    await make_missing(files, "mx.office.example")
    found = await read_certificate(files.certificate)
    assert (found.names, found.is_self_signed) == (("mx.office.example",), True)
    assert abs(found.not_after - datetime.now(UTC) - timedelta(days=VALID_DAYS)) < timedelta(days=1)


async def test_a_file_that_is_no_certificate_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "mx.pem").write_text("nothing")
    with pytest.raises(CertificateError):
        await read_certificate(tmp_path / "mx.pem")
