"""What differs between two settings, key by key, in words a person can read. Pure; judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from gateway.config.problems import Path, dotted
from gateway.config.schema import Settings
from gateway.core.settingsversion import Change


def changes(old: Settings, new: Settings) -> tuple[Change, ...]:
    """One change for each key whose value differs, in the order of the keys; "" stands for a key that is not there."""
    before, after = dict(_leaves(old, ())), dict(_leaves(new, ()))
    keys = sorted(before.keys() | after.keys(), key=dotted)
    return tuple(
        Change(dotted(key), before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key, "") != after.get(key, "")
    )


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every value below this one, with its path."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _leaves(member, (*path, str(key)))
    elif isinstance(value, tuple) and any(is_dataclass(member) for member in value):
        for number, member in enumerate(value):
            # A name says more than a place, and stays when another table is put in front.
            yield from _leaves(member, (*path, str(getattr(member, "name", getattr(member, "zone", number + 1)))))
    else:
        yield path, _written(value)


def _written(value: object) -> str:
    """As the settings file would have it; JSON's texts, lists and numbers are TOML too."""
    return json.dumps(value, ensure_ascii=False)
