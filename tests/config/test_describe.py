"""The schema told key by key says what the loader does."""

from __future__ import annotations

import tomllib

import pytest

from gateway.config.describe import KeyDescription, describe
from gateway.config.load import parse
from gateway.config.problems import SettingsError
from tests.support.settings_table import settings_table

OFFICE = """
hostname = "mx.office.example"
postmaster = "it@office.example"
[backend.x]
hosts = ["10.0.0.9:25"]
[domain."office.example"]
backend = "x"
"""
KEYS = {each.key: each for each in describe()}


def test_every_key_of_the_table_is_described_in_its_order() -> None:
    named = [row.split("`")[1].replace('"NAME"', "NAME") for row in settings_table().splitlines()[2:]]
    assert list(KEYS) == named


@pytest.mark.parametrize("key", [each for each in KEYS.values() if each.default], ids=lambda each: each.key)
def test_a_default_is_a_value_of_its_kind(key: KeyDescription) -> None:
    value = tomllib.loads(f"value = {key.default}")["value"]
    kinds = {"text": str, "choice": str, "integer": int, "number": float, "switch": bool, "texts": list}
    assert isinstance(value, dict if key.default.startswith("{") else kinds[key.kind])
    assert key.has_pair or not isinstance(value, dict)
    assert not key.choices or value in key.choices
    assert not key.is_required


@pytest.mark.parametrize(
    "key",
    [each for each in KEYS.values() if each.least is not None and "NAME" not in each.key and "[]" not in each.key],
    ids=lambda each: each.key,
)
def test_the_loader_refuses_what_is_below_the_least(key: KeyDescription) -> None:
    table, _, name = key.key.rpartition(".")
    assert key.least is not None
    below = key.least if key.is_above else key.least - 1
    value = int(below) if key.kind == "integer" else float(below)
    with pytest.raises(SettingsError, match=name):
        parse(f"{OFFICE}\n[{table}]\n{name} = {value}\n".encode(), "test.toml")


def test_what_is_asked_of_some_keys() -> None:
    assert KEYS["hostname"].is_required
    assert KEYS["outbound_route[].smart_host.auth.secret"].is_secret
    assert not KEYS["hostname"].is_secret
    assert (KEYS["limits.message_size_octets"].least, KEYS["limits.message_size_octets"].unit) == (65_536, "octets")
    assert (KEYS["outbound_route[].smart_host.port"].least, KEYS["outbound_route[].smart_host.port"].most) == (
        1,
        65_535,
    )
    assert KEYS["dns.timeout_seconds"].is_above
    assert not KEYS["listener.NAME.greet_delay_seconds"].is_above
    assert KEYS["policy.NAME.dmarc_reject"].choices == ("reject", "quarantine", "mark")
    assert (KEYS["dns.servers"].risk, KEYS["dns.servers"].trial_seconds) == ("dns", 300)
    assert KEYS["history.keep_days"].risk == ""
    assert KEYS["outbound_route[].smart_host.tls.implicit"].kind == "switch"
