"""A desk with domains, servers and ways out in every state, for the screens that show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gateway.control.recipientsvalues import KnownRecipient, SourceView
from gateway.control.settingsvalues import Tried
from gateway.control.values import LaneStatus
from gateway.control.workvalues import DomainStatus
from tests.support.control import NOON, STATUS, FakeDesk
from tests.support.recipientsdesk import FakeRecipients
from tests.support.settingsdesk import KEPT, FakeSettings

TEXT = """\
hostname = "mx.office.example"
postmaster = "it@office.example"

[backend.exchange]
hosts = ["exchange.office.lan:25", "10.0.0.10:25"]
kind = "exchange"

[backend.old]
hosts = ["10.0.0.8:25"]

[backend.mailboxes]
hosts = ["/run/dovecot/lmtp"]
transport = "lmtp"
kind = "dovecot"

[domain."office.example"]
backend = "exchange"

[domain."branch.example"]
backend = "exchange"
recipient_verification = { method = "learned" }

[domain."club.example"]
backend = "mailboxes"
policy = "strict"
acceptance = "queue"

[[outbound_route]]
next_hop = "smart_host"
recipient_domains = ["partner.example"]
smart_host = { host = "smtp.isp.example", port = 587, name = "isp" }

[[outbound_route]]
next_hop = "direct"
"""
CAUSE = "10.0.0.8:25, at connect: connection refused"
STATE = replace(
    STATUS,
    lanes=(
        LaneStatus(
            "backend:exchange",
            "up",
            since=NOON - timedelta(days=2),
            delivered=NOON + timedelta(hours=1, minutes=57),
            is_encrypted=True,
            size_octets=37_748_736,
        ),
        LaneStatus("backend:mailboxes", "up", since=NOON, is_encrypted=False),
        LaneStatus("backend:old", "away", CAUSE, NOON + timedelta(hours=1)),
        LaneStatus("smart_host:isp", "unknown"),
    ),
    recipients=(
        DomainStatus("office.example", "unverifying"),
        DomainStatus("branch.example", "learning", 214, NOON + timedelta(days=9)),
        DomainStatus("club.example", "verifying"),
    ),
)
PEOPLE = tuple(
    KnownRecipient(
        f"{name}@branch.example",
        (SourceView(source, text, NOON - timedelta(days=days), NOON - timedelta(hours=days), by),),
    )
    for name, source, text, by, days in (
        ("anna", "delivery", "the office's server took a message for it", "", 9),
        ("bob", "sender", "it wrote mail from inside", "", 5),
        ("info", "person", "put on the list by claire", "claire", 1),
        ("leaver", "removed", "taken off by claire", "claire", 1),
    )
)


def domains_desk(*answers: Tried, text: str = TEXT, **changes: object) -> FakeDesk:
    """The desk; `answers` are what changes of the settings get, in turn."""
    settings = FakeSettings(answers=list(answers or (KEPT,)), texts={0: text})
    fields: dict[str, object] = {"state": STATE, "settings": settings, "recipients": FakeRecipients(rows=PEOPLE)}
    return FakeDesk(**(fields | changes))  # type: ignore[arg-type]  # fields of the desk
