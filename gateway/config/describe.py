"""The schema told key by key: type, default, bounds, choices, whether a change is risky, whether it names a secret.

Made from the dataclasses and from the rules that judge them, so that a form never says something else than the loader.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.config.ranges import MESSAGE_MINIMUM_OCTETS, bounds
from gateway.config.risk import possible_risk, trial_seconds
from gateway.config.schema import Settings

# Tables whose keys are names of the admin's choice.
_NAMED = {"listener": "listener.NAME", "backend": "backend.NAME", "domain": "domain.NAME", "policy": "policy.NAME"}
_UNITS = ("seconds", "octets", "days")


@dataclass(frozen=True, slots=True)
class KeyDescription:
    """One key. `NAME` in it stands for a name of the admin's choice, `[]` for an element of a list of tables.

    `default` as TOML writes it, "" where it must be given (`is_required`) or nothing stands. `has_pair`: also
    `{ normal, overload }`. `least` itself is allowed unless `is_above`. `risk`: what may go wrong when it changes, a
    name that `control` puts in words, and then a trial of `trial_seconds` comes first; "" for none. `is_secret`: its
    value is the name of a secret.
    """

    key: str
    kind: Literal["text", "integer", "number", "switch", "choice", "texts"]
    default: str
    is_required: bool
    choices: tuple[str, ...] = ()
    has_pair: bool = False
    least: float | None = None
    most: float | None = None
    is_above: bool = False
    unit: str = ""
    risk: str = ""
    trial_seconds: int = 0
    is_secret: bool = False


def describe() -> tuple[KeyDescription, ...]:
    """Every key, in the order of the schema."""
    return tuple(_of_record(Settings, ""))


def _of_record(record: type, prefix: str) -> Iterator[KeyDescription]:
    shapes = typing.get_type_hints(record)
    for field in dataclasses.fields(record):
        key = prefix + (_NAMED.get(field.name, field.name) if not prefix else field.name)
        shape = shapes[field.name]
        inner = _table_in(shape)
        if inner is None:
            yield _of_field(key, field, shape)
        else:
            yield from _of_record(inner, f"{key}[]." if typing.get_origin(shape) is tuple else f"{key}.")


def _table_in(shape: object) -> type | None:
    """The record that a table of this key holds; a pair is a value."""
    for choice in (shape, *typing.get_args(shape)):
        if isinstance(choice, type) and dataclasses.is_dataclass(choice) and not _is_pair(choice):
            return choice
    return None


def _is_pair(shape: object) -> bool:
    return isinstance(shape, type) and dataclasses.is_dataclass(shape) and hasattr(shape, "overload")


def _of_field(key: str, field: dataclasses.Field[object], shape: object) -> KeyDescription:
    choices = [each for each in _choices(shape) if each is not type(None)]
    words = tuple(word for each in choices if typing.get_origin(each) is Literal for word in typing.get_args(each))
    kind = _kind(choices, words)
    least, most, is_above = bounds(field.name) if kind in ("integer", "number") else (None, None, False)
    risk = possible_risk(_example(key))
    return KeyDescription(
        key=key,
        kind=kind,
        default="" if field.default in (dataclasses.MISSING, None) else _toml(field.default),
        is_required=field.default is dataclasses.MISSING,
        choices=words,
        has_pair=any(_is_pair(each) for each in choices),
        # RFC 5321 §4.5.3.1.7 is more than the unit says.
        least=MESSAGE_MINIMUM_OCTETS if key == "limits.message_size_octets" else least,
        most=most,
        is_above=is_above,
        unit=next((unit for unit in _UNITS if field.name.endswith(unit)), ""),
        risk=risk.reason if risk else "",
        trial_seconds=trial_seconds([risk]) if risk else 0,
        is_secret=field.name == "secret",
    )


def _choices(shape: object) -> tuple[object, ...]:
    is_union = isinstance(shape, types.UnionType) or typing.get_origin(shape) is typing.Union
    return typing.get_args(shape) if is_union else (shape,)


def _kind(
    choices: list[object], words: tuple[str, ...]
) -> Literal["text", "integer", "number", "switch", "choice", "texts"]:
    if words:
        return "choice"
    if any(typing.get_origin(each) is tuple for each in choices):
        return "texts"
    if bool in choices:
        return "switch"
    if float in choices:
        return "number"
    return "integer" if int in choices else "text"


def _example(key: str) -> str:
    """A key of this pattern as changes name it."""
    return re.sub(r"\bNAME\b", "x", key.replace("[]", ".x"))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if dataclasses.is_dataclass(value):
        members = ((each.name, getattr(value, each.name)) for each in dataclasses.fields(value))
        return "{ " + ", ".join(f"{name} = {_toml(member)}" for name, member in members) + " }"
    return str(value)
