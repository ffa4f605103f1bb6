from __future__ import annotations

import inspect
import re

from gateway.core import authsymbols
from gateway.core.rules import RULES
from gateway.core.sentences import REASONS, SYMBOLS
from gateway.core.weights import WEIGHTS, WEIGHTS_UNSCANNED


def test_every_weighed_name_has_a_sentence() -> None:
    assert not {*WEIGHTS, *WEIGHTS_UNSCANNED} - set(REASONS)


def test_every_symbol_that_we_set_in_rspamd_has_words_of_ours() -> None:
    source = inspect.getsource(authsymbols)
    ours = set(re.findall(r'"((?:R_SPF|R_DKIM|DMARC|ARC)_[A-Z_]+)"', source))
    failures = {name for name in ours if name.endswith(("DNSFAIL", "BAD_POLICY", "INVALID")) or name == "ARC_NA"}
    assert ours - failures <= set(SYMBOLS)
    assert {"R_SPF_ALLOW", "DMARC_POLICY_REJECT"} <= ours


def test_names_are_short_lower_case_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) and len(name) < 32 for name in REASONS)


def test_there_are_rules_to_speak_of() -> None:
    assert len(RULES) == 14
