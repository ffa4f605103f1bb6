from __future__ import annotations

from string import Formatter

import pytest

from gateway.control.probewords import _STEPS, probe_words


@pytest.mark.parametrize("key", sorted(_STEPS))
def test_every_step_has_both_languages_with_the_same_details(key: str) -> None:
    english, french = _STEPS[key]
    assert english != french
    names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, french)]
    assert names[0] == names[1]
    assert probe_words(key, "fr", **dict.fromkeys(names[0], "x")) == french.format(**dict.fromkeys(names[0], "x"))
