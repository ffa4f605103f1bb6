from __future__ import annotations

import ast
import io
import sys
from pathlib import Path

import pytest

import gateway.cli.emergency
from gateway.cli.emergency import INTERFACE, ITEMS, Left, menu
from gateway.cli.parser import build


def shown(keys: str) -> tuple[Left, str, list[tuple[str, ...]]]:
    out, ran = io.StringIO(), []
    left = menu(io.StringIO(keys), out, "It failed.", ran.append)
    return left, out.getvalue(), ran


def test_each_number_runs_its_verb() -> None:
    safe = [n for n, item in enumerate(ITEMS, 1) if not item.asks]
    _, _, ran = shown("".join(f"{n}\n" for n in safe) + "0\n")
    assert ran == [ITEMS[n - 1].words for n in safe]


def test_what_changes_something_is_asked_first() -> None:
    undo = next(n for n, item in enumerate(ITEMS, 1) if item.words == ("config", "undo"))
    assert shown(f"{undo}\n\n0\n")[2] == []
    assert shown(f"{undo}\nyes\n0\n")[2] == [("config", "undo")]
    assert shown(f"{undo}\noui\n0\n")[2] == [("config", "undo")]


def test_it_ends_with_zero_with_the_interface_and_with_the_terminal() -> None:
    assert shown("0\n")[0] is Left.END
    assert shown("")[0] is Left.END
    assert shown(f"{INTERFACE}\n")[0] is Left.INTERFACE


def test_rubbish_shows_the_menu_again_and_does_not_go_on_for_ever() -> None:
    left, out, ran = shown("x\n" * 1_000)
    assert (left, ran) == (Left.END, [])
    assert out.count("emergency menu") == 500


def test_every_item_is_a_verb() -> None:
    for item in ITEMS:
        assert build().parse_args(list(item.words)).does


def test_it_needs_neither_fonts_nor_packages() -> None:
    assert shown("0\n")[1].isascii()
    tree = ast.parse(Path(gateway.cli.emergency.__file__).read_text())
    imported = {
        (each.module if isinstance(each, ast.ImportFrom) else each.names[0].name)
        for each in ast.walk(tree)
        if isinstance(each, ast.Import | ast.ImportFrom)
    }
    assert {str(each).split(".")[0] for each in imported} <= sys.stdlib_module_names


def test_a_verb_runs_as_a_process_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    gateway.cli.emergency._run(("version",))
    assert "poterne" in capfd.readouterr().out.lower()
