"""Values of any of our frozen types with a given text in every place for text: what the other side could have sent."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

NOON: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_PLAIN: Final[dict[Any, object]] = {int: 1, float: 2.5, bool: True, datetime: NOON, date: NOON.date(), tzinfo: UTC}


def made(kind: Any, text: Callable[[], str]) -> Any:
    """A value of this type; `text` gives the next text. Raises TypeError for a type that has no values to make."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is str or kind is bytes or kind is Any or kind is object:
        return text().encode("utf-8", "replace") if kind is bytes else text()
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind is None or kind is type(None):
        return None
    if origin is Literal:
        return inner[0]
    if origin in (Union, types.UnionType):
        return made(next(each for each in inner if each is not type(None)), text)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, text)
    return _many(origin, inner, kind, text)


def _dataclass(kind: Any, text: Callable[[], str]) -> Any:
    hints = get_type_hints(kind)
    values = {each.name: made(hints[each.name], text) for each in dataclasses.fields(kind) if each.init}
    return kind(**values)


def _many(origin: Any, inner: tuple[Any, ...], kind: Any, text: Callable[[], str]) -> Any:
    if origin is tuple:
        one = inner[0] if len(inner) == 2 and inner[1] is ... else None
        return tuple(made(one, text) for _ in range(2)) if one is not None else tuple(made(e, text) for e in inner)
    if origin in (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Iterator):
        return [made(inner[0], text) for _ in range(2)]
    if origin in (set, frozenset):
        return frozenset((made(inner[0], text),))
    if origin in (dict, collections.abc.Mapping):
        return {made(inner[0], text): made(inner[1], text)}
    raise TypeError(f"no value of {kind}")


def hints_of(function: Callable[..., object]) -> dict[str, Any]:
    """The types of its parameters and of what it returns."""
    return typing.get_type_hints(function)
