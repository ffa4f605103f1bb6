import os
from pathlib import Path

import pytest

from gateway.system.folders import STATE_FOLDERS, FolderError, prepare_runtime, prepare_state, sync_folder


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_state_folder_and_all_inside_are_private(tmp_path: Path) -> None:
    state = tmp_path / "var" / "poterne"
    prepare_state(state)
    assert {path.name for path in state.iterdir()} == set(STATE_FOLDERS)
    assert {mode(path) for path in (state, *state.iterdir())} == {0o700}


def test_a_mask_or_an_older_mode_does_not_open_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "messages").mkdir(mode=0o777)
        prepare_state(tmp_path)
    finally:
        os.umask(before)
    assert mode(tmp_path / "messages") == 0o700
    assert mode(tmp_path / "secrets") == 0o700


def test_preparing_twice_keeps_what_is_there(tmp_path: Path) -> None:
    prepare_state(tmp_path)
    (tmp_path / "messages" / "a").write_text("mail")
    prepare_state(tmp_path)
    assert (tmp_path / "messages" / "a").read_text() == "mail"


def test_the_groups_of_the_control_socket_may_enter_its_folder(tmp_path: Path) -> None:
    prepare_runtime(tmp_path / "run")
    assert mode(tmp_path / "run") == 0o750


def test_a_file_in_the_way_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("")
    with pytest.raises(FolderError, match="messages cannot be prepared: File exists"):
        prepare_state(tmp_path)


def test_a_folder_that_is_gone_cannot_be_synced(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "none")
