"""The table of all settings for gateway/config/README.md, made from the schema. Knows dataclasses, no file."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator

from gateway.config.schema import Pair, SecondsPair, Settings

_PLACES = {"listener": "listener.NAME", "backend": "backend.NAME", "domain": 'domain."NAME"', "policy": "policy.NAME"}


def settings_table() -> str:
    """One row a key: its name and its default, in the order of the schema."""
    rows = [f"| `{key}` | {default} |" for key, default in _rows(Settings, "")]
    return "\n".join(["| key | default |", "|---|---|", *rows])


def _rows(record: type, prefix: str) -> Iterator[tuple[str, str]]:
    shapes = typing.get_type_hints(record)
    for field in dataclasses.fields(record):
        key = prefix + (_PLACES.get(field.name, field.name) if not prefix else field.name)
        inner = _record_in(shapes[field.name])
        if inner is None:
            yield key, _default(field)
        else:
            is_list = typing.get_origin(shapes[field.name]) is tuple
            yield from _rows(inner, f"{key}[]." if is_list else f"{key}.")


def _record_in(shape: object) -> type | None:
    for choice in (shape, *typing.get_args(shape)):
        if isinstance(choice, type) and dataclasses.is_dataclass(choice) and choice not in (Pair, SecondsPair):
            return choice
    return None


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is dataclasses.MISSING:
        return "required"
    value = field.default
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Pair | SecondsPair):
        return f"`{{ normal = {value.normal:_}, overload = {value.overload:_} }}`"
    if isinstance(value, str):
        # A table's cell ends at a bare |, also inside of backticks.
        return '`"' + value.replace("|", "\\|") + '"`'
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{each}"' for each in value) + "]`"
    return f"`{value:_}`" if isinstance(value, int) else f"`{value}`"
