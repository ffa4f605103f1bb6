"""The settings as a form: sections with fields, present values, what was typed, and the edits that come of it.

Knows the keys from `config.schema` and the text from `config.show`; judges only what one key's bounds say, the gateway
judges the rest.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from gateway.control.formvalues import KeyView
from tui.language import Words, mark

_Toml: TypeAlias = Any  # what tomllib gives: tables, lists and plain values
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_PAIR: Final = re.compile(r"\s*(\S+)\s*/\s*(\S+)\s*")
# A table that holds even where the file does not have it.
_ALWAYS: Final = {"policy": "standard"}
# Keys that hold for the life of the gateway's process: no form changes them.
FIXED: Final = frozenset({"schema", "state_directory", "runtime_directory"})


class TypedError(ValueError):
    """What was typed is no value of this key; the text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of one table. `key` as TOML writes it, places in lists counted from 1; `value` "" where it is not set.

    `path` leads to it in the parsed text.
    """

    key: str
    name: str
    view: KeyView
    value: str
    path: tuple[str | int, ...]

    @property
    def shown(self) -> str:
        """The value that holds: its own, else the default."""
        return self.value or self.view.default


@dataclass(frozen=True, slots=True)
class Section:
    """One table, or the keys that stand in none (`table` is ""). `name`: of the admin's choice, else ""."""

    key: str
    table: str
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """All sections, the text's data, and what was typed: key to TOML text, "" for the default again."""

    sections: tuple[Section, ...]
    data: Mapping[str, _Toml]
    draft: Mapping[str, str]

    def field(self, key: str) -> Field | None:
        """The field of this key."""
        return next((each for section in self.sections for each in section.fields if each.key == key), None)

    def typed(self, key: str, value: str) -> Form:
        """With this value typed; one that is there already is no change."""
        field = self.field(key)
        kept = {name: each for name, each in self.draft.items() if name != key}
        if field is not None and value not in (field.value, field.shown):
            kept[key] = value
        elif field is not None and value == "" and field.value:
            kept[key] = ""
        return replace(self, draft=kept)

    def value(self, field: Field) -> str:
        """What would hold: typed, present, or default."""
        if field.key in self.draft:
            return self.draft[field.key] or field.view.default
        return field.shown

    def chosen(self, keys: Sequence[str], name: str) -> Section:
        """A section of these keys, wherever they stand."""
        found = tuple(field for key in keys if (field := self.field(key)) is not None)
        return Section(name, name, "", found)


def form(keys: Sequence[KeyView], text: bytes, draft: Mapping[str, str] | None = None) -> Form:
    """The form of this settings text. Raises ValueError for a text that is no TOML."""
    data = tomllib.loads(text.decode("utf-8", "replace"))
    sections: dict[str, Section] = {}
    for view in keys:
        if view.key in FIXED:
            continue
        for field, table, name, key in _fields(view, data):
            known = sections.get(key) or Section(key, table, name, ())
            sections[key] = replace(known, fields=(*known.fields, field))
    return Form(tuple(sections.values()), data, dict(draft or {}))


def edits(known: Form) -> tuple[tuple[str, str], ...]:
    """What `config.edit` is asked for: one edit a key; a list of tables goes as a whole."""
    lists: dict[str, list[dict[str, _Toml]]] = {}
    single: list[tuple[str, str]] = []
    for key, value in known.draft.items():
        field = known.field(key)
        if field is None:
            continue
        head, place = field.path[0], field.path[1] if len(field.path) > 1 else ""
        if isinstance(place, int):
            table = lists.setdefault(str(head), [_copied(each) for each in known.data[str(head)]])[place]
            _set(table, [str(step) for step in field.path[2:]], value)
        else:
            single.append((key, value))
    return (*single, *((name, toml(tables)) for name, tables in lists.items()))


