"""Wheels side by side in one folder: what belongs there, and what may not get out of it."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheels() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wheels", ROOT / "image" / "rootfs" / "wheels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder: Path, name: str, *entries: str) -> Path:
    path = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for entry in entries:
            archive.writestr(entry, entry)
    return path


def test_packages_and_their_licences_are_unpacked_and_records_of_pip_are_not(
    wheels: ModuleType, tmp_path: Path
) -> None:
    one = wheel(tmp_path, "one", "one/__init__.py", "one-1.dist-info/METADATA", "one-1.dist-info/RECORD")
    two = wheel(tmp_path, "two", "two.data/purelib/two.py", "two.data/scripts/two", "two.data/data/share/man", "two.so")
    assert wheels.main([str(tmp_path / "lib"), str(one), str(two)]) == 0
    there = {str(path.relative_to(tmp_path / "lib")) for path in (tmp_path / "lib").rglob("*") if path.is_file()}
    assert there == {"one/__init__.py", "one-1.dist-info/METADATA", "two.py", "two.so"}
    assert (tmp_path / "lib" / "two.so").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "lib" / "two.py").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("entry", ["/etc/passwd", "../outside", "one/../../outside"])
def test_a_wheel_that_would_write_elsewhere_is_refused(
    wheels: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], entry: str
) -> None:
    assert wheels.main([str(tmp_path / "lib"), str(wheel(tmp_path, "bad", entry))]) == 1
    assert "wants to write outside" in capsys.readouterr().err
    assert not (tmp_path / "outside").exists()


def test_two_packages_that_bring_the_same_file_are_told(
    wheels: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [str(wheel(tmp_path, name, "same.py")) for name in ("one", "two")]
    assert wheels.main([str(tmp_path / "lib"), *both]) == 1
    assert "both bring same.py" in capsys.readouterr().err
