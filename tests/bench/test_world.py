"""The senders and their DNS fit together, and unbound gets one line for each record."""

from __future__ import annotations

from tests.bench.world import senders, unbound_settings, zone_lines


def test_each_sender_has_a_network_of_its_own() -> None:
    assert len({each.address.rpartition(".")[0] for each in senders()}) == len(senders())


def test_each_sender_publishes_its_key_policy_and_address() -> None:
    lines = zone_lines()
    for sender in senders():
        owners = {line.split()[0] for line in lines if sender.domain in line}
        assert {f"{sender.domain}.", f"_dmarc.{sender.domain}.", f"s1._domainkey.{sender.domain}."} <= owners


def test_the_resolver_asks_nobody() -> None:
    text = unbound_settings("/folder", 5_353)
    assert 'local-zone: "." static' in text
    assert text.count("local-data: '") == len(zone_lines())
    assert not any("'" in line for line in zone_lines())
