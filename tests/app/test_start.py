"""With which settings a start begins."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.app.start import Start, begin
from gateway.config.problems import SettingsError
from gateway.core.settingsversion import Version, VersionState
from gateway.store.versions import Versions
from tests.support.settings import FIRST, HARMLESS, RISKY
from tests.support.storage import opened

RELEASE = "0.1.0"


def here(folder: Path, text: str) -> str:
    """The settings with their state in this folder."""
    return f'state_directory = "{folder}/state"\n{text}'


def known(folder: Path, *rows: tuple[str, VersionState] | tuple[str, VersionState, str]) -> None:
    """Versions that earlier runs left, oldest first."""

    async def write() -> None:
        async with opened(folder / "state") as at:
            for text, state, *release in rows:
                row = Version(0, 1.0, "anna", "try", release[0] if release else RELEASE, state, (), here(folder, text))
                await Versions(at.store.database).add(row)

    asyncio.run(write())


def started(folder: Path, text: str) -> Start:
    file = folder / "poterne.toml"
    file.write_text(text)
    return begin(file, RELEASE)


def test_the_first_start_runs_the_file(tmp_path: Path) -> None:
    start = started(tmp_path, here(tmp_path, FIRST))
    assert (start.version, start.via, start.before, start.alarm) == (None, "first start", None, "")
    assert start.settings.hostname == "mx.office.example"


def test_a_file_that_is_as_it_was_is_its_version(tmp_path: Path) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT))
    start = started(tmp_path, here(tmp_path, FIRST))
    assert start.version is not None
    assert start.version.number == 1
    assert not start.restores_file


def test_a_file_edited_by_hand_runs_and_the_last_kept_stands_by(tmp_path: Path) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT))
    start = started(tmp_path, here(tmp_path, RISKY))
    assert (start.version, start.via, start.settings.hostname) == (None, "edited by hand", "mx2.office.example")
    other = start.instead("port 25 is taken")
    assert other is not None
    assert (other.settings.hostname, other.alarm, other.cause) == (
        "mx.office.example",
        "not-applied",
        "port 25 is taken",
    )
    assert other.instead("again") is None


def test_a_trial_does_not_survive_even_when_the_file_holds_it(tmp_path: Path) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT), (RISKY, VersionState.TRIAL))
    start = started(tmp_path, here(tmp_path, RISKY))
    assert start.settings.hostname == "mx.office.example"
    assert start.restores_file
    assert [each.number for each in start.unfinished] == [2]


@pytest.mark.parametrize("written", [FIRST, RISKY], ids=["before", "after"])
def test_what_somebody_kept_is_kept_whether_the_file_was_written_yet_or_not(tmp_path: Path, written: str) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT), (RISKY, VersionState.KEEPING))
    start = started(tmp_path, here(tmp_path, written))
    assert start.settings.hostname == "mx2.office.example"
    assert start.version is not None
    assert start.version.number == 2
    assert start.restores_file == (written == FIRST)


def test_settings_that_once_were_on_trial_may_be_written_by_hand_later(tmp_path: Path) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT), (RISKY, VersionState.REVERTED))
    assert started(tmp_path, here(tmp_path, RISKY)).via == "edited by hand"


BROKEN = {"newer": "schema = 2\n", "no-toml": "x = \n", "unknown": "x = 1\n", "nul": "\x00\n"}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_file_that_can_not_be_used_gives_way_to_the_last_version(tmp_path: Path, broken: str) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT), (HARMLESS, VersionState.KEPT), (RISKY, VersionState.REVERTED))
    start = started(tmp_path, broken + here(tmp_path, FIRST.replace("schema = 1\n", "")))
    assert start.version is not None
    assert (start.version.number, start.alarm) == (2, "invalid")
    assert "poterne.toml" in start.cause


def test_the_last_version_is_that_of_this_release_before_a_newer_ones(tmp_path: Path) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT), (RISKY, VersionState.KEPT, "9.0.0"))
    start = started(tmp_path, here(tmp_path, "schema = 2\n"))
    assert start.settings.hostname == "mx.office.example"


def test_a_version_that_is_not_valid_any_more_is_passed_over(tmp_path: Path) -> None:
    known(tmp_path, (FIRST, VersionState.KEPT), ("schema = 7\n", VersionState.KEPT))
    assert started(tmp_path, here(tmp_path, "x")).settings.hostname == "mx.office.example"


def test_without_any_version_the_errors_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="hostnam"):
        started(tmp_path, here(tmp_path, 'hostnam = "x"\n'))
    with pytest.raises(SettingsError, match="cannot be read"):
        begin(tmp_path / "missing.toml", RELEASE)