def parsed(view: KeyView, text: str, words: Words) -> str:
    """What somebody typed, as TOML writes it; "" for nothing. Raises TypedError."""
    text = text.strip()
    if not text:
        if view.is_required:
            raise TypedError(words("This can't be empty."))
        return "" if view.default != '""' else '""'
    if view.kind in ("text", "choice"):
        return toml(text)
    if view.kind == "texts":
        return toml([each for each in re.split(r"[,\s]+", text) if each])
    if view.kind == "switch":
        return "true" if text in ("true", "yes", "oui") else "false"
    if view.has_pair and (pair := _PAIR.fullmatch(text)):
        normal, overload = (_number(view, each, words) for each in pair.groups())
        return f"{{ normal = {normal}, overload = {overload} }}"
    return _number(view, text, words)


def typeable(view: KeyView, value: str) -> str:
    """A TOML value as somebody would type it."""
    plain = _plain(value)
    if isinstance(plain, list):
        return ", ".join(map(str, plain))
    if isinstance(plain, dict) and {"normal", "overload"} <= plain.keys():
        return f"{_bare(plain['normal'])} / {_bare(plain['overload'])}"
    if plain is None:
        return value
    return _bare(plain)


def toml(value: _Toml) -> str:
    """A plain value as TOML writes it on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's; DEL is the one that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{written(str(key))} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


def written(name: str) -> str:
    """One step of a key as TOML writes it."""
    return name if _BARE.fullmatch(name) else toml(name)


def _fields(view: KeyView, data: Mapping[str, _Toml]) -> Iterator[tuple[Field, str, str, str]]:
    """The fields that this key has in this text, each with its section's table, name and key."""
    head, _, rest = view.key.partition(".")
    if not rest:
        yield _field(view, (head,), view.key, data), "", "", ""
    elif head.endswith("[]"):
        table = head[:-2]
        for number, element in enumerate(data.get(table, ())):
            name = str(element.get("name") or element.get("zone") or number + 1)
            yield _field(view, (table, number, *rest.split(".")), rest, data), table, name, f"{table}[{number + 1}]"
    elif rest.startswith("NAME."):
        names = dict.fromkeys((*([_ALWAYS[head]] if head in _ALWAYS else ()), *data.get(head, {})))
        for name in names:
            inner = rest.removeprefix("NAME.")
            field = _field(view, (head, name, *inner.split(".")), inner, data)
            yield field, head, name, f"{head}.{written(name)}"
    else:
        yield _field(view, (head, *rest.split(".")), rest, data), head, "", head


def _field(view: KeyView, path: tuple[str | int, ...], name: str, data: Mapping[str, _Toml]) -> Field:
    found: _Toml = data
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(str(step))
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            found = None
    return Field(dotted(path), name, view, "" if found is None else toml(found), path)


def dotted(path: Sequence[str | int]) -> str:
    """A path as problems and edits write it."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{written(step)}" if text else written(step)
    return text


def _number(view: KeyView, text: str, words: Words) -> str:
    """One number within the key's bounds, as TOML writes it. Raises TypedError."""
    plain = text.replace(" ", "").replace("_", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
    try:
        number: float = int(plain) if view.kind == "integer" else float(plain)
    except ValueError:
        raise TypedError(
            words("This must be a whole number.") if view.kind == "integer" else words("This must be a number.")
        ) from None
    if number != number or abs(number) == float("inf"):
        raise TypedError(words("This must be a number."))
    least, most = view.least, view.most
    if least is not None and (number < least or (view.is_above and number == least)):
        text = mark("This must be more than {number}.") if view.is_above else mark("This must be {number} or more.")
        raise TypedError(words(text, number=_bare(least)))
    if most is not None and number > most:
        raise TypedError(words("This must be {number} or less.", number=_bare(most)))
    return str(number)


def _bare(value: _Toml) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _plain(value: str) -> _Toml:
    """A TOML value parsed, None for what is none."""
    try:
        return tomllib.loads(f"x = {value}\n")["x"]
    except tomllib.TOMLDecodeError:
        return None


def _copied(table: Mapping[str, _Toml]) -> dict[str, _Toml]:
    return {key: _copied(each) if isinstance(each, Mapping) else each for key, each in table.items()}


def _set(table: dict[str, _Toml], steps: list[str], value: str) -> None:
    *folders, last = steps
    for step in folders:
        table = table.setdefault(step, {})
    if value:
        table[last] = _plain(value)
    else:
        table.pop(last, None)
