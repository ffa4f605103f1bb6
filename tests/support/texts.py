"""The texts of the interface that are to be translated, found in its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CALLED = frozenset({"mark", "words", "say"})


def texts() -> set[tuple[str, str]]:
    """Each as (msgid, plural or "")."""
    found = set()
    for source in sorted((ROOT / "tui").rglob("*.py")):
        found |= set(_in(ast.parse(source.read_text())))
    return found - {("", "")}


def _in(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in _CALLED and node.args:
            yield from ((text, "") for text in _strings(node.args[0]))
        elif name == "n" and isinstance(node.func, ast.Attribute) and _name(node.func.value) == "words":
            one, many = (next(_strings(each)) for each in node.args[:2])
            yield one, many


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_strings(node.body), *_strings(node.orelse))
