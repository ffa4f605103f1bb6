"""Which changes are tried first."""

from __future__ import annotations

import pytest

from gateway.config.risk import NETWORK_SECONDS, POLICY_SECONDS, risks, trial_seconds
from gateway.control.settingswords import risk_words
from gateway.core.settingsversion import Change

RISKY = [
    ("listener.internet.address", '"a"', '"b"', "listener"),
    ('listener."my door".tls.mode', '"none"', '"require"', "listener"),
    ("hostname", '"a"', '"b"', "hostname"),
    ("backend.exchange.hosts", '["a"]', '["b"]', "backend"),
    ("backend.exchange.tls.mode", '"none"', '"verify"', "backend"),
    ("backend.exchange.max_connections", "10", "2", "backend"),
    ("dns.servers", '["a"]', '["b"]', "dns"),
    ("rspamd.scan_socket", '"a"', '"b"', "rspamd"),
    ("clamd.socket", '""', '"/run/clamd"', "clamd"),
    ("policy.standard.virus", '"quarantine"', '"reject"', "reject"),
    ("failure.clamd", '"mark"', '"defer"', "failure"),
    ("relay_client.exchange.addresses", '["a"]', '["b"]', "relay-client"),
    ("outbound_route.1.next_hop", '"a"', '"b"', "outbound-route"),
    ('domain."office.example".recipient_verification.method', '"list"', '"callout"', "recipient-verification"),
    ('domain."office.example".backend', '"a"', "", "domain"),
    ("limits.recipients", "100", "50", "limit"),
    ("limits.connections.normal", "", "50", "limit"),
    ("timeouts.command_seconds", "300.0", "30.0", "timeout"),
    ("policy.standard.reject_at", "15.0", "12.0", "reject"),
    ("policy.standard.dmarc_reject", '"mark"', '"reject"', "reject"),
    ('dnsbl."list.example".action', '"note"', '"reject"', "dnsbl"),
    ("failure.backend", '"spool"', '"defer"', "failure"),
    ("postmaster", '"a"', '"b"', "postmaster"),
]

HARMLESS = [
    ("policy.standard.mark_at", "6.0", "5.0"),
    ("policy.standard.reject_at", "12.0", "15.0"),
    ("policy.standard.dmarc_reject", '"reject"', '"quarantine"'),
    ("policy.standard.attachments.macro", '"mark"', '"quarantine"'),
    ("limits.recipients", "50", "100"),
    ("timeouts.command_seconds", "30.0", "300.0"),
    ("backend.exchange.max_connections", "2", "10"),
    ("listener.internet.greet_delay_seconds", "0.5", "1.0"),
    ("quarantine.keep_days", "30", "10"),
    ("clamd.socket", '"/run/clamd"', '""'),
    ("history.subjects", '"masked"', '"none"'),
    ("language", '"en"', '"fr"'),
    ("failure.backend", '"defer"', '"spool"'),
    ('dnsbl."list.example".codes', '["127.0.0.2"]', ""),
    ("arc.trusted_sealers", "[]", '["a"]'),
]


@pytest.mark.parametrize(("key", "old", "new", "reason"), RISKY, ids=[each[0] for each in RISKY])
def test_what_may_cut_mail_or_the_admin_off_is_risky_and_says_why(key: str, old: str, new: str, reason: str) -> None:
    (found,) = risks([Change(key, old, new)])
    assert (found.key, found.reason) == (key, reason)
    assert risk_words(reason, "en") != risk_words(reason, "fr")


@pytest.mark.parametrize(("key", "old", "new"), HARMLESS, ids=[f"{each[0]} {each[2]}" for each in HARMLESS])
def test_what_can_be_repaired_afterwards_is_not(key: str, old: str, new: str) -> None:
    assert risks([Change(key, old, new)]) == ()


def test_the_way_of_mail_is_tried_for_5_minutes_and_what_becomes_of_it_for_15() -> None:
    network, policy = risks([Change("hostname", '"a"', '"b"'), Change("limits.recipients", "9", "8")])
    assert trial_seconds([network]) == NETWORK_SECONDS == 300
    assert trial_seconds([network, policy]) == POLICY_SECONDS == 900


def test_a_name_in_quotes_cannot_pass_for_another_key() -> None:
    assert risks([Change('policy."listener.x.address".mark_at', "6.0", "5.0")]) == ()
