"""The Internet as the example office sees it: who sends from which address, and what DNS says about them.

Every sender has a loopback address of its own, so that SPF and reverse names mean something.
"""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.process import find_program

USERS = ("anne@office.example", "bruno@office.example", "it@office.example", "full@office.example")
FULL = "full@office.example"


@dataclass(frozen=True, slots=True)
class Sender:
    """A mail server somewhere: its loopback address and its name, which DNS proves in both directions."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key made for this run: `private` as PEM, `record` for DNS (RFC 6376 §3.6.1)."""

    private: bytes = field(repr=False)
    record: str

    @classmethod
    def make(cls) -> SigningKey:
        """A new one of 2048 bits, by openssl. Raises NotStarted, subprocess.CalledProcessError."""
        openssl = find_program("openssl")
        private = _output([openssl, "genrsa", "-traditional", "2048"])
        public = _output([openssl, "rsa", "-pubout", "-outform", "DER"], private)
        return cls(private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}")


SHOP = Sender("127.0.1.25", "mail.shop.example")
BANK = Sender("127.0.2.25", "mail.bank.example")
FREEMAIL = Sender("127.0.3.25", "mail.freemail.example")
PIRATE = Sender("127.0.9.25", "host9.pirate.example")
SENDERS = (SHOP, BANK, FREEMAIL, PIRATE)
SELECTOR = "office2026"

_ZONE = Path(__file__).with_name("internet.zone")


def zone_text(key: SigningKey) -> str:
    """All of DNS: the zone file beside this one, and the shop's key."""
    # RFC 1035 §3.3: a character-string has at most 255 octets.
    strings = " ".join(f'"{key.record[at : at + 250]}"' for at in range(0, len(key.record), 250))
    return f"{_ZONE.read_text()}{SELECTOR}._domainkey.shop.example TXT {strings}\n"


def _output(command: list[str], standard_input: bytes = b"") -> bytes:
    return subprocess.run(command, input=standard_input, capture_output=True, check=True).stdout
