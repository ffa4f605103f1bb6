from __future__ import annotations

import string

import pytest

from tests.support.texts import texts
from tui.keys import GLOBAL, LABEL_MAXIMUM, SCREENS
from tui.language import FOLDER, LANGUAGES, chosen, compiled, entries, mark, words

FRENCH = entries((FOLDER / "fr.po").read_text("utf-8"))


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    known = {ids for ids in FRENCH if ids != ("", "")}
    assert texts() - known == set()
    assert known - texts() == set()
    assert [ids for ids, strings in FRENCH.items() if not all(strings)] == []


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("ids", [ids for ids in FRENCH if ids != ("", "")])
def test_a_translation_fills_the_same_places(ids: tuple[str, str]) -> None:
    for each in FRENCH[ids]:
        assert _fields(each) == _fields(ids[1] or ids[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_of_the_footer_is_too_long(language: str) -> None:
    say = words("fr" if language == "fr" else "en")
    labels = {key.label for keys in (*SCREENS.values(), GLOBAL) for key in keys}
    assert [say(each) for each in labels if len(say(each)) > LABEL_MAXIMUM] == []


def test_the_language_asked_for_counts_most_then_that_of_the_surroundings() -> None:
    assert chosen("fr", {"LANG": "en_GB.UTF-8"}) == "fr"
    assert chosen("", {"LANG": "fr_FR.UTF-8"}) == "fr"
    assert chosen("", {"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}) == "en"
    assert chosen("", {"LANG": "de_DE.UTF-8"}) == "en"
    assert chosen("", {}) == "en"


def test_numbers_and_plurals_are_those_of_the_language() -> None:
    english, french = words("en"), words("fr")
    assert (english.number(7.1), french.number(7.1)) == ("7.1", "7,1")
    assert (english.whole(12_000), french.whole(12_000)) == ("12,000", "12 000")
    assert french.n("{count} day", "{count} days", 0) == "0 jour"
    assert english.n("{count} day", "{count} days", 0) == "0 days"
    assert french.n("{count} day", "{count} days", 2) == "2 jours"


def test_a_text_without_translation_and_the_empty_one_stay_as_they_are() -> None:
    assert words("fr")("Zorglub") == "Zorglub"
    assert words("fr")("") == ""
    assert mark("x") == "x"


def test_a_line_that_is_none_of_a_po_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no line"):
        entries('msgid "a"\nmsgstr "b"\noops\n')


def test_long_texts_over_several_lines_are_put_together() -> None:
    assert entries('msgid ""\n"one "\n"two"\nmsgstr "x"\n') == {("one two", ""): ("x",)}
    assert compiled('msgid "a"\nmsgstr ""\n')[8:12] == b"\0\0\0\0"
