from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.net.tls_client import TlsPolicy, client_context, pin_of, public_key_info
from gateway.net.wire import TlsFailure
from tests.support.certificate import make


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_pin_is_the_one_that_openssl_computes(tmp_path: Path, kind: str) -> None:
    made = make(tmp_path, kind=kind)
    der = ssl.PEM_cert_to_DER_cert(made.certificate.read_text())
    assert pin_of(der) == made.pin


@given(st.binary(max_size=60))
def test_octets_that_are_no_certificate_fail_in_the_one_way(octets: bytes) -> None:
    try:
        public_key_info(octets)
    except ValueError:
        with pytest.raises(TlsFailure):
            pin_of(octets)


def test_every_cut_certificate_is_refused(tmp_path: Path) -> None:
    der = ssl.PEM_cert_to_DER_cert(make(tmp_path).certificate.read_text())
    for length in range(len(der) - 1):
        with pytest.raises(ValueError, match=r"ends too early|four octets"):
            public_key_info(der[:length])


@pytest.mark.parametrize(
    ("policy", "required"),
    [
        (TlsPolicy("none"), False),
        (TlsPolicy("opportunistic"), False),
        (TlsPolicy("require"), True),
        (TlsPolicy("verify"), True),
        (TlsPolicy("opportunistic", ("x",)), True),
    ],
)
def test_a_pin_makes_tls_required(policy: TlsPolicy, required: bool) -> None:
    assert policy.is_required is required


def test_only_verify_asks_for_a_chain_and_a_name() -> None:
    for mode in ("opportunistic", "require"):
        context = client_context(TlsPolicy(mode))  # type: ignore[arg-type]  # a parametrised literal
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)
    context = client_context(TlsPolicy("verify"))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_nothing_older_than_tls_1_2_is_spoken() -> None:
    assert client_context(TlsPolicy()).minimum_version is ssl.TLSVersion.TLSv1_2
