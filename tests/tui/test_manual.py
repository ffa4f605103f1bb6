"""The manual says what the screens say."""

from __future__ import annotations

import re

import pytest

from tests.support.manual import FOLDER, PAGES, made, whole
from tui.keys import GLOBAL, SCREENS
from tui.language import LANGUAGES, Language, words
from tui.state.frame import TABS

ROOT = FOLDER.parents[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_made_part_is_what_the_screens_say(language: Language) -> None:
    assert whole(language) == (FOLDER / f"{language}.md").read_text(encoding="utf-8"), "make pictures"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_every_screen_is_in_it(language: Language) -> None:
    say, text = words(language), made(language)
    for keys in (*SCREENS.values(), GLOBAL):
        for key in keys:
            assert f"| `{say(key.cap)}` | **{say(key.label)}**" in text or not key.help


def test_every_page_has_its_title_in_both_languages() -> None:
    assert set(SCREENS) - {name for _, name, _ in TABS} - set(PAGES) == set(), "tests/support/manual.py: PAGES"


def test_what_is_written_by_hand_names_the_same_keys_in_both_languages() -> None:
    by_hand = [
        re.findall(r"`([^`]{1,3})`", (FOLDER / f"{language}.md").read_text(encoding="utf-8").partition("<!--")[0])
        for language in LANGUAGES
    ]
    assert by_hand[0] == by_hand[1]


def test_newcomers_find_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(tui/manual/{language}.md)" in readme for language in LANGUAGES)
