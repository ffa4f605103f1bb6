from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.control import NOON
from tui.export import CantWriteError, write


def test_a_file_of_ones_own_is_written_and_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = write("stats", "csv", "a,b\r\né\r\n", NOON)
    assert path == tmp_path / "poterne-stats-2026-11-24-1200.csv"
    assert path.read_bytes() == "a,b\r\né\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert write("stats", "csv", "new", NOON).read_text() == "new"


def test_a_link_that_somebody_laid_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "poterne-stats-2026-11-24-1200.csv").symlink_to(victim)
    write("stats", "csv", "new", NOON)
    assert victim.read_text() == "precious"


def test_without_a_home_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for home in ("", "relative", str(tmp_path / "none")):
        monkeypatch.setenv("HOME", home)
        with pytest.raises(CantWriteError, match="home"):
            write("stats", "csv", "x", NOON)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_takes_nothing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(CantWriteError):
        write("stats", "csv", "x", NOON)
