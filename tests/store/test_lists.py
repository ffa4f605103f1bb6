"""The lists: every change is durable and can be taken back, hits cost no write a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.listentry import ListChange
from gateway.store import lists as module
from gateway.store.errors import StoreError
from gateway.store.lists import CantChange, Lists
from tests.support.lists import NOW, draft, sender
from tests.support.storage import Opened, opened

BOB = "bob@office.example"


async def added(lists: Lists, kind: str, subject: str, recipient: str = "", by: str = "anna") -> ListChange:
    change = await lists.add(draft(kind, subject, recipient), by)  # type: ignore[arg-type]  # both words are kinds
    assert isinstance(change, ListChange)
    return change


def blocks(it: Opened, address: str = "ann@sender.example") -> bool:
    return it.store.lists.facts.about(sender(address), BOB, NOW).is_blocked


async def test_an_entry_counts_at_once_and_after_a_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        change = await added(it.store.lists, "block", "sender.example")
        assert blocks(it)
        assert change.entry.by == "anna"
    async with opened(tmp_path) as it:
        assert blocks(it)
        assert it.store.lists.get(change.entry.id) == change.entry


async def test_the_same_again_renews_the_entry(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        first = await added(it.store.lists, "block", "sender.example")
        it.clock.advance(60)
        again = await it.store.lists.add(draft("block", "sender.example", expires=NOW + 999, reason="still"), "bob")
        assert isinstance(again, ListChange)
        assert again.before == first.after
        assert (again.entry.id, again.entry.by, again.entry.draft.reason) == (first.entry.id, "bob", "still")
        assert len(it.store.lists.list().items) == 1


async def test_what_the_other_list_names_is_not_added(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        first = await added(it.store.lists, "block", "sender.example")
        assert await it.store.lists.add(draft("allow", "sender.example"), "anna") == CantChange(
            "other-list", first.after
        )
        await added(it.store.lists, "allow", "sender.example", BOB)


async def test_a_change_is_taken_back_and_the_one_before_it_then(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lists = it.store.lists
        await added(lists, "block", "sender.example")
        await lists.remove(1, "bob")
        assert not blocks(it)
        undone = await lists.undo(0, "anna")
        assert isinstance(undone, ListChange)
        assert blocks(it)
        assert undone.entry.id == 1
        assert isinstance(await lists.undo(0, "anna"), ListChange)
        assert not blocks(it)
        assert await lists.undo(0, "anna") == CantChange("no-change")
        told = [(each.by, each.undoes, each.is_undone) for each in (await lists.changes()).items]
        assert told == [("anna", 1, False), ("anna", 2, False), ("bob", 0, True), ("anna", 0, True)]


async def test_a_renewed_entry_is_what_it_was_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lists = it.store.lists
        first = await added(lists, "block", "sender.example")
        await lists.add(draft("block", "sender.example", reason="again"), "bob")
    async with opened(tmp_path) as it:
        lists = it.store.lists
        renewed = lists.get(first.entry.id)
        assert renewed is not None
        assert renewed.draft.reason == "again"
        lists.hit(1, NOW)
        back = await lists.undo(0, "anna")
        assert isinstance(back, ListChange)
        assert back.entry.draft == first.entry.draft
        assert back.entry.hits == 1


async def test_a_change_is_not_taken_back_twice_nor_over_a_later_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lists = it.store.lists
        first = await added(lists, "block", "sender.example")
        removed = await lists.remove(1, "bob")
        assert removed is not None
        assert await lists.undo(first.number, "anna") == CantChange("changed-since", first.after)
        await added(lists, "block", "sender.example")
        assert await lists.undo(removed.number, "anna") == CantChange("changed-since", first.after)
        await lists.undo(0, "anna")
        await lists.undo(removed.number, "anna")
        assert await lists.undo(removed.number, "anna") == CantChange("undone", first.after)
        assert await lists.undo(99, "anna") == CantChange("no-change")


async def test_a_list_comes_in_pages_and_is_searched_without_accents_and_case(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lists = it.store.lists
        for number in range(25):
            await lists.add(draft("block", f"d{number}.example", reason="Été" if number == 7 else ""), "René")
        await added(lists, "allow", "sender.example", "anna@office.example")
        first = lists.list(limit=10)
        assert first.next is not None
        second = lists.list(first.next, 10)
        assert [each.id for each in (*first.items, *second.items)] == list(range(26, 6, -1))
        assert lists.list(second.next, 10).next is None
        assert [str(each.draft.subject) for each in lists.list(search="ete").items] == ["d7.example"]
        assert len(lists.list(search="RENE").items) == 25
        assert [each.id for each in lists.list(kind="allow").items] == [26]
        assert lists.mentioning("anna@office.example") == 1


async def test_hits_are_counted_in_memory_and_written_together(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await added(it.store.lists, "block", "a.example")
        await added(it.store.lists, "block", "b.example")
        commits = it.store.database.commits
        for number in range(100):
            it.store.lists.hit(1 + number % 2, NOW + number)
        it.store.lists.hit(99, NOW)
        assert it.store.database.commits == commits
        await it.store.flush_facts()
        await it.store.flush_facts()
        assert it.store.database.commits == commits + 1
    async with opened(tmp_path) as it:
        one = it.store.lists.get(1)
        assert one is not None
        assert (one.hits, one.last_hit) == (50, NOW + 98)


async def test_what_expired_long_ago_goes_and_the_journal_says_by_whom(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lists = it.store.lists
        await lists.add(draft("block", "a.example", expires=NOW + 60), "anna")
        it.clock.advance(61)
        await it.store.expire()
        assert lists.get(1) is not None
        it.clock.advance(module.EXPIRED_KEEP_SECONDS)
        await it.store.expire()
        assert lists.get(1) is None
        assert (await lists.changes()).items[0].by == module.CLOCK


async def test_the_lists_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENTRIES_MAXIMUM", 1)
    async with opened(tmp_path) as it:
        await added(it.store.lists, "block", "a.example")
        assert await it.store.lists.add(draft("block", "b.example"), "anna") == CantChange("full")


async def test_a_change_that_can_not_be_written_has_not_happened(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lists = it.store.lists
        await it.store.database.close()
        with pytest.raises(StoreError):
            await lists.add(draft("block", "sender.example"), "anna")
        assert not blocks(it)
        assert lists.list().items == ()


async def test_rows_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await it.store.database.write(
            lambda connection: connection.execute("INSERT INTO list_entry (entry) VALUES ('{')")
        )
    async with opened(tmp_path) as it:
        assert any("allow and block lists" in str(event) for event in it.events)
