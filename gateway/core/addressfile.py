"""Mail addresses from the files that offices have: a list, a table (CSV, as PowerShell exports it), or LDIF. Pure.

Every line that should hold an address and doesn't is named; values of other kinds (X400, X500, SIP) are none of ours.
"""

from __future__ import annotations

import base64
import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.directoryentry import mailbox_of, without_kind

# 20,000 addresses with the longest names; more does not fit a line of the control socket either.
FILE_MAXIMUM_OCTETS: Final = 64 * 1_048_576

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Columns of Exchange's, Active Directory's and other exports that hold addresses, without spaces and hyphens.
_COLUMNS: Final = frozenset(
    {"proxyaddresses", "emailaddresses", "primarysmtpaddress", "mail", "email", "emailaddress", "address", "addresses",
     "alias", "aliases", "smtpaddress", "mailadresse", "adresse", "adressemail", "courriel"}
)  # fmt: skip
_ATTRIBUTES: Final = frozenset({"proxyaddresses", "mail", "mailalternateaddress", "maillocaladdress", "mailalias"})
_KIND = re.compile(r"(?:^|[\s;,|{(\"'])([A-Za-z][A-Za-z0-9]*):(?!//)")
_SMTP = re.compile(r"(?:^|[\s;,|{(\"'])smtp:([^\s;,|{}()\"']+)", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s;,|]+")
_NAMED = re.compile(r"<([^<>]+)>\s*$")
_TYPE_NAME = re.compile(r"^(?:System|Microsoft)\.[A-Za-z.]+")
_LDIF = re.compile(r"^(?:version: *1|dn::? ?\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that holds no address where it should."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class AddressFile:
    """What a file holds: each address once, in its order, and what could not be read."""

    addresses: tuple[str, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    text: str
    why: str = ""


def addresses_in(octets: bytes) -> AddressFile:
    """Read any of the forms. Never raises for what a file holds."""
    try:
        text = _decoded(octets)
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        return AddressFile((), (Unread(line, "", "is neither UTF-8 nor UTF-16 text"),))
    lines = text.splitlines()
    found = list(_ldif(lines) if any(_LDIF.match(each) for each in lines[:50]) else _table_or_list(lines))
    addresses: dict[str, str] = {}
    unread: list[Unread] = []
    for each in found:
        mailbox = None if each.why else mailbox_of(each.text)
        if mailbox is None:
            unread.append(Unread(each.line, each.text[:100], each.why or "is no mail address"))
        else:
            addresses.setdefault(mailbox.key, each.text.strip())
    return AddressFile(tuple(addresses.values()), tuple(unread))


def _decoded(octets: bytes) -> str:
    """UTF-8 or UTF-16, as their marks say; without one, UTF-16 shows itself by its NULs."""
    for bom, name in _BOMS:
        if octets.startswith(bom):
            return octets[len(bom) :].decode(name)
    if octets[1:2] == b"\0":
        return octets.decode("utf-16-le")
    return octets.decode("utf-8")


# --- tables and lists -----------------------------------------------------------------------------------


def _table_or_list(lines: list[str]) -> Iterator[_Found]:
    """A header that names a column of addresses makes it a table; else every line has its address."""
    start = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if start is None:
        return
    delimiter = _delimiter(lines[start])
    header = _header(lines[start], delimiter)
    wanted = [place for place, name in enumerate(header) if _plain(name) in _COLUMNS]
    if wanted:
        yield from _table(lines, start, delimiter, wanted)
        return
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield from _of_line(number, line.strip())


def _header(line: str, delimiter: str) -> list[str]:
    """Its cells; none of a line that is no row."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-\"']+", "", name).lower()


def _table(lines: list[str], start: int, delimiter: str, wanted: list[int]) -> Iterator[_Found]:
    """Rows may go over several lines: a quoted cell may hold line ends."""
    rows = csv.reader((line + "\n" for line in lines[start + 1 :]), delimiter=delimiter)
    while True:
        line = start + 2 + rows.line_num
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield _Found(line, "", f"is no row of a table ({error})")
            continue
        if row is None:
            return
        for place in wanted:
            if place < len(row) and row[place].strip():
                yield from _of_cell(line, row[place].strip())


def _of_line(number: int, line: str) -> Iterator[_Found]:
    """One address, perhaps with a name before it, or cells of which some are addresses."""
    named = _NAMED.search(line)
    if named is not None:
        yield _Found(number, named[1])
        return
    if _KIND.search(line):
        yield from _of_cell(number, line)
        return
    cells = [cell.strip().strip("\"'") for cell in re.split(r"[;,\t|]", line)]
    hits = [cell for cell in cells if "@" in cell]
    if hits:
        yield from (_Found(number, cell) for cell in hits)
    else:
        yield _Found(number, line)


def _of_cell(line: int, cell: str) -> Iterator[_Found]:
    """The addresses of one cell: with kinds before them only those of mail, else every word."""
    if _TYPE_NAME.match(cell):
        hint = 'holds the name of a type: export it with @{n="EmailAddresses";e={$_.EmailAddresses -join ";"}}'
        yield _Found(line, cell, hint)
    elif _KIND.search(cell):
        yield from (_Found(line, address) for address in _SMTP.findall(cell))
    else:
        yield from (_Found(line, word.strip("\"'{}()")) for word in _SEPARATOR.split(cell) if word)


# --- LDIF (RFC 2849) ------------------------------------------------------------------------------------


def _ldif(lines: list[str]) -> Iterator[_Found]:
    """The values of the attributes that hold addresses."""
    for number, line in _unfolded(lines):
        name, colon, value = line.partition(":")
        if not colon or line.startswith("#") or name.partition(";")[0].lower() not in _ATTRIBUTES:
            continue
        if value.startswith(":"):
            try:
                value = base64.b64decode(value[1:].strip(), validate=True).decode("utf-8")
            except ValueError:
                yield _Found(number, value[1:].strip(), "is no base64 of text")
                continue
        address = without_kind(value)
        if address is not None:
            yield _Found(number, address)


def _unfolded(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each logical line with the number of its first: one that begins with a space goes on."""
    first, parts = 0, list[str]()
    for number, line in enumerate(lines, 1):
        if line.startswith(" ") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield first, "".join(parts)
        first, parts = number, [line]
    if parts:
        yield first, "".join(parts)
