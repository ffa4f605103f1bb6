from __future__ import annotations

import pytest

from gateway.control.hopwords import cure_words, described
from gateway.core.hopcures import NAMES


def test_every_cause_has_words() -> None:
    assert described() == set(NAMES)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_cure_names_the_server_and_our_address(language: str) -> None:
    what, cure = cure_words("550 5.7.54 Unable to relay", language, name="exchange", address="10.0.0.2")
    assert what
    assert "10.0.0.2" in cure
    assert "poterne backend guide exchange" in cure
    assert cure_words("connection refused", language, name="exchange")[1]


def test_what_nobody_has_described_has_no_words() -> None:
    assert cure_words("250 ok", "en") == ("", "")
