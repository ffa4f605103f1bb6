"""What a start notes down."""

from __future__ import annotations

from pathlib import Path

from gateway.app.begun import RESTARTED, note
from gateway.app.start import Kept, Start
from gateway.core.event import SettingsChanged
from gateway.core.settingsversion import Change, Version, VersionState
from tests.support.settings import FIRST, RISKY, Room, room, settings


async def noted(at: Room, start: Start) -> Kept:
    return await note(start, at.versions, at.file, "0.2.0", at.clock, at.events.append)


async def added(at: Room, text: str, state: VersionState) -> Version:
    return await at.versions.add(Version(0, 1.0, "anna", "try", "0.1.0", state, (), text))


async def test_a_file_edited_by_hand_becomes_a_version_with_what_changed(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        kept = await noted(at, Start(settings(RISKY), RISKY, via="edited by hand", before=at.keeper.kept))
        assert (kept.version.number, kept.version.via, kept.version.release) == (2, "edited by hand", "0.2.0")
        assert kept.version.changes == (Change("hostname", '"mx.office.example"', '"mx2.office.example"'),)
        assert at.events == [SettingsChanged(2, "kept", "", "edited by hand")]


async def test_a_trial_that_the_last_run_left_is_over(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        tried = await added(at, RISKY, VersionState.TRIAL)
        at.file.write_text(RISKY)
        first = at.keeper.kept
        await noted(at, Start(first.settings, FIRST, first.version, "", first, (tried,), restores_file=True))
        assert at.file.read_text() == FIRST
        assert await at.states() == [(1, "kept"), (2, "reverted")]
        assert at.events == [SettingsChanged(2, "reverted", "", RESTARTED)]


async def test_what_somebody_was_keeping_is_kept(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        keeping = await added(at, RISKY, VersionState.KEEPING)
        kept = Kept(keeping, settings(RISKY))
        await noted(at, Start(kept.settings, RISKY, keeping, "", kept, (keeping,), restores_file=True))
        assert at.file.read_text() == RISKY
        assert await at.states() == [(1, "kept"), (2, "kept")]


async def test_an_alarm_is_an_event_and_no_version(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        first = at.keeper.kept
        await noted(at, Start(first.settings, FIRST, first.version, "", first, alarm="invalid", cause="line 3"))
        assert at.events == [SettingsChanged(1, "fallback", "", "line 3")]
        assert await at.states() == [(1, "kept")]
