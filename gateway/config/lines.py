"""Finds the line of each key in a TOML text that tomllib has already accepted. Knows no setting.

tomllib gives no positions; this walks the same grammar once, in linear time, and keeps only those.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from gateway.config.problems import Path

_BLANK = re.compile(r"[ \t\r\n]*(?:#[^\n]*[ \t\r\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
# A multi-line string may end in five quotes: two of its own and three that close it.
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""{1,3}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'(?!''))*'''{1,3}", re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> Mapping[Path, int]:
    """The line, counted from 1, where each key, table and list element first stands.

    For a text that is no TOML the answer holds what was understood before the scanner lost its way.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the path or of the nearest thing around it; 0 when nothing of it is in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


class _Lost(Exception):
    """The text is not what the grammar says; what was found so far stands."""


class _Scanner:
    """One pass over the text; `lines` grows as it goes."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._line = 1
        self._elements: dict[Path, int] = {}

    def document(self) -> None:
        """Walk the whole text."""
        table: Path = ()
        try:
            while self._skip_blank():
                if self._peek("[["):
                    table = self._header("[[", "]]", is_array=True)
                elif self._peek("["):
                    table = self._header("[", "]", is_array=False)
                else:
                    self._pair(table)
        except (_Lost, RecursionError):
            return

    def _header(self, opening: str, closing: str, *, is_array: bool) -> Path:
        line = self._line
        self._expect(opening)
        keys = list(self._keys())
        self._expect(closing)
        path: Path = ()
        for number, key in enumerate(keys, 1):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if is_array and number == len(keys):
                self._elements[path] = self._elements.get(path, -1) + 1
            if path in self._elements:
                path = (*path, self._elements[path])
                self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line
        path = table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._expect("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline_table(path)
        elif not any(self._take(pattern) for pattern in (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL, _SCALAR)):
            raise _Lost

    def _array(self, path: Path) -> None:
        self._expect("[")
        number = 0
        while self._skip_blank() and not self._peek("]"):
            self.lines.setdefault((*path, number), self._line)
            self._value((*path, number))
            number += 1
            self._separator("]")
        self._expect("]")

    def _inline_table(self, path: Path) -> None:
        self._expect("{")
        while self._skip_blank() and not self._peek("}"):
            self._pair(path)
            self._separator("}")
        self._expect("}")

    def _separator(self, closing: str) -> None:
        self._skip_blank()
        if not self._peek(closing):
            self._expect(",")

    def _keys(self) -> Iterator[str]:
        """The parts of a dotted key."""
        yield self._one_key()
        while self._skip_blank() and self._peek("."):
            self._expect(".")
            yield self._one_key()

    def _one_key(self) -> str:
        self._skip_blank()
        for pattern in (_BARE, _BASIC, _LITERAL):
            if taken := self._take(pattern):
                return taken if pattern is _BARE else _unquoted(taken)
        raise _Lost

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _expect(self, text: str) -> None:
        self._skip_blank()
        if not self._peek(text):
            raise _Lost
        self._at += len(text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        self._line += match.group().count("\n")
        return match.group()

    def _skip_blank(self) -> bool:
        """Pass white space and comments; False at the end of the text."""
        self._take(_BLANK)
        return self._at < len(self._text)


def _unquoted(key: str) -> str:
    """The key without its quotes and escapes."""
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError as error:
        raise _Lost from error
