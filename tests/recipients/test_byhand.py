from __future__ import annotations

from pathlib import Path

from gateway.core.recipientfact import Source
from gateway.recipients.byhand import Added, Undone
from tests.support.facts import OFFICE, Facts, facts

ANNA, BOB = f"anna@{OFFICE}", f"bob@{OFFICE}"


async def imported(at: Facts, *addresses: str, is_rehearsal: bool = False) -> Added:
    return await at.by_hand.add(addresses, [OFFICE], "it", ends_learning=True, is_rehearsal=is_rehearsal)


async def test_an_import_says_what_each_address_was_before(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver(BOB)
        await at.by_hand.add([f"old@{OFFICE}"], [OFFICE], "it", ends_learning=False)
        found = await imported(at, "Anna@Office.Example", ANNA, BOB, f"old@{OFFICE}", "x@other.example")
        assert found == Added((ANNA,), (BOB,), 1, {"other.example": 1}, (), (OFFICE,))
        assert at.known.keys(OFFICE, Source.PERSON) == {ANNA, BOB, f"old@{OFFICE}"}


async def test_one_bad_address_and_nothing_is_done(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        found = await imported(at, ANNA, "no address")
        assert found.bad == ("no address",)
        assert at.known.page("", "", 9) == ()


async def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        found = await imported(at, ANNA, is_rehearsal=True)
        assert (found.new, found.ended) == ((ANNA,), (OFFICE,))
        assert at.known.page("", "", 9) == ()
        assert await at.by_hand.undo() is None


async def test_an_import_ends_the_time_of_learning(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        assert at.learning.is_going_on(OFFICE, 14)
        await imported(at, ANNA)
        assert not at.learning.is_going_on(OFFICE, 14)
        assert at.known.domain(OFFICE).ended_by == "it"
        await at.by_hand.undo()
        assert at.learning.is_going_on(OFFICE, 14)


async def test_adding_one_does_not_end_it(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await at.by_hand.add([ANNA], [OFFICE], "it", ends_learning=False)
        assert at.learning.is_going_on(OFFICE, 14)


async def test_changes_are_taken_back_one_after_the_other(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver(BOB)
        await imported(at, ANNA, BOB)
        await at.by_hand.remove(BOB, "eve")
        assert at.known.facts(BOB).keys() == {Source.REMOVED}
        assert await at.by_hand.undo() == Undone("remove", "eve", 1)
        assert at.known.facts(BOB).keys() == {Source.PERSON, Source.DELIVERY}
        assert await at.by_hand.undo() == Undone("import", "it", 2)
        assert not at.known.facts(ANNA)
        assert at.known.facts(BOB).keys() == {Source.DELIVERY}
        assert await at.by_hand.undo() is None


async def test_what_mail_taught_meanwhile_stays_when_a_change_is_taken_back(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await imported(at, ANNA)
        at.deliver(ANNA)
        await at.by_hand.undo()
        assert at.known.facts(ANNA).keys() == {Source.DELIVERY}


async def test_who_was_removed_can_be_added_again(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver(ANNA)
        assert await at.by_hand.remove(ANNA, "it")
        assert not await at.by_hand.remove(ANNA, "it")
        found = await at.by_hand.add([ANNA], [OFFICE], "it", ends_learning=False)
        assert found.new == (ANNA,)
        assert at.known.facts(ANNA).keys() == {Source.PERSON}


async def test_only_the_directory_can_remove_whom_it_alone_knows(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await at.known.swap(OFFICE, {ANNA: False})
        assert not await at.by_hand.remove(ANNA, "it")
        assert at.known.facts(ANNA).keys() == {Source.DIRECTORY}


async def test_what_people_said_outlives_a_restart(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await imported(at, ANNA)
        await at.by_hand.remove(ANNA, "it")
    async with facts(tmp_path) as at:
        assert at.known.facts(ANNA).keys() == {Source.REMOVED}
        assert await at.by_hand.undo() == Undone("remove", "it", 1)
        assert at.known.facts(ANNA)[Source.PERSON].by == "it"
