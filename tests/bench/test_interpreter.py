"""The gateways run the distribution's Python where that can use the packages at hand."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from tests.bench.interpreter import interpreter


def _python(folder: Path, version: str) -> Path:
    program = folder / "python3"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    return program


def test_one_of_our_minor_version_is_taken_with_the_packages_at_hand(tmp_path: Path) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}.99"
    program = _python(tmp_path, version)
    found = interpreter(program)
    assert (found.program, found.packages) == (str(program), sysconfig.get_path("purelib"))
    assert found.environment() == {"PYTHONPATH": sysconfig.get_path("purelib")}
    assert version in found.words


def test_one_of_another_version_is_not_and_the_note_says_so(tmp_path: Path) -> None:
    found = interpreter(_python(tmp_path, "3.1.0"))
    assert (found.program, found.environment()) == (sys.executable, {})
    assert "not the distribution's (3.1.0 there)" in found.words


def test_none_at_all_and_a_broken_one_leave_our_own(tmp_path: Path) -> None:
    broken = _python(tmp_path, "3.11.2")
    broken.write_text("#!/bin/sh\nexit 1\n")
    for program in (tmp_path / "none", broken):
        assert interpreter(program).program == sys.executable


def test_our_own_is_taken_as_it_is() -> None:
    found = interpreter(Path(sys.executable))
    assert (found.program, found.environment()) == (sys.executable, {})
