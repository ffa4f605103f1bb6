"""TLS towards a next hop: how much must be proven, and by what.

Knows the four modes and pins; who falls back to clear text is not decided here.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
from dataclasses import dataclass
from typing import Literal

from gateway.net.wire import TlsFailure, Wire

Mode = Literal["none", "opportunistic", "require", "verify"]


@dataclass(frozen=True, slots=True)
class TlsPolicy:
    """What one next hop must prove. `pins` are base64 SHA-256 of the public key (SPKI, as RFC 7469 §2.4 writes them).

    With pins the handshake is required and the key must be one of them, whatever the mode but none;
    `verify` also checks the chain and the name.
    """

    mode: Mode = "opportunistic"
    pins: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        """True when mail must not go in clear."""
        return self.mode in ("require", "verify") or (self.mode != "none" and bool(self.pins))


def client_context(policy: TlsPolicy) -> ssl.SSLContext:
    """A context for this policy: TLS 1.2 at least (RFC 8996); system CAs only for `verify`.

    An unverified handshake still beats clear text (RFC 7435); Exchange's certificate is usually self-signed.
    """
    context = ssl.create_default_context() if policy.mode == "verify" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if policy.mode != "verify":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def secure(wire: Wire, policy: TlsPolicy, context: ssl.SSLContext, hostname: str) -> None:
    """Shake hands and hold the hop to the policy. Raises TlsFailure with both fingerprints when the key is another."""
    await wire.start_tls(context, hostname or "localhost")
    if not policy.pins:
        return
    found = pin_of(wire.peer_certificate)
    if found not in policy.pins:
        wire.abort()
        raise TlsFailure(f"the key of the certificate is {found}, expected {' or '.join(policy.pins)}")


def pin_of(certificate: bytes) -> str:
    """Base64 SHA-256 of the SubjectPublicKeyInfo of a DER certificate. Raises TlsFailure when it is none."""
    try:
        return base64.b64encode(hashlib.sha256(public_key_info(certificate)).digest()).decode("ascii")
    except ValueError as error:
        raise TlsFailure(f"the certificate can't be read: {error}") from error


def public_key_info(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, whole. Raises ValueError.

    RFC 5280 §4.1: Certificate { tbsCertificate { [0] version?, serial, algorithm, issuer, validity, subject, SPKI.
    """
    start, _ = _element(certificate, 0)  # into Certificate
    start, end = _element(certificate, start)  # into tbsCertificate
    if certificate[start : start + 1] == b"\xa0":
        start = _element(certificate, start)[1]
    for _ in range(5):
        start = _element(certificate, start)[1]
    stop = _element(certificate, start)[1]
    if stop > end:
        raise ValueError("it ends too early")
    return certificate[start:stop]


def _element(octets: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER element at `at` begins and ends."""
    if at + 2 > len(octets):
        raise ValueError("it ends too early")
    length, start = octets[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("a length of more than four octets")
        length, start = int.from_bytes(octets[start : start + count], "big"), start + count
    if start + length > len(octets):
        raise ValueError("it ends too early")
    return start, start + length
