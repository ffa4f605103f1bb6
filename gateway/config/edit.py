"""Changes single keys in the text of a settings file and leaves all else as it is: comments, order, blank lines.

The only importer of tomlkit. Knows no setting; whether the new text is valid is for `load` to say.
"""

from __future__ import annotations

import tomllib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError


class EditError(Exception):
    """The text, a key or a value can't be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`key` dotted as TOML writes it; `value` as TOML writes it, "" to take the key out."""

    key: str
    value: str


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with these edits, in order. Raises EditError."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise EditError(f"the settings are no valid TOML: {error}") from error
    for edit in edits:
        _apply(document, edit)
    return tomlkit.dumps(document)


def _apply(document: MutableMapping[str, Any], edit: Edit) -> None:
    *folders, last = _steps(edit.key)
    holder: Any = document
    for step in folders:
        if step not in holder:
            if not edit.value:
                return
            # A super table has no line of its own until a key stands in it.
            holder[step] = tomlkit.table(is_super_table=step is not folders[-1])
        holder = holder[step]
        if not isinstance(holder, MutableMapping):
            raise EditError(f"{edit.key}: {step} is no table, so nothing can be set in it")
    try:
        if edit.value:
            holder[last] = _value(edit)
        else:
            holder.pop(last, None)
    except TOMLKitError as error:
        raise EditError(f"{edit.key}: {error}") from error


def _steps(key: str) -> list[str]:
    """The parts of a dotted key. Raises EditError."""
    try:
        found: Any = tomllib.loads(f"{key} = 0\n")
    except tomllib.TOMLDecodeError as error:
        raise EditError(f"{key!r} is no key: {error}") from error
    steps: list[str] = []
    while isinstance(found, dict):
        if len(found) != 1:
            raise EditError(f"{key!r} is no single key")
        ((step, found),) = found.items()
        steps.append(step)
    return steps


def _value(edit: Edit) -> object:
    """What TOML makes of the value. Raises EditError."""
    try:
        tomllib.loads(f"x = {edit.value}\n")
        made = tomlkit.parse(f"x = {edit.value}\n")
    except (tomllib.TOMLDecodeError, TOMLKitError) as error:
        raise EditError(
            f'{edit.key}: {edit.value} is no value of TOML ({error}); text stands in quotes, as "a"'
        ) from error
    if len(made) != 1:
        raise EditError(f"{edit.key}: more than one value")
    return made["x"]
