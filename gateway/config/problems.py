"""What is wrong with a settings file, as values and as lines for a person. Knows no rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.core.text import safe

Path: TypeAlias = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing wrong at one place of the data; `path` holds keys, and list positions counted from 0.

    `nearest_known_key` is what an unknown key was probably meant to be, "" if nothing is near.
    """

    path: Path
    message: str
    nearest_known_key: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of a file, for the admin.

    `line` counts from 1; 0 when the file as a whole is meant. `key` is written as TOML would:
    `domain."office.example".policy`; places in lists count from 1. `nearest_known_key` as in Remark.
    """

    file: str
    line: int
    key: str
    message: str
    nearest_known_key: str = ""


class SettingsError(Exception):
    """The file is no valid settings; `problems` holds all of them, in the order of lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(format_problems(problems))
        self.problems = tuple(problems)


def format_problems(problems: Iterable[Problem]) -> str:
    """One line for each: file, line, key, what is wrong, and the key that was probably meant."""
    return "\n".join(_format(problem) for problem in problems)


def dotted(path: Path) -> str:
    """The path as TOML writes keys, with list places counted from 1 in brackets."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += ("." if text else "") + _key(step)
    return text


def _key(step: str) -> str:
    if _BARE_KEY.fullmatch(step):
        return step
    return '"' + step.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _format(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    nearest = f'; did you mean "{problem.nearest_known_key}"?' if problem.nearest_known_key else ""
    key = f"{problem.key}: " if problem.key else ""
    return safe(f"{place}: {key}{problem.message}{nearest}")
