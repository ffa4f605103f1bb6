"""Every key of the settings has a line of words, in both languages, that fits a form at 80 columns."""

from __future__ import annotations

import pytest

from gateway.config.describe import describe
from gateway.control.keywords import change_words, described, key_words

KEYS = tuple(each.key for each in describe())


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_described_in_both_languages(key: str) -> None:
    english, french = key_words(key, "en"), key_words(key, "fr")
    assert english
    assert french
    assert max(len(english), len(french)) <= 44


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ("hostname", "hostname"),
        ('domain."office.example".backend', "domain.NAME.backend"),
        ('domain."a\\".b".recipient_verification.ldap.base', "domain.NAME.recipient_verification.ldap.base"),
        ("backend.exchange.tls.mode", "backend.NAME.tls.mode"),
        ('dnsbl."bl.example".action', "dnsbl[].action"),
        ("relay_client.2.addresses", "relay_client[].addresses"),
        ("quarantine.keep_days", "quarantine.keep_days"),
    ],
)
def test_a_change_is_told_by_the_words_of_its_key(named: str, key: str) -> None:
    assert change_words(named, "fr") == key_words(key, "fr") != ""


def test_no_words_are_about_a_key_that_is_not_there() -> None:
    assert described() <= set(KEYS)
    assert key_words("nothing.of.the.kind", "en") == change_words("", "en") == change_words("x[1].y", "en") == ""
