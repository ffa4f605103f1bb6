from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from gateway.store.text import like_pattern, storable


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_stored(text: str) -> None:
    stored = sqlite3.connect(":memory:").execute("SELECT ?", (storable(text),)).fetchone()[0]
    assert stored == text.encode("utf-8", "replace").decode()


@given(st.text("ab%_\\", max_size=8), st.text("ab%_\\", max_size=4))
def test_a_pattern_finds_exactly_what_contains_it(text: str, wanted: str) -> None:
    row = sqlite3.connect(":memory:").execute(r"SELECT ? LIKE ? ESCAPE '\'", (text, like_pattern(wanted))).fetchone()
    assert bool(row[0]) == (wanted in text)
