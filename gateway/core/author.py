"""Who claims to have written a message: the domains of its From fields, and what is wrong with them.

The From field decides DMARC, so it is read by the strict grammar of RFC 5322 §3.4, in one pass, and
everything that readers are known to disagree about is a defect: such a field names no author.
Never `email.utils`, whose answers differ from what people see (reliability.md §7, §8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.address import Mailbox
from gateway.core.alignment import NO_AUTHOR
from gateway.core.domain import to_ascii
from gateway.core.message import Field, Message

COMMENT_DEPTH_MAXIMUM: Final = 20
# What no honest From field needs; beyond it the field is not read further.
VALUE_MAXIMUM_OCTETS: Final = 65_536

SEVERAL_FIELDS: Final = "several From fields"
SPACE_AROUND_NAME: Final = "white space around the name From"
SEVERAL_DOMAINS: Final = "addresses of several domains"
UNPARSABLE: Final = "an unreadable From field"
NO_ADDRESS: Final = "a From field without an address"
BAD_DOMAIN: Final = "a From address whose domain is none"
SOURCE_ROUTE: Final = "a source route in the From address"

_WHITE_SPACE: Final = re.compile(r"[ \t]+")
_ATOM: Final = re.compile(r"[^\x00-\x20\x7f()<>\[\]:;@\\,\"]+")
_QUOTED: Final = re.compile(r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e])*"')
_LITERAL: Final = re.compile(r"\[[^\[\]\\\x00-\x1f\x7f]*\]")
# An encoded word of a careless mailer holds specials that RFC 2047 §5 forbids; no reader takes them for syntax.
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")
_COMMENT_PART: Final = re.compile(r"[^()\\\x00-\x08\x0a-\x1f\x7f]+|\\[\t\x20-\x7e]")
_WORDS: Final = (_ENCODED_WORD, _ATOM, _QUOTED, _LITERAL)
_NAMED: Final = re.compile(r"@[ \t]*([^\x00-\x20\x7f()<>\[\]:;@\\,\"]+)")


@dataclass(frozen=True, slots=True)
class Author:
    """`domains`: the distinct author domains as A-labels, in order of appearance; `defect` is "" for exactly one.

    With a defect, `domains` holds whatever was named: for the admin, never for a result. `addresses` are the distinct
    ones in the form of `Mailbox.key`, none with a defect.
    """

    domains: tuple[str, ...]
    defect: str = ""
    addresses: tuple[str, ...] = ()


class _Unreadable(Exception):
    """The field leaves the grammar; carries the defect."""


def author_of(message: Message) -> Author:
    """Read all From fields of the message. Takes time in proportion to their size; never raises."""
    fields = [field for field in message.fields if _is_from(field)]
    if not fields:
        return Author((), NO_AUTHOR)
    values = [field.octets.partition(b":")[2].replace(b"\r\n", b"") for field in fields]
    if len(fields) > 1:
        return Author(_named(values), SEVERAL_FIELDS)
    if fields[0].has_space_before_colon or not fields[0].name:
        return Author(_named(values), SPACE_AROUND_NAME)
    return _read(values[0])


def _is_from(field: Field) -> bool:
    """By name, or a line that some reader takes for a From field: `From` indented, or folded before its colon."""
    if field.name:
        return field.key == "from"
    before, colon, _ = field.octets.partition(b":")
    return bool(colon) and before.strip().lower() == b"from"


def _read(value: bytes) -> Author:
    try:
        if len(value) > VALUE_MAXIMUM_OCTETS:
            raise _Unreadable(UNPARSABLE)
        read = [(local_part, _domain(name)) for local_part, name in _Reader(_text(value)).address_list()]
    except _Unreadable as defect:
        return Author(_named([value]), str(defect))
    distinct = tuple(dict.fromkeys(domain for _, domain in read))
    if not distinct:
        return Author((), NO_ADDRESS)
    if len(distinct) > 1:
        return Author(distinct, SEVERAL_DOMAINS)
    return Author(distinct, "", tuple(dict.fromkeys(Mailbox(local, name, name).key for local, name in read)))


def _text(value: bytes) -> str:
    """UTF-8 (RFC 6532), else latin-1: old mailers write 8-bit display names."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _domain(name: str) -> str:
    domain = to_ascii(name)
    if domain is None:
        raise _Unreadable(BAD_DOMAIN)
    return domain


