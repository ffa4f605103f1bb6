"""What stands in a certificate file: its names, who issued it, until when. Read by the `openssl` program (RFC 5280)."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.net.tls import CertificateError, openssl


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first certificate of a file. `names`: for which hosts; `issuer` as text; `not_after` is its end, UTC."""

    names: tuple[str, ...]
    issuer: str
    not_after: datetime
    is_self_signed: bool


async def read_certificate(path: Path) -> Certificate:
    """Raises CertificateError, also for a file that is none."""
    printed = await openssl(
        *("x509", "-in", str(path), "-noout", "-enddate", "-subject", "-issuer", "-ext", "subjectAltName"),
        *("-nameopt", "esc_ctrl,utf8,sep_comma_plus,sname"),
    )
    return parse(printed, str(path))


def parse(printed: str, path: str) -> Certificate:
    """What the program printed. Raises CertificateError."""
    fields = dict(line.partition("=")[::2] for line in printed.splitlines() if re.match(r"[a-zA-Z]+=", line))
    try:
        end = ssl.cert_time_to_seconds(fields["notAfter"])
    except (KeyError, ValueError) as error:
        raise CertificateError(f"{path}: openssl tells no date in it") from error
    subject, issuer = fields.get("subject", "").strip(), fields.get("issuer", "").strip()
    names = tuple(re.findall(r"\b(?:DNS|IP Address):([^,\s]+)", printed)) or tuple(re.findall(r"CN=([^,+]+)", subject))
    return Certificate(names, issuer, datetime.fromtimestamp(end, UTC), subject == issuer)
