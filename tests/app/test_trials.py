"""Settings tried, kept and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.app import trials
from gateway.app.trials import CantChange
from gateway.core.event import Fault, SettingsChanged
from gateway.core.settingsversion import VersionState
from gateway.store.errors import StoreError
from tests.support.clock import settle
from tests.support.settings import FIRST, HARMLESS, RISKY, Room, room, wish


async def turned(at: Room, seconds: float) -> None:
    """The clock is turned, and what begins then comes to its end, threads and all."""
    await at.clock.turn(seconds)
    async with at.keeper._one_at_a_time:
        pass
    await settle()


async def test_harmless_settings_run_and_are_kept_at_once(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        result = await at.keeper.wish(wish(HARMLESS))
        assert (result.outcome, result.version.number, result.risks) == ("kept", 2, ())
        assert at.file.read_text() == HARMLESS
        assert at.keeper.kept.version.text == HARMLESS
        assert at.keeper.trial is None
        assert at.runs.settled == 1
        assert await at.states() == [(1, "kept"), (2, "kept")]
        assert at.events == [SettingsChanged(2, "kept", "anna", "")]


async def test_risky_settings_run_on_trial_and_the_file_stays(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        result = await at.keeper.wish(wish(RISKY))
        assert (result.outcome, [each.reason for each in result.risks]) == ("trial", ["hostname"])
        assert at.runs.ran[-1] == "mx2.office.example"
        assert at.file.read_text() == FIRST
        assert at.keeper.trial is not None
        assert (at.keeper.trial.ends - at.clock.now()).total_seconds() == 300
        assert await at.states() == [(1, "kept"), (2, "trial")]


async def test_a_trial_that_nobody_keeps_reverts_at_its_end_and_not_before(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.keeper.wish(wish(RISKY))
        await turned(at, 299)
        assert at.keeper.trial is not None
        await turned(at, 2)
        assert at.keeper.trial is None
        assert at.runs.ran[-1] == "mx.office.example"
        assert await at.states() == [(1, "kept"), (2, "reverted")]
        assert at.events[-1] == SettingsChanged(2, "reverted", "", "nobody kept it in time")


async def test_a_trial_that_is_kept_stays(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.keeper.wish(wish(RISKY))
        assert (await at.keeper.keep("bob")).outcome == "kept"
        assert at.file.read_text() == RISKY
        await turned(at, 1_000)
        assert at.runs.ran[-1] == "mx2.office.example"
        assert await at.states() == [(1, "kept"), (2, "kept")]


async def test_a_trial_can_be_taken_back_by_a_person(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.keeper.wish(wish(RISKY))
        result = await at.keeper.revert("bob")
        assert (result.outcome, result.version.state, result.why) == (
            "reverted", VersionState.REVERTED, "bob took it back",
        )  # fmt: skip
        await turned(at, 1_000)
        assert at.runs.ran == ["mx.office.example", "mx2.office.example", "mx.office.example"]


async def test_a_time_that_was_asked_for_makes_any_change_a_trial(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        assert (await at.keeper.wish(wish(HARMLESS, seconds=60))).outcome == "trial"
        await turned(at, 61)
        assert at.keeper.kept.version.number == 1


async def test_while_one_is_on_trial_no_other_begins(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.keeper.wish(wish(RISKY))
        with pytest.raises(CantChange, match="Version 2 is on trial"):
            await at.keeper.wish(wish(HARMLESS))


async def test_nothing_on_trial_can_neither_be_kept_nor_taken_back(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        with pytest.raises(CantChange):
            await at.keeper.keep("anna")
        with pytest.raises(CantChange):
            await at.keeper.revert("anna")


async def test_what_runs_already_is_no_new_version(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        assert (await at.keeper.wish(wish(FIRST))).outcome == "unchanged"
        assert await at.states() == [(1, "kept")]


async def test_settings_that_cannot_run_leave_everything_as_it_was_and_say_why(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.runs.refuses = {"mx2.office.example"}
        with pytest.raises(CantChange, match="port 25 is taken"):
            await at.keeper.wish(wish(RISKY))
        assert await at.states() == [(1, "kept"), (2, "reverted")]
        assert at.runs.settled == 1


async def test_what_worked_before_and_works_no_more_reverts_at_once_with_the_reason(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.broken_for.add("mx2.office.example")
        result = await at.keeper.wish(wish(RISKY))
        assert result.outcome == "reverted"
        assert result.why == "backend:exchange does not work any more: refused"
        assert at.runs.ran[-1] == "mx.office.example"
        assert at.keeper.trial is None


async def test_what_did_not_work_before_may_still_not_work(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.broken_for |= {"mx.office.example", "mx2.office.example"}
        assert (await at.keeper.wish(wish(RISKY))).outcome == "trial"


async def test_when_the_settings_before_cannot_run_any_more_they_are_tried_again_and_again(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.keeper.wish(wish(RISKY))
        at.runs.refuses = {"mx.office.example"}
        await turned(at, 301)
        assert at.keeper.trial is not None
        assert isinstance(at.events[-1], Fault)
        with pytest.raises(CantChange, match="can't run any more"):
            await at.keeper.revert("anna")
        at.runs.refuses = set()
        await turned(at, trials.RETRY_SECONDS + 1)
        assert at.keeper.trial is None


async def test_a_file_that_cannot_be_written_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, text: str) -> None:
        raise OSError(30, "Read-only file system")

    async with room(tmp_path) as at:
        await at.keeper.wish(wish(RISKY))
        monkeypatch.setattr(trials, "replace_text", fail)
        with pytest.raises(CantChange, match="Read-only file system"):
            await at.keeper.keep("anna")
        assert at.keeper.trial is not None
        assert await at.states() == [(1, "kept"), (2, "trial")]
        await at.keeper.revert("anna")
        with pytest.raises(CantChange, match="The settings before run again"):
            await at.keeper.wish(wish(HARMLESS))
        assert at.runs.ran[-1] == "mx.office.example"
        assert at.keeper.kept.version.number == 1


async def test_what_was_tried_in_place_does_not_stay_in_the_file(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.file.write_text(RISKY)
        await at.keeper.wish(wish(RISKY))
        assert at.file.read_text() == RISKY
        await at.keeper.revert("anna")
        assert at.file.read_text() == FIRST


async def test_an_edit_by_hand_that_is_overwritten_is_not_lost(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.file.write_text("# by hand\n" + FIRST)
        await at.keeper.wish(wish(HARMLESS))
        newest = (await at.versions.list()).items[0]
        assert (newest.text, newest.via, newest.state) == (
            "# by hand\n" + FIRST, "edited by hand", VersionState.REVERTED,
        )  # fmt: skip
        assert at.file.read_text() == HARMLESS


async def test_folders_do_not_change_while_it_runs(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        with pytest.raises(CantChange, match="state_directory can't change while the gateway runs"):
            await at.keeper.wish(wish(f'state_directory = "/elsewhere"\n{FIRST}'))


async def test_a_disk_that_is_full_stops_the_change_before_it_begins(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        await at.keeper._means.versions._database.close()
        with pytest.raises(StoreError):
            await at.keeper.wish(wish(RISKY))
        assert at.runs.ran == ["mx.office.example"]
