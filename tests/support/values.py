"""Core values for tests, complete by default: say only what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from gateway.core.address import NULL_REVERSE_PATH, ForwardPath, Mailbox, ReversePath
from gateway.core.envelope import SMTP_DOOR, Client, Door, Envelope, Recipient, Role, Transaction
from gateway.core.finding import Finding
from gateway.core.message import Message

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORDINARY = b"From: Ann <ann@sender.example>\r\nTo: bob@office.example\r\nSubject: Hello\r\n\r\nHello Bob\r\n"


def mailbox(address: str) -> Mailbox:
    """`local@domain`, split at the last @."""
    local, _, domain = address.rpartition("@")
    if not local:
        return Mailbox(address, "", "")
    return Mailbox(local, domain, domain.lower())


def recipient(address: str = "bob@office.example") -> Recipient:
    """A recipient without DSN parameters."""
    return Recipient(ForwardPath(mailbox(address)))


def reverse_path(address: str = "ann@sender.example") -> ReversePath:
    """A reverse-path; "" is the null one."""
    return ReversePath(mailbox(address)) if address else NULL_REVERSE_PATH


def client(**changes: Any) -> Client:
    """A stranger on the inbound listener."""
    base = Client(ip_address("192.0.2.7"), 40_000, "internet", Role.INBOUND, "mail.sender.example", True)
    return replace(base, **changes)


def transaction(
    octets: bytes = ORDINARY,
    *findings: Finding,
    recipients: tuple[str, ...] = ("bob@office.example",),
    sender: str = "ann@sender.example",
    door: Door = SMTP_DOOR,
    **client_changes: Any,
) -> Transaction:
    """A transaction of one ordinary message."""
    envelope = Envelope(reverse_path(sender), tuple(recipient(each) for each in recipients))
    base = Transaction("F7K2Q", door, client(**client_changes), envelope, Message.of(octets), NOON)
    return base.with_findings(*findings)
