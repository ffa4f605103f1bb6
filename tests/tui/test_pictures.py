"""The pictures in `tui/pictures` are what the source draws."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from tests.support.pictures import FOLDER, ROOT, SHOWN, drawn

RENEW = "make pictures, and look at them"
OCTETS_MAXIMUM = 30_000


async def test_the_kept_pictures_are_what_the_screens_look_like() -> None:
    now = await drawn()
    kept = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    assert sorted(kept) == sorted(now), RENEW
    assert [name for name in now if now[name] != kept[name]] == [], RENEW


def test_a_picture_is_small_whole_and_asks_nobody_for_anything() -> None:
    for path in FOLDER.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) < OCTETS_MAXIMUM
        assert ET.fromstring(text).tag.endswith("svg")
        assert text.count("http") == text.count("http://www.w3.org/2000/svg") == 1


def test_newcomers_see_home_messages_and_the_quarantine_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    places = [readme.index(f"(tui/pictures/{name}.svg)") for name in ("home", "messages", "quarantine")]
    assert places == sorted(places)
    assert {"home", "messages", "quarantine"} <= set(SHOWN)
