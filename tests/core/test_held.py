from __future__ import annotations

from tests.support.storage import held


def test_an_item_is_released_when_every_recipient_got_it() -> None:
    both = ("bob@office.example", "eve@office.example")
    assert not held(recipients=both, released_to=both[:1]).is_released
    assert held(recipients=both, released_to=both).is_released


def test_a_search_looks_at_code_sender_recipient_and_subject() -> None:
    text = held("F7K2Q").searched_text
    assert all(each in text for each in ("F7K2Q", "ann@sender.example", "bob@office.example", "Hello"))
