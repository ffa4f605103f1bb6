"""Transactions for tests of checks: one message, one client, an envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address

from gateway.core.address import ForwardPath, Mailbox, ReversePath
from gateway.core.envelope import SMTP_DOOR, Client, Door, Envelope, Recipient, Role, Transaction
from gateway.core.message import Message


def mailbox(address: str) -> Mailbox:
    """A mailbox from plain text; the domain is taken as A-labels already."""
    local_part, _, domain = address.rpartition("@")
    return Mailbox(local_part, domain, domain.lower().rstrip("."))


def transaction(
    octets: bytes = b"From: a@example.com\r\n\r\nHello\r\n",
    mail_from: str = "a@example.com",
    ip: str = "192.0.2.1",
    helo: str = "mail.example.com",
    door: Door = SMTP_DOOR,
) -> Transaction:
    """`mail_from` "" is the null reverse-path."""
    return Transaction(
        code="TEST1",
        door=door,
        client=Client(ip=ip_address(ip), port=40_000, listener="internet", role=Role.INBOUND, helo=helo, esmtp=True),
        envelope=Envelope(
            ReversePath(mailbox(mail_from) if mail_from else None),
            (Recipient(ForwardPath(mailbox("it@office.example"))),),
        ),
        message=Message.of(octets),
        received_at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    )
