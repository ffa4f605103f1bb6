"""Sentences about settings, in both languages."""

from __future__ import annotations

import pytest

from gateway.config import risk
from gateway.control.settingswords import alarm_words, risk_words


@pytest.mark.parametrize("reason", sorted({rule.reason for rule in risk._RULES}))
def test_every_risk_has_its_words(reason: str) -> None:
    assert risk_words(reason, "en")
    assert risk_words(reason, "fr") != risk_words(reason, "en")


@pytest.mark.parametrize("alarm", ["invalid", "not-applied"])
def test_every_alarm_says_which_version_runs_and_what_to_do(alarm: str) -> None:
    what, cure = alarm_words(alarm, "en", 7, "line 3 is wrong")
    assert "version 7" in what
    assert "line 3 is wrong" in what
    assert "poterne config try" in cure
    assert alarm_words(alarm, "fr", 7, "x") != alarm_words(alarm, "en", 7, "x")
