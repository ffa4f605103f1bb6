"""Which keys there are: finds unknown ones, and those that stand for what this release cannot do yet (D11).

Knows the schema by its types; says nothing about values but the words named here.
"""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gateway.config.problems import Path, Remark

NOT_IN_THIS_RELEASE: Final = "not in this release"

# Keys of the agreed shape whose capability is still to come; * stands for any name or place in a list.
_LATER_KEYS: Final = frozenset(
    tuple(path.split("."))
    for path in (
        "mail_source",
        "imap_filter",
        "reporting",
        "smart_host",
        "dkim",
        "ldap",
        "greylisting",
        "backend.*.max_recipients",
        "backend.*.verdict_header",
        "backend.*.login",
        "domain.*.dkim",
        "domain.*.ldap",
        "domain.*.aliases",
        "domain.*.queue_lifetime",
        "domain.*.recipient_verification.on_unavailable",
        "domain.*.recipient_verification.stale_limit",
        "domain.*.recipient_verification.catch_all",
        "policy.*.extends",
        "policy.*.fetched_reject",
        "policy.*.tnef",
        "policy.*.footer",
        "relay_client.*.listener",
    )
)

# Words that one may expect and that will not be, with the reason.
_NOT_OFFERED: Final[Mapping[tuple[str, ...], tuple[str, str]]] = types.MappingProxyType(
    {
        ("policy", "*", "attachments"): (
            "strip",
            "is not offered, because it would change what the sender signed; quarantine or mark the whole message",
        ),
    }
)

_LATER_VALUES: Final[Mapping[tuple[str, ...], str]] = types.MappingProxyType(
    {
        ("backend", "*", "transport"): "imap-append",
        ("listener", "*", "role"): "submission",
    }
)


def unknown_keys(data: object, shape: object, path: Path = (), pattern: tuple[str, ...] = ()) -> Iterator[Remark]:
    """Every key of `data` that the type `shape` does not have, and every word that stands for later.

    Values of a wrong type are passed over: whoever checks types reports them.
    """
    if _LATER_VALUES.get(pattern) == data and isinstance(data, str):
        yield Remark(path, f'"{data}" is {NOT_IN_THIS_RELEASE}')
    word, why = _NOT_OFFERED.get(pattern[:-1], ("", ""))
    if word and data == word:
        yield Remark(path, f'"{word}" {why}')
    if isinstance(data, dict):
        yield from _in_table(data, shape, path, pattern)
    elif isinstance(data, list):
        (element, *_) = typing.get_args(shape) or (None,)
        for number, value in enumerate(data):
            yield from unknown_keys(value, element, (*path, number), (*pattern, "*"))


def _in_table(data: Mapping[str, object], shape: object, path: Path, pattern: tuple[str, ...]) -> Iterator[Remark]:
    record = _record_of(shape)
    if record is not None:
        yield from _in_record(data, record, path, pattern)
    elif typing.get_origin(shape) is dict:
        _, element = typing.get_args(shape)
        for name, value in data.items():
            yield from unknown_keys(value, element, (*path, name), (*pattern, "*"))


def _in_record(data: Mapping[str, object], record: type, path: Path, pattern: tuple[str, ...]) -> Iterator[Remark]:
    shapes = typing.get_type_hints(record)
    for key, value in data.items():
        if key in shapes:
            yield from unknown_keys(value, shapes[key], (*path, key), (*pattern, key))
        elif (*pattern, key) in _LATER_KEYS:
            yield Remark((*path, key), NOT_IN_THIS_RELEASE)
        else:
            yield Remark((*path, key), "unknown key", nearest(key, list(shapes)))


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word most like this one, "" when none is near."""
    close = difflib.get_close_matches(word, known, 1, 0.6)
    return close[0] if close else ""


def _record_of(shape: object) -> type | None:
    """The dataclass that a table may be: the shape itself, or the one among its alternatives."""
    if typing.get_origin(shape) is dict:
        return None
    choices = (shape, *typing.get_args(shape))
    return next((one for one in choices if isinstance(one, type) and dataclasses.is_dataclass(one)), None)
