"""Reads a settings file whole: valid settings, or every problem at once with its line (D11).

The only importer of pydantic; import this only where settings are loaded, never in the CLI or the interface.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from gateway.config.known import unknown_keys
from gateway.config.ldap import directory_remarks
from gateway.config.lines import key_lines, line_of
from gateway.config.normal import normalised
from gateway.config.outbound import outbound_remarks
from gateway.config.problems import Path, Problem, Remark, SettingsError, dotted
from gateway.config.ranges import range_remarks
from gateway.config.references import Names, reference_remarks
from gateway.config.schema import PolicySettings, Settings

_Toml: TypeAlias = Any  # what tomllib gives: tables, lists and plain values

# More than any office writes; beyond it the file is not read.
FILE_MAXIMUM_OCTETS: Final = 1_048_576
# The deepest setting lies at six levels; pydantic gives up at 200 and Python's stack not much later.
DEPTH_MAXIMUM: Final = 20

# What stands in for required keys that are missing or wrong, so that the rest can still be checked.
_STAND_INS: Final[Mapping[str, object]] = {"hostname": "mx.invalid.example", "postmaster": "postmaster@invalid.example"}

_PLAIN_MESSAGES: Final[Mapping[str, str]] = {
    "missing": "is required",
    "string_type": 'must be text in quotes, as in "…"',
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list, as in [ … ]",
    "dict_type": "must be a table of names",
    "dataclass_type": "must be a table, as in { … }",
}
# The one kind of setting that may be of two types.
_PAIR_MESSAGE: Final = "must be a whole number, or { normal = …, overload = … }"


def load(path: FilePath) -> Settings:
    """The settings in this file. Raises SettingsError with all problems, also when it cannot be read."""
    try:
        with path.open("rb") as file:
            octets = file.read(FILE_MAXIMUM_OCTETS + 1)
    except OSError as error:
        raise _one_problem(str(path), 0, f"cannot be read: {error.strerror or error}") from error
    return parse(octets, str(path))


def parse(octets: bytes, file: str) -> Settings:
    """The settings in these octets; `file` is the name to show. Raises SettingsError with all problems."""
    text = _decoded(octets, file)
    data = _toml(text, file)
    remarks = list(unknown_keys(data, Settings))
    settings, wrong, pruned = _typed(data)
    remarks += wrong
    names = Names(backends=_names(data, "backend"), policies={"standard", *_names(data, "policy")})
    final, doubled = normalised(settings)
    remarks += doubled
    # What was taken out is already reported; a rule about its default would only confuse.
    references = [*reference_remarks(settings, names), *outbound_remarks(settings), *directory_remarks(settings)]
    rules = [*range_remarks(settings), *references, *_absent_sections(data)]
    remarks += [one for one in rules if not any(_touches(one.path, gone) for gone in pruned)]
    if remarks:
        raise SettingsError(_located(remarks, text, file))
    return final


def _decoded(octets: bytes, file: str) -> str:
    if len(octets) > FILE_MAXIMUM_OCTETS:
        raise _one_problem(file, 0, f"is longer than {FILE_MAXIMUM_OCTETS} octets")
    try:
        return octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        raise _one_problem(file, line, "is not UTF-8 text here") from error


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
        if _depth(data) > DEPTH_MAXIMUM:
            raise _one_problem(file, 0, f"has more than {DEPTH_MAXIMUM} levels of tables and lists")
        return data
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        message = str(error)[: place.start()] if place else str(error)
        raise _one_problem(file, line, f"is no valid TOML: {message}") from error
    except (RecursionError, ValueError) as error:
        # A date such as 2026-02-30, a number of 5,000 digits, and lists within lists without end.
        raise _one_problem(file, 0, f"is no valid TOML: {error}") from error


def _depth(value: object) -> int:
    """How many levels of tables and lists there are."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _typed(data: dict[str, Any]) -> tuple[Settings, list[Remark], list[Path]]:
    """The settings with what has a wrong type taken out, what was wrong, and the paths taken out."""
    adapter = TypeAdapter(Settings)
    rest: dict[str, Any] = json.loads(json.dumps(data, default=_not_json))
    remarks: list[Remark] = []
    pruned: list[Path] = []
    while True:
        try:
            # JSON mode is the strict one that takes lists for tuples and whole numbers for floats.
            settings = adapter.validate_json(json.dumps(rest), strict=True)
        except ValidationError as error:
            found = _remarks_of(error, rest)
            # A required key that we took out ourselves is no second problem.
            remarks += [one for one in found if not any(_touches(one.path, gone) for gone in pruned)]
            pruned += [_prune(rest, one.path) for one in found]
        else:
            return replace(settings, policy={"standard": PolicySettings(), **settings.policy}), remarks, pruned


