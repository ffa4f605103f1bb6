"""Entries of the allow and block lists, said briefly."""

from __future__ import annotations

from ipaddress import ip_address

from gateway.core.listentry import Kind, ListDraft, ListEntry, parse_recipient, parse_subject
from gateway.core.sender import Sender
from tests.support.values import NOON

NOW = NOON.timestamp()


def draft(
    kind: Kind, subject: str, recipient: str = "", expires: float | None = None, reason: str = "asked for"
) -> ListDraft:
    """As the command line reads it."""
    return ListDraft(kind, parse_subject(subject), parse_recipient(recipient), expires, reason)


def entry(kind: Kind, subject: str, recipient: str = "", expires: float | None = None, id: int = 1) -> ListEntry:
    """One that anna made."""
    return ListEntry(id, draft(kind, subject, recipient, expires), "anna", NOW)


def sender(
    address: str = "ann@sender.example", *, reverse_path: str | None = None, proven: str = "dkim", ip: str = "192.0.2.7"
) -> Sender:
    """Somebody with one address in From, and the same on the envelope."""
    domain = address.rpartition("@")[2]
    return Sender((domain,), (address,), address if reverse_path is None else reverse_path, ip_address(ip), proven)
