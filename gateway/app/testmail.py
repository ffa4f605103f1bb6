"""The messages of `poterne test`: plain, with the test virus EICAR, with the test spam GTUBE. As octets, CRLF lines.

Both tests are made for this: harmless, and known to every scanner. They are put together here, so that no scanner
takes this very file for what it tests.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Final

from gateway.core.envelope import Recipient
from gateway.pipeline.probes import DOMAIN

_EICAR: Final = "".join((r"X5O!P%@AP[4\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!", "$H+H*"))
_GTUBE: Final = "".join(("XJS*C4JDBQADN1.NSBN3*2IDNEN*", "GTUBE-STANDARD-ANTI-UBE-", "TEST-EMAIL*C.34X"))
_BOUNDARY: Final = "poterne-test"
_PLAIN: Final = (
    "An administrator of the mail gateway sent this message with `poterne test`",
    "to see that mail comes through. It can be deleted.",
)


def octets(token: str, now: datetime, to: Recipient, variant: str = "", *, sender: Recipient | None = None) -> bytes:
    """The whole message. `token` is what a probe is known by; `sender` for one that leaves the office."""
    head = (
        f"Date: {format_datetime(now)}",
        f"From: Poterne <{sender or f'test@{DOMAIN}'}>",
        f"To: <{to}>",
        "Subject: A test of the mail gateway",
        f"Message-ID: <{token}@{DOMAIN if sender is None else sender.forward_path.ascii_domain}>",
        "MIME-Version: 1.0",
    )
    return "\r\n".join((*head, *_body(variant), "")).encode("utf-8")


def _body(variant: str) -> tuple[str, ...]:
    plain = "Content-Type: text/plain; charset=us-ascii"
    if variant == "gtube":
        return (plain, "", *_PLAIN, "", _GTUBE)
    if variant != "eicar":
        return (plain, "", *_PLAIN)
    return (
        f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"',
        "",
        f"--{_BOUNDARY}",
        plain,
        "",
        *_PLAIN,
        f"--{_BOUNDARY}",
        'Content-Type: application/octet-stream; name="eicar.com"',
        'Content-Disposition: attachment; filename="eicar.com"',
        "",
        _EICAR,
        f"--{_BOUNDARY}--",
    )