def _not_json(value: object) -> object:
    """Dates and times, which no setting takes: a table that fits nowhere."""
    return {"date or time": str(value)}


def _remarks_of(error: ValidationError, data: dict[str, Any]) -> list[Remark]:
    """One remark for each place; a value that may be one of several types fails once for each of those."""
    by_path: dict[Path, Remark] = {}
    for detail in error.errors(include_url=False):
        path = _path_in(data, detail["loc"], is_missing=detail["type"] == "missing")
        message = _message(detail["type"], detail.get("ctx", {}), detail["msg"])
        if path in by_path and message != by_path[path].message:
            message = _PAIR_MESSAGE
        by_path[path] = Remark(path, message)
    # A table that was meant for a Pair but lacks a key also fails as a number: only the deeper problem helps.
    return [one for path, one in by_path.items() if not any(other[: len(path)] == path != other for other in by_path)]


def _path_in(data: _Toml, location: tuple[str | int, ...], *, is_missing: bool) -> Path:
    """The part of pydantic's location that is in the data: it also names the types it tried."""
    path: list[str | int] = []
    for step in location:
        if isinstance(data, dict | list) and (inner := _at(data, (step,))) is not None:
            data = inner
            path.append(step)
        elif is_missing and step == location[-1]:
            path.append(step)
    return tuple(path)


def _message(kind: str, context: Mapping[str, Any], fallback: str) -> str:
    if kind == "literal_error":
        return f"must be {context['expected']}".replace("'", '"')
    return _PLAIN_MESSAGES.get(kind, fallback)


def _prune(data: dict[str, Any], path: Path) -> Path:
    """Take the value at this path out of the data, or what holds it where it is not there; the path taken out."""
    while True:
        # A list with a hole would have other places than the file: the whole list goes.
        while isinstance(path[-1], int):
            path = path[:-1]
        holder = _at(data, path[:-1])
        if holder is None or path[-1] in holder or len(path) == 1:
            break
        path = path[:-1]
    if holder:
        holder.pop(path[-1], None)
    if len(path) == 1 and path[0] in _STAND_INS:
        data[str(path[0])] = _STAND_INS[str(path[0])]
    return path


def _at(data: _Toml, path: Path) -> _Toml:
    """The value at this path, None when it is not there any more."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _names(data: Mapping[str, Any], section: str) -> set[str]:
    found = data.get(section)
    return set(found) if isinstance(found, dict) else set()


def _absent_sections(data: Mapping[str, Any]) -> Iterator[Remark]:
    if not data.get("backend"):
        yield Remark(("backend",), "needs at least one [backend.NAME]: the server that keeps the office's mail")
    if not data.get("domain"):
        yield Remark(("domain",), 'needs at least one [domain."NAME"]: for whom mail is taken')


def _touches(path: Path, gone: Path) -> bool:
    return path[: len(gone)] == gone or gone[: len(path)] == path


def _located(remarks: list[Remark], text: str, file: str) -> list[Problem]:
    lines = key_lines(text)
    problems = [
        Problem(file, line_of(lines, one.path), dotted(one.path), one.message, one.nearest_known_key) for one in remarks
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _one_problem(file: str, line: int, message: str) -> SettingsError:
    return SettingsError([Problem(file, line, "", message)])
