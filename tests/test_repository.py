"""The house rules that no linter knows: mirrors, sizes, sources of claims, and what must not be written down."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES_MAXIMUM = 400

# Put together here, so that this file does not hold what it forbids.
FORBIDDEN_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
        ("proxy", "golang", "org"),
    )
)
# Somebody's home, or this very checkout's folder: neither means anything on another machine.
HOME_PATH = re.compile(r"/(?:home|Users)/[A-Za-z0-9_.-]+/|/" + r"root/[A-Za-z0-9_.-]+")
# What silences a linter or the type checker; the group is what stands behind it.
SILENCED = re.compile(r"# (?:noqa: [A-Z]+\d+|type: ignore\[[a-z-]+\])((?:, ?[A-Z]+\d+)*)(.*)$", re.MULTILINE)
RFC = re.compile(r"\bRFC[ \u00a0-]?(\d{3,5})\b")


@cache
def _tracked() -> tuple[Path, ...]:
    """All files in the repository's index that exist."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def _tracked_texts() -> list[tuple[str, str]]:
    texts = []
    for path in _tracked():
        try:
            texts.append((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts


def _sources() -> list[Path]:
    return [path for package in ("gateway", "tui") for path in sorted((ROOT / package).rglob("*.py"))]


def _mirror(source: Path) -> Path:
    """gateway/core/reply.py is tested by tests/core/test_reply.py, tui/state.py by tests/tui/test_state.py."""
    inside = source.relative_to(ROOT)
    below = inside.relative_to("gateway") if inside.parts[0] == "gateway" else inside
    return ROOT / "tests" / below.parent / f"test_{below.name}"


def _does_something(source: Path) -> bool:
    """False for a file of declarations: protocols, plain dataclasses, tables without a function that has a body."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not all(_is_empty(step) for step in node.body):
            return True
    return False


def _is_empty(step: ast.stmt) -> bool:
    return isinstance(step, ast.Pass) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))


def test_every_source_file_has_its_test_file() -> None:
    untested = [
        f"{source.relative_to(ROOT)} wants {_mirror(source).relative_to(ROOT)}"
        for source in _sources()
        if source.name not in ("__init__.py", "__main__.py")
        and _does_something(source)
        and not _mirror(source).exists()
    ]
    assert untested == []


def test_no_source_file_is_longer_than_the_wall() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in _tracked()
        if path.suffix in (".py", ".sh", ".lua") and (lines := path.read_text().count("\n")) > LINES_MAXIMUM
    ]
    assert long == []


def test_every_rfc_that_the_source_cites_is_listed_in_standards() -> None:
    listed = set(RFC.findall((ROOT / "gateway" / "STANDARDS.md").read_text()))
    missing = {
        f"RFC {number} ({source.relative_to(ROOT)})"
        for source in _sources()
        for number in RFC.findall(source.read_text())
        if number not in listed
    }
    assert sorted(missing) == []


def test_every_package_folder_explains_itself() -> None:
    packages = [init.parent for package in ("gateway", "tui") for init in (ROOT / package).glob("**/__init__.py")]
    # A package inside a package is on the map of the one around it.
    outer = [folder for folder in packages if len(folder.relative_to(ROOT).parts) <= 2]
    folders = [*outer, ROOT, ROOT / "tests", ROOT / "image"]
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "README.md").exists()] == []


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_no_file_names_a_package_registry(host: str) -> None:
    assert [name for name, text in _tracked_texts() if host in text] == []


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    found = [(name, match[0]) for name, text in _tracked_texts() if (match := HOME_PATH.search(text))]
    checkout = str(ROOT) + "/"
    assert found + [(name, checkout) for name, text in _tracked_texts() if checkout in text] == []


def test_no_test_sleeps() -> None:
    sleeping = [
        name
        for name, text in _tracked_texts()
        if name.startswith("tests/")
        and name.endswith(".py")
        and name not in ("tests/support/waiting.py", "tests/support/pacedtime.py")
        # Probes and the bench are programs that keep a pace of their own.
        and not name.startswith(("tests/probes/", "tests/bench/"))
        # `sleep(0)` lets the others run, and a few milliseconds are the pause of a loop that asks again.
        and re.search(r"\b(?:time|asyncio)\.sleep\((?!0(?:\.00\d+)?\))", text)
    ]
    assert sleeping == []


def test_who_silences_a_linter_says_why_beside_it() -> None:
    silent = [
        f"{name}: {found[0]}"
        for name, text in _tracked_texts()
        if name.endswith(".py")
        for found in SILENCED.finditer(text)
        if not re.search(r"[a-z]{2}", found[2])
    ]
    assert silent == []


def test_what_is_required_is_pinned_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["optional-dependencies"]["dev"],
    }
    for name, requirements in wanted.items():
        pins = re.findall(
            r"^([A-Za-z0-9_.-]+)==\S+[^\n]*\\\n    --hash=sha256:", (ROOT / name).read_text(), re.MULTILINE
        )
        names = {_plain(re.split(r"[<>=\[ ;]", requirement)[0]) for requirement in requirements}
        assert names - {_plain(pin) for pin in pins} == set(), name


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_two_sets_of_pins_agree() -> None:
    pins: dict[str, str] = {}
    for name in ("requirements.txt", "requirements-dev.txt"):
        for package, version in re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE):
            assert pins.setdefault(package, version) == version
