from __future__ import annotations

import pytest

from tui.language import words
from tui.state import healthwords

EN, FR = words("en"), words("fr")


@pytest.mark.parametrize("key", ["redis", "dns", "clock"])
def test_a_part_has_a_name_and_a_meaning_in_both_languages(key: str) -> None:
    for english, french in zip(healthwords.part(key, EN), healthwords.part(key, FR), strict=True):
        assert english
        assert english != french


def test_states_are_said_and_unknown_ones_are_left_as_they_are() -> None:
    assert healthwords.state("down", FR) == "ne répond pas"
    assert healthwords.lane("sick", EN) == "refuses us"
    assert healthwords.recipients("learning", FR) == "on apprend qui existe"
    assert healthwords.zone("silent", EN) == "is silent"
    assert healthwords.check("ptr", EN) == "PTR"
    assert healthwords.check_meaning("mx", FR)
    assert {healthwords.state("odd", EN), healthwords.check("odd", EN)} == {"odd"}
