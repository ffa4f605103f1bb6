from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

import gateway.core.dnscheck
from gateway.control.dnswords import _WORDS, seen_words
from gateway.core.dnscheck import examine
from tests.support.control import HOSTILE
from tests.support.healthdesk import GOOD

BAD = replace(GOOD, addresses=("192.0.2.1",), mx=(), txt=(), dmarc=(), pointers={})


def test_all_that_can_be_seen_has_words() -> None:
    source = Path(gateway.core.dnscheck.__file__).read_text()
    made = {f"{check}.{seen}" for check, seen in re.findall(r'DnsFinding\(\s*"(\w+)", "\w+", "(\w+)"', source)}
    assert len(made) > 15
    assert made == set(_WORDS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_wrong_has_a_cure_and_what_is_right_has_none(language: str) -> None:
    silent = replace(GOOD, mx=None, txt=None, dmarc=None, addresses=None)
    for finding in (one for each in (GOOD, BAD, silent) for one in examine(each, "it@office.example")):
        text, cure = seen_words(finding, language)
        assert text
        assert bool(cure) is (finding.state != "ok"), finding


def test_languages_differ_and_foreign_text_is_safe() -> None:
    hostile = replace(GOOD, txt=(f"v=spf1 {HOSTILE}",))
    for finding, language in product(examine(hostile, "it@office.example"), ("en", "fr")):
        assert all(text.isprintable() for text in seen_words(finding, language))
