"""The interface's figures: judged as they are shown, and measured in a small form."""

from __future__ import annotations

import sys
from pathlib import Path

from gateway.core.page import Cursor
from tests.bench.interface import WANTED, Figures, LongDesk, is_enough, measure, table

GOOD = Figures([400.0, 9_000.0, 400.0], [42.0], [150.0], [47.0], [20.0], [52.0])


def test_time_is_judged_by_the_median_and_memory_by_the_worst() -> None:
    assert is_enough(GOOD)
    assert "400.0  yes" in table(GOOD)
    assert not is_enough(Figures([400.0], [42.0], [150.0], [47.0, 61.0], [20.0], [52.0]))
    assert "600.0  NO" in table(Figures(opened_ms=[600.0]))


def test_what_was_not_measured_is_said_and_is_not_enough() -> None:
    assert table(Figures()).count("not measured") == len(WANTED)
    assert not is_enough(Figures())


async def test_a_long_history_is_made_page_by_page_to_its_end() -> None:
    desk = LongDesk(length=450)
    seen: list[str] = []
    after: Cursor | None = None
    while True:
        page = await desk.messages(after, 200, "")
        seen += [each.code for each in page.items]
        after = page.next
        if after is None:
            break
    assert (len(seen), len(set(seen)), desk.pages) == (450, 450, 3)


def test_every_figure_is_measured(tmp_path: Path) -> None:
    figures = measure(tmp_path, None, rounds=1, pages=3)
    assert all(each.value(figures) for each in WANTED), sys.executable
