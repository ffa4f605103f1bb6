from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.recipientfact import LEARNED, Source
from gateway.recipients.known import SEEN_SECONDS, Known, base_of, domain_of
from gateway.store.errors import StoreError
from gateway.store.recipients import Batch, RecipientRows
from tests.support.facts import OFFICE, facts

BOB = f"bob@{OFFICE}"


async def test_what_is_learned_counts_at_once_and_is_written_in_one_commit(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        before = at.database.commits
        for number in range(100):
            at.known.learn(f"u{number}@{OFFICE}", Source.DELIVERY)
        assert at.known.count(OFFICE, LEARNED) == 100
        assert at.database.commits == before
        await at.known.flush()
        assert at.database.commits == before + 1
        again = Known(RecipientRows(at.database), at.clock)
        await again.load()
        assert again.count(OFFICE, LEARNED) == 100


async def test_an_address_is_written_once_a_day_at_most(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.known.learn(BOB, Source.DELIVERY)
        await at.known.flush()
        before = at.database.commits
        for _ in range(23):
            at.clock.advance(3_600)
            at.known.learn(BOB, Source.DELIVERY)
            await at.known.flush()
        assert at.database.commits == before
        at.clock.advance(SEEN_SECONDS)
        at.known.learn(BOB, Source.DELIVERY)
        await at.known.flush()
        assert at.database.commits == before + 1
        fact = at.known.facts(BOB)[Source.DELIVERY]
        assert fact.seen - fact.since > SEEN_SECONDS


async def test_what_could_not_be_written_waits_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with facts(tmp_path) as at:

        async def full(batch: object) -> None:
            raise StoreError("no room")

        at.known.learn(BOB, Source.DELIVERY)
        with monkeypatch.context() as patch:
            patch.setattr(at.known._rows, "write", full)
            with pytest.raises(StoreError):
                await at.known.flush()
        assert at.known.facts(BOB)
        await at.known.flush()
        again = Known(RecipientRows(at.database), at.clock)
        await again.load()
        assert again.facts(BOB)


async def test_what_is_unlearned_is_gone_after_a_restart_too(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.known.learn(BOB, Source.DELIVERY)
        await at.known.flush()
        assert at.known.unlearn(BOB, LEARNED)
        assert not at.known.unlearn(BOB, LEARNED)
        assert at.known.page("", "", 9) == ()
        await at.known.flush()
    async with facts(tmp_path) as at:
        assert not at.known.facts(BOB)


async def test_a_clock_that_is_not_set_writes_no_time(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.clock.synchronised = False
        at.known.learn(BOB, Source.SENDER)
        assert at.known.facts(BOB)[Source.SENDER].since == 0
        at.clock.synchronised = True
        at.known.learn(BOB, Source.SENDER)
        assert at.known.facts(BOB)[Source.SENDER].since == at.clock.now().timestamp()


async def test_a_new_copy_of_a_directory_takes_the_place_of_the_old_one_and_of_nothing_else(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.known.learn(BOB, Source.DELIVERY)
        await at.known.swap(OFFICE, {BOB: False, f"eve@{OFFICE}": False})
        swapped = await at.known.swap(OFFICE, {f"eve@{OFFICE}": True, f"anna@{OFFICE}": False})
        assert (swapped.added, swapped.removed) == (1, 1)
    async with facts(tmp_path) as at:
        assert at.known.keys(OFFICE, Source.DIRECTORY) == {f"eve@{OFFICE}", f"anna@{OFFICE}"}
        assert at.known.facts(f"eve@{OFFICE}")[Source.DIRECTORY].inside_only
        assert at.known.keys(OFFICE, Source.DELIVERY) == {BOB}
        assert at.known.domain(OFFICE).synced_at == at.clock.now().timestamp()


async def test_a_copy_that_is_as_the_last_one_writes_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with facts(tmp_path) as at:
        await at.known.swap(OFFICE, {BOB: False, f"eve@{OFFICE}": True})
        written: list[Batch] = []
        write = at.known._rows.write

        async def watched(batch: Batch) -> None:
            written.append(batch)
            await write(batch)

        monkeypatch.setattr(at.known._rows, "write", watched)
        await at.known.swap(OFFICE, {BOB: False, f"eve@{OFFICE}": True})
        assert [(each.gone, each.facts) for each in written] == [((), ())]


async def test_pages_are_alphabetical_and_complete(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        for each in ("c@shop.example", "b@office.example", "a@shop.example"):
            at.known.learn(each, Source.DELIVERY)
        first = at.known.page("", "", 2)
        assert [key for key, _ in first] == ["a@shop.example", "b@office.example"]
        assert [key for key, _ in at.known.page("", first[-1][0], 2)] == ["c@shop.example"]
        assert [key for key, _ in at.known.page("shop.example", "", 9)] == ["a@shop.example", "c@shop.example"]
        assert [key for key, _ in at.known.page("", "", 9, "C@SHOP")] == ["c@shop.example"]


@pytest.mark.parametrize(
    ("key", "delimiter", "base"),
    [
        ("bob+x@a", "+", "bob@a"),
        ("bob+x@a", "", "bob+x@a"),
        ("bob@a", "+", "bob@a"),
        ("+x@a", "+", "+x@a"),
        ('"b+x"@a', "+", '"b+x"@a'),
        ("b+x+y@a", "+", "b@a"),
    ],
)
def test_the_base_of_an_address(key: str, delimiter: str, base: str) -> None:
    assert base_of(key, delimiter) == base
    assert domain_of(key) == "a"