def _named(values: list[bytes]) -> tuple[str, ...]:
    """Every valid domain that stands behind an @ in these values, at most 20: what a reader might believe."""
    found: dict[str, None] = {}
    for value in values:
        for match in _NAMED.finditer(_text(value[:VALUE_MAXIMUM_OCTETS])):
            if domain := to_ascii(match[1]):
                found[domain] = None
    return tuple(found)[:20]


class _Reader:
    """The grammar of address-list (RFC 5322 §3.4, with groups as RFC 6854 §1 allows), over one value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def address_list(self) -> list[tuple[str, str]]:
        """Local part and domain of each address. Empty elements are allowed (RFC 5322 §4.4)."""
        addresses: list[tuple[str, str]] = []
        in_group = False
        while self._skip():
            if self._take(","):
                continue
            if in_group and self._take(";"):
                in_group = False
                continue
            words = list(self._words())
            if self._take(":"):
                if in_group or not words:
                    raise _Unreadable(UNPARSABLE)
                in_group = True
                continue
            addresses.extend(self._address(words))
            self._end_of_address(in_group)
        if in_group:
            raise _Unreadable(UNPARSABLE)
        return addresses

    def _address(self, words: list[str]) -> Iterator[tuple[str, str]]:
        """One mailbox, whose display name or local part was read."""
        if self._take("@"):
            # A bare address, or an address that stands unquoted as a display name: then both count.
            if len(words) != 1 or not (_ATOM.fullmatch(words[0]) or _QUOTED.fullmatch(words[0])):
                raise _Unreadable(UNPARSABLE)
            yield words[0], self._domain()
            self._skip()
            if self._take("<"):
                yield self._angle()
        elif self._take("<"):
            yield self._angle()
        else:
            raise _Unreadable(NO_ADDRESS if len(self._text) == self._at else UNPARSABLE)

    def _angle(self) -> tuple[str, str]:
        """Behind `<`: local part, @, domain, `>`, nothing else. Comments and spaces here deceive readers."""
        if self._peek() == "@":
            raise _Unreadable(SOURCE_ROUTE)
        local_part = self._match(_ATOM) or self._match(_QUOTED)
        if not local_part or not self._take("@"):
            raise _Unreadable(UNPARSABLE)
        domain = self._domain()
        if not self._take(">"):
            raise _Unreadable(UNPARSABLE)
        return local_part, domain

    def _domain(self) -> str:
        if _LITERAL.match(self._text, self._at):
            raise _Unreadable(BAD_DOMAIN)
        domain = self._match(_ATOM)
        if not domain:
            raise _Unreadable(UNPARSABLE)
        return domain

    def _end_of_address(self, in_group: bool) -> None:
        """White space, comments, then a comma, the group's end or the value's."""
        if self._skip() and self._peek() != "," and not (in_group and self._peek() == ";"):
            raise _Unreadable(UNPARSABLE)

    def _words(self) -> Iterator[str]:
        while word := self._word():
            yield word
            self._skip()

    def _word(self) -> str:
        """A word of a phrase, dots and `[tag]` allowed, or a local part; "" if neither."""
        return next((word for pattern in _WORDS if (word := self._match(pattern))), "")

    def _skip(self) -> bool:
        """Pass white space and comments; False at the end of the value."""
        while self._match(_WHITE_SPACE) or self._comment():
            pass
        return self._at < len(self._text)

    def _comment(self) -> bool:
        depth = 0
        while self._at < len(self._text):
            if self._take("("):
                depth += 1
                if depth > COMMENT_DEPTH_MAXIMUM:
                    raise _Unreadable(UNPARSABLE)
            elif not depth:
                return False
            elif self._take(")"):
                depth -= 1
                if not depth:
                    return True
            elif not self._match(_COMMENT_PART):
                raise _Unreadable(UNPARSABLE)
        if depth:
            raise _Unreadable(UNPARSABLE)
        return False

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, character: str) -> bool:
        found = self._text.startswith(character, self._at)
        self._at += found
        return found

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match[0]
