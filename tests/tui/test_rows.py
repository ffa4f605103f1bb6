from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.rows import PAGES_KEPT, Rows


def _rows() -> Rows[str]:
    return Rows(lambda item: item)


def _page(number: int, size: int = 200) -> list[str]:
    return [f"{number}-{place}" for place in range(size)]


def _load(rows: Rows[str], pages: int, last: int | None = None) -> None:
    for number in range(pages):
        following = None if number == last else str(number + 1)
        rows.page("" if number == 0 else str(number), _page(number), following)


def test_a_new_list_wants_its_first_page_and_then_the_next_only_near_its_end() -> None:
    rows = _rows()
    assert rows.wanted(0, 20) == ""
    rows.page("", _page(0), "1")
    assert rows.wanted(0, 20) is None
    assert rows.wanted(150, 170) == "1"
    rows.page("1", _page(1), None)
    assert rows.wanted(380, 400) is None
    assert rows.is_complete
    assert (len(rows), rows.row(200), rows.row(400), rows.row(-1)) == (400, "1-0", None, None)


def test_pages_far_away_are_forgotten_but_not_the_first_and_come_back() -> None:
    rows = _rows()
    _load(rows, 100)
    assert len(rows) == 20_000
    assert len(rows.loaded()) <= (PAGES_KEPT + 1) * 200
    assert rows.row(0) == "0-0"
    assert rows.row(1_000) is None
    assert rows.wanted(1_000, 1_020) == "5"
    rows.page("5", _page(5), "6")
    assert rows.row(1_000) == "5-0"


def test_rows_that_went_while_a_page_was_forgotten_are_no_rows_any_more() -> None:
    rows = _rows()
    _load(rows, 60)
    rows.page("5", _page(5, 150), "5x")
    assert len(rows) == 1_150
    assert rows.wanted(1_140, 1_160) == "5x"


def test_new_rows_wait_or_come_on_top() -> None:
    rows = _rows()
    rows.page("", _page(0), None)
    rows.arrived("a", show=True)
    rows.arrived("a", show=True)
    rows.arrived("b", show=False)
    assert (rows.row(0), rows.row(1), rows.waiting) == ("a", "0-0", 1)
    rows.show_waiting()
    assert (rows.row(0), rows.row(1), rows.waiting, len(rows)) == ("b", "a", 0, 202)


def test_a_page_that_nobody_waits_for_is_ignored() -> None:
    rows = _rows()
    rows.page("other", _page(3), None)
    assert len(rows) == 0
    rows.page("", _page(0), "1")
    rows.page("", ["x"], "1")
    assert rows.row(0) == "0-0"


def test_an_empty_page_is_passed_over() -> None:
    rows = _rows()
    rows.page("", [], "1")
    rows.page("1", [], "2")
    assert rows.wanted(0, 20) == "2"
    rows.page("2", ["x"], None)
    assert (len(rows), rows.row(0)) == (1, "x")


def test_a_cursor_that_leads_to_itself_is_the_end() -> None:
    rows = _rows()
    rows.page("", ["x"], "")
    assert rows.is_complete


def test_rows_are_replaced_and_removed_where_they_are() -> None:
    rows: Rows[str] = Rows(lambda item: item[0])
    rows.page("", ["a1", "b1"], "1")
    rows.page("1", ["c1", "d1"], None)
    rows.arrived("e1", show=True)
    rows.arrived("f1", show=False)
    assert all(rows.replace(each) for each in ("b2", "d2", "e2", "f2"))
    assert not rows.replace("z2")
    assert rows.loaded() == ["e2", "a1", "b2", "c1", "d2"]
    assert rows.remove("b") == 2
    assert rows.remove("e") == 0
    assert rows.remove("f") is None
    assert rows.remove("z") is None
    assert (rows.loaded(), rows.waiting, rows.row(2), rows.index("d")) == (["a1", "c1", "d2"], 0, "d2", 2)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=40))
def test_whatever_the_sizes_of_pages_every_row_is_found_in_order(sizes: list[int]) -> None:
    rows = _rows()
    wanted: list[str] = []
    for number, size in enumerate(sizes):
        rows.page("" if number == 0 else str(number), _page(number, size), str(number + 1))
        wanted += _page(number, size)
    found = [rows.row(place) for place in range(len(rows))]
    assert len(rows) == len(wanted)
    assert all(each in (None, right) for each, right in zip(found, wanted, strict=True))
