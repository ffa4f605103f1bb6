"""The messages that the office gets, each with its sender and the fate that it should have."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

import dkim

from tests.office.world import FREEMAIL, PIRATE, SELECTOR, SHOP, Sender, SigningKey

# The standard test against spam filters: every scanner treats this text as certain spam.
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
_DATE = "Tue, 24 Nov 2026 10:00:00 +0100"


@dataclass(frozen=True, slots=True)
class Fate:
    """What should become of a letter: the first reply's code and class, and the words of history.

    `words` must occur in the reply or in the reasons, so that it fares well for the right reason.
    """

    reply: str
    action: str
    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes over the wire, who sends it to whom, and what should become of it."""

    title: str
    sender: Sender
    reverse_path: str
    forward_path: str
    octets: bytes
    fate: Fate


def letters(key: SigningKey, date: str = _DATE) -> tuple[Letter, ...]:
    """All of them, in the order in which they are sent."""
    return (
        _signed(key, date),
        _forged(date),
        _gtube(date),
        _unknown(date),
        _zipped(date),
        _french(date),
    )


def _signed(key: SigningKey, date: str) -> Letter:
    message = _message("Sales <sales@shop.example>", "Your order has been sent", date)
    message.set_content("Good morning Anne,\n\nyour order 2026-118 left our warehouse today.\n\nThe shop\n")
    octets = _as_octets(message)
    signature = dkim.sign(
        octets, SELECTOR.encode(), b"shop.example", key.private, include_headers=[b"from", b"to", b"subject", b"date"]
    )
    return Letter(
        "signed by the shop it comes from",
        SHOP,
        "sales@shop.example",
        "anne@office.example",
        signature + octets,
        Fate("250", "accept", "delivered"),
    )


def _forged(date: str) -> Letter:
    message = _message("Your bank <service@bank.example>", "Please confirm your account", date)
    message.set_content("Dear customer,\n\nplease confirm your account within the next two days.\n")
    return Letter(
        "a forged letter from the bank",
        PIRATE,
        "bounce@pirate.example",
        "anne@office.example",
        _as_octets(message),
        Fate("250", "quarantine", "quarantined", "bank.example"),
    )


def _gtube(date: str) -> Letter:
    message = _message("Lucky <win@freemail.example>", "You have won", date)
    message.set_content(f"Claim your prize!\n\n{GTUBE}\n")
    return Letter(
        "certain spam (the GTUBE test)",
        FREEMAIL,
        "win@freemail.example",
        "bruno@office.example",
        _as_octets(message),
        Fate("5", "reject", "rejected"),
    )


def _unknown(date: str) -> Letter:
    message = _message("Sales <sales@shop.example>", "Are you still there?", date, to="zoe@office.example")
    message.set_content("Hello Zoe, do you still work there?\n")
    return Letter(
        "to somebody who does not exist",
        SHOP,
        "sales@shop.example",
        "zoe@office.example",
        _as_octets(message),
        Fate("550 5.1.1", "reject", "rejected"),
    )


def _zipped(date: str) -> Letter:
    message = _message("Paul <paul@freemail.example>", "The invoice you asked for", date)
    message.set_content("Hello,\n\nthe invoice is in the archive.\n\nPaul\n")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        # The first octets of a program for Windows; nothing that could run.
        packed.writestr("invoice.pdf.exe", b"MZ\x90\x00" + b"\x00" * 60 + b"This program cannot be run in DOS mode.")
    message.add_attachment(archive.getvalue(), "application", "zip", filename="invoice.zip")
    return Letter(
        "a program inside a zip file",
        FREEMAIL,
        "paul@freemail.example",
        "bruno@office.example",
        _as_octets(message),
        Fate("250", "quarantine", "quarantined", "invoice.pdf.exe"),
    )


def _french(date: str) -> Letter:
    message = _message("Hélène Lefèvre <helene@freemail.example>", "Réunion déplacée à jeudi, salle été", date)
    message.set_content(
        "Bonjour Anne,\n\nla réunion prévue mercredi est déplacée à jeudi.\nÀ bientôt,\nHélène\n", cte="8bit"
    )
    return Letter(
        "in French, with accents",
        FREEMAIL,
        "helene@freemail.example",
        "anne@office.example",
        _as_octets(message),
        Fate("250", "accept", "delivered"),
    )


def _message(author: str, subject: str, date: str, to: str = "anne@office.example") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = author
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = date
    message["Message-ID"] = (
        f"<{sha256((author + subject).encode()).hexdigest()[:16]}@{author.rpartition('@')[2].rstrip('>')}>"
    )
    return message


def _as_octets(message: EmailMessage) -> bytes:
    return message.as_bytes()
