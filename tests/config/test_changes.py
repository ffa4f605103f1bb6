"""Two settings compared, key by key."""

from __future__ import annotations

from dataclasses import replace

from gateway.config.changes import changes
from gateway.config.load import parse
from gateway.config.schema import Pair, RelayClient, Settings
from gateway.core.settingsversion import Change
from tests.support.settings_text import MINIMAL

OFFICE = parse(MINIMAL.encode(), "x")


def test_the_same_settings_differ_in_nothing() -> None:
    assert changes(OFFICE, OFFICE) == ()


def test_each_key_is_named_as_toml_writes_it_with_its_values() -> None:
    new = replace(OFFICE, hostname="mx2.office.example", domain={"new.example": OFFICE.domain["office.example"]})
    found = {each.key: (each.old, each.new) for each in changes(OFFICE, new)}
    assert found["hostname"] == ('"mx.office.example"', '"mx2.office.example"')
    assert found['domain."office.example".backend'] == ('"exchange"', "")
    assert found['domain."new.example".recipient_verification.method'] == ("", '"callout"')
    assert 'domain."new.example".recipient_verification.addresses' in found


def test_a_list_of_tables_is_told_by_their_names_whatever_their_place() -> None:
    first, second = RelayClient("printer", ("10.0.0.5",)), RelayClient("exchange", ("10.0.0.9",))
    old, new = replace(OFFICE, relay_client=(first, second)), replace(OFFICE, relay_client=(second, first))
    assert changes(old, new) == ()
    moved = replace(OFFICE, relay_client=(replace(second, addresses=("10.0.0.10",)), first))
    assert changes(old, moved) == (Change("relay_client.exchange.addresses", '["10.0.0.9"]', '["10.0.0.10"]'),)


def test_a_number_that_becomes_a_pair_is_told_by_both() -> None:
    new = replace(OFFICE, limits=replace(OFFICE.limits, connections=Pair(200, 20)))
    assert [each.key for each in changes(OFFICE, new)] == [
        "limits.connections", "limits.connections.normal", "limits.connections.overload",
    ]  # fmt: skip


def test_every_section_is_compared() -> None:
    other = Settings("a.example", "b@c.example")
    sections = {each.key.split(".")[0] for each in changes(OFFICE, other)}
    assert {"hostname", "postmaster", "backend", "domain"} <= sections
