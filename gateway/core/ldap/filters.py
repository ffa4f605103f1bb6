"""Search filters: from text (RFC 4515) to the octets of a search (RFC 4511 §4.5.1.7). Pure."""

from __future__ import annotations

import re
from typing import Final

from gateway.core.ldap import ber

# Deeper than any filter a person writes; it bounds our own recursion.
DEPTH_MAXIMUM: Final = 20

_ATTRIBUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)(?:;[A-Za-z0-9-]+)*")
_RULE = re.compile(r"(?P<dn>:dn)?(?::(?P<rule>[A-Za-z0-9.-]+))?:=", re.IGNORECASE)
_VALUE = re.compile(r"(?:[^()\\\0]|\\[0-9A-Fa-f]{2})*")
_ESCAPED = re.compile(rb"\\([0-9A-Fa-f]{2})")
_COMPARISONS: Final = {">=": 0xA5, "<=": 0xA6, "~=": 0xA8}


class FilterError(ValueError):
    """No filter of RFC 4515; the text says what is wrong and where."""


def compiled(text: str) -> bytes:
    """The filter as a search sends it. Raises FilterError."""
    octets, end = _filter(text, 0, 0)
    if end != len(text):
        raise FilterError(f"something stands behind the end, at {end + 1}")
    return octets


def _filter(text: str, at: int, depth: int) -> tuple[bytes, int]:
    """One filter in its parentheses, and where it ends."""
    if depth > DEPTH_MAXIMUM:
        raise FilterError("too many parentheses inside one another")
    at = _expect(text, at, "(")
    kind = text[at : at + 1]
    if kind in ("&", "|"):
        parts, at = _several(text, at + 1, depth + 1)
        octets = ber.element(0xA0 if kind == "&" else 0xA1, *parts)
    elif kind == "!":
        inner, at = _filter(text, at + 1, depth + 1)
        octets = ber.element(0xA2, inner)
    else:
        octets, at = _item(text, at)
    return octets, _expect(text, at, ")")


def _several(text: str, at: int, depth: int) -> tuple[list[bytes], int]:
    parts: list[bytes] = []
    while text[at : at + 1] == "(":
        part, at = _filter(text, at, depth)
        parts.append(part)
    if not parts:
        raise FilterError(f"nothing to combine, at {at + 1}")
    return parts, at


def _item(text: str, at: int) -> tuple[bytes, int]:
    """attr=value and its like."""
    found = _ATTRIBUTE.match(text, at)
    attribute = found[0] if found else ""
    at = found.end() if found else at
    if rule := _RULE.match(text, at):
        return _extensible(text, rule, attribute)
    if not attribute:
        raise FilterError(f"no attribute, at {at + 1}")
    for sign, tag in _COMPARISONS.items():
        if text.startswith(sign, at):
            raw, at = _raw_value(text, at + 2)
            return ber.element(tag, ber.text(attribute), ber.element(ber.OCTETS, _unescaped(raw))), at
    raw, at = _raw_value(text, _expect(text, at, "="))
    return _equality(attribute, raw), at


def _equality(attribute: str, raw: str) -> bytes:
    """Equal, present, or equal in parts."""
    if raw == "*":
        return ber.text(attribute, 0x87)
    if "*" not in raw:
        return ber.element(0xA3, ber.text(attribute), ber.element(ber.OCTETS, _unescaped(raw)))
    first, *middle, last = raw.split("*")
    if "" in middle:
        raise FilterError("two * beside one another")
    pieces = [(0x80, first), *((0x81, each) for each in middle), (0x82, last)]
    parts = [ber.element(tag, _unescaped(piece)) for tag, piece in pieces if piece]
    return ber.element(0xA4, ber.text(attribute), ber.element(ber.SEQUENCE, *parts))


def _extensible(text: str, rule: re.Match[str], attribute: str) -> tuple[bytes, int]:
    """A matching rule by name or number, such as Active Directory's "all these bits"."""
    if not (attribute or rule["rule"]):
        raise FilterError(f"neither attribute nor rule, at {rule.start() + 1}")
    raw, at = _raw_value(text, rule.end())
    parts = [ber.text(rule["rule"], 0x81)] if rule["rule"] else []
    parts += [ber.text(attribute, 0x82)] if attribute else []
    parts.append(ber.element(0x83, _unescaped(raw)))
    parts += [ber.boolean(True, 0x84)] if rule["dn"] else []
    return ber.element(0xA9, *parts), at


def _raw_value(text: str, at: int) -> tuple[str, int]:
    found = _VALUE.match(text, at)
    value = found[0] if found else ""
    return value, at + len(value)


def _unescaped(raw: str) -> bytes:
    return _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), raw.encode("utf-8"))


def _expect(text: str, at: int, character: str) -> int:
    if text[at : at + 1] != character:
        raise FilterError(f'"{character}" is missing at {at + 1}')
    return at + 1
