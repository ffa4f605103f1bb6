from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.prefs import Preferences, can_remember, load, place, save

CHOSEN = Preferences("fr", "light", "ascii", True)


def test_the_file_lies_where_the_surroundings_say() -> None:
    assert place({"XDG_STATE_HOME": "/s", "HOME": "/h"}) == Path("/s/poterne/tui.toml")
    assert place({"HOME": "/h"}) == Path("/h/.local/state/poterne/tui.toml")
    assert place({"XDG_STATE_HOME": "s", "HOME": "h"}) is None
    assert place({}) is None


def test_what_was_chosen_is_there_at_the_next_start_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "a" / "poterne" / "tui.toml"
    assert load(file) is None
    assert can_remember(file)
    assert save(file, CHOSEN)
    assert load(file) == CHOSEN
    assert file.stat().st_mode & 0o077 == 0
    assert save(file, Preferences())
    assert load(file) == Preferences()
    assert [each.name for each in file.parent.iterdir()] == ["tui.toml"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('language = "de"\ntheme = "light"\nmouse = 1\n', Preferences(theme="light")),
        ("language = [1]\n", Preferences()),
        ("no toml", None),
        ("\x00\xff", None),
    ],
)
def test_a_file_that_somebody_spoiled_is_in_nobodys_way(tmp_path: Path, text: str, read: Preferences | None) -> None:
    file = tmp_path / "tui.toml"
    file.write_bytes(text.encode("latin-1"))
    assert load(file) == read


def test_without_a_home_nothing_is_remembered_and_nothing_breaks(tmp_path: Path) -> None:
    assert not save(None, CHOSEN)
    assert load(None) is None
    assert not can_remember(None)
    taken = tmp_path / "file"
    taken.write_text("")
    assert not save(taken / "poterne" / "tui.toml", CHOSEN)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_is_not_ours_is_known_beforehand() -> None:
    assert not can_remember(Path("/proc/poterne/tui.toml"))
