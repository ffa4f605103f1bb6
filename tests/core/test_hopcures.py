from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.hopcures import NAMES, cause_of


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "relay"),
        ("454 4.7.1 Relay access denied", "relay"),
        ("550 5.7.64 TenantAttribution; Relay Access Denied", "relay"),
        ("530 5.7.57 Client not authenticated to send mail", "login"),
        ("530 5.7.0 Must issue a STARTTLS command first", "starttls"),
        ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "send-as"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "unknown"),
        ("550 5.1.1 <anna@office.example> User unknown", "unknown"),
        ("452 4.3.1 Insufficient system resources (UsedDiskSpace)", "pressure"),
        ("451 4.7.500 Server busy. Please try again later", "busy"),
        ("552 5.3.4 Message size exceeds fixed maximum", "size"),
        ("10.0.0.9:25: connect: connection refused", "refused"),
        ("connect: timed out", "silent"),
        ("no answer within 10 s", "silent"),
        ("no route to host", "unreachable"),
        ("STARTTLS: certificate verify failed", "tls"),
        ("535 5.7.8 Authentication credentials invalid", "bad-login"),
        ("450 4.2.0 Greylisted", "later"),
        ("554 5.7.1 Message blocked as spam", "policy"),
        ("250 2.0.0 Queued", ""),
        ("", ""),
    ],
)
def test_known_replies_have_a_cause(said: str, cause: str) -> None:
    assert cause_of(said) == cause


@given(st.text(max_size=200))
def test_any_text_has_a_cause_of_the_table_or_none(said: str) -> None:
    assert cause_of(said) in {*NAMES, ""}
