"""Self-signed certificates made by the openssl command, and server contexts with them."""

from __future__ import annotations

import base64
import hashlib
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """The files, and the pin as openssl itself computes it."""

    certificate: Path
    key: Path
    pin: str

    def context(self) -> ssl.SSLContext:
        """A server's side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make(folder: Path, name: str = "hop", host: str = "hop.example", *, kind: str = "ec") -> Certificate:
    """A new certificate for `host` and 127.0.0.1. `kind`: "ec" or "rsa"."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    algorithm = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if kind == "ec" else ["rsa:2048"]
    _openssl(
        "req", "-x509", "-newkey", *algorithm, "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "30",
        "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1",
    )  # fmt: skip
    spki = _openssl("pkey", "-in", str(key), "-pubout", "-outform", "DER")
    return Certificate(certificate, key, base64.b64encode(hashlib.sha256(spki).digest()).decode())


def _openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout
