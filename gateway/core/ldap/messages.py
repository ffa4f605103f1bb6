"""The few messages of LDAP that a sync of addresses needs (RFC 4511 §4), written and read. Pure.

A search is asked for in pages (RFC 2696); referrals are read and ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.core.ldap import ber
from gateway.core.ldap.ber import BerError, Reader

START_TLS: Final = "1.3.6.1.4.1.1466.20037"  # RFC 4511 §4.14
PAGED_RESULTS: Final = "1.2.840.113556.1.4.319"  # RFC 2696

SUCCESS: Final = 0
# RFC 4511 appendix A, those whose numbers tell an admin nothing.
_RESULTS: Final[Mapping[int, str]] = {
    1: "operations error", 2: "protocol error", 3: "time limit exceeded", 4: "size limit exceeded",
    7: "this kind of login is not supported", 8: "stronger authentication required", 10: "it refers to another server",
    11: "administrative limit exceeded", 12: "it has no paged results", 13: "it requires TLS", 32: "no such base",
    34: "the base is no valid name", 48: "this login is not allowed", 49: "wrong user or password",
    50: "insufficient rights", 51: "busy", 52: "unavailable", 53: "unwilling to perform",
}  # fmt: skip
_DIAGNOSTIC_MAXIMUM_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the directory: the wanted attributes by lower-case name without options."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Referral:
    """Where the server would have us look too; ignored."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of an operation. `cookie`: where the next page begins, b"" at the last."""

    code: int
    diagnostic: str
    cookie: bytes = b""

    def __str__(self) -> str:
        """For the admin."""
        words = _RESULTS.get(self.code, f"result {self.code}")
        return f"{words} ({self.diagnostic})" if self.diagnostic else words


Response = Entry | Referral | Ended


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks for: everything below `base`. `filter` is compiled."""

    base: str
    filter: bytes
    attributes: tuple[str, ...]
    page_size: int
    seconds: int


def bind(message_id: int, dn: str, password: bytes) -> bytes:
    """A simple bind (RFC 4511 §4.2). Without a name and a password it is anonymous (RFC 4513 §5.1.1).

    Raises ValueError for a name without a password: servers take that for anonymous (RFC 4513 §5.1.2).
    """
    if bool(dn) != bool(password):
        raise ValueError("a login needs both a name and a password")
    return _message(message_id, ber.element(0x60, ber.number(3), ber.text(dn), ber.element(0x80, password)))


def start_tls(message_id: int) -> bytes:
    """Ask for TLS on this connection."""
    return _message(message_id, ber.element(0x77, ber.text(START_TLS, 0x80)))


def search(message_id: int, wanted: Search, cookie: bytes) -> bytes:
    """One page of a search over the whole subtree; aliases are not followed."""
    attributes = ber.element(ber.SEQUENCE, *(ber.text(each) for each in wanted.attributes))
    asked = ber.element(
        0x63, ber.text(wanted.base), ber.number(2, ber.ENUMERATED), ber.number(0, ber.ENUMERATED), ber.number(0),
        ber.number(wanted.seconds), ber.boolean(False), wanted.filter, attributes,
    )  # fmt: skip
    value = ber.element(ber.SEQUENCE, ber.number(wanted.page_size), ber.element(ber.OCTETS, cookie))
    paged = ber.element(ber.SEQUENCE, ber.text(PAGED_RESULTS), ber.boolean(True), ber.element(ber.OCTETS, value))
    return _message(message_id, asked, ber.element(0xA0, paged))


def unbind(message_id: int) -> bytes:
    """The end of the conversation."""
    return _message(message_id, ber.element(0x42))


def read(octets: bytes, message_id: int) -> Response:
    """One whole message of the server, which answers `message_id`. Raises BerError."""
    outer = Reader(octets).into(ber.SEQUENCE)
    answered = outer.number()
    tag = outer.tag
    content = outer.into(tag)
    if answered == 0:
        # RFC 4511 §4.4.1: the notice of disconnection.
        raise BerError(f"the server ends the conversation: {_ended(content, Reader(b''))}")
    if answered != message_id:
        raise BerError(f"an answer to {answered}, nobody asked that")
    if tag == 0x64:
        return _entry(content)
    if tag == 0x73:
        return Referral()
    if tag in (0x61, 0x65, 0x78):
        return _ended(content, outer)
    raise BerError(f"an unexpected message, tag {tag:#x}")


def _message(message_id: int, operation: bytes, controls: bytes = b"") -> bytes:
    return ber.element(ber.SEQUENCE, ber.number(message_id), operation, controls)


def _entry(content: Reader) -> Entry:
    dn = content.text()
    found: dict[str, tuple[str, ...]] = {}
    is_partial = False
    attributes = content.into(ber.SEQUENCE)
    while attributes.tag != -1:
        attribute = attributes.into(ber.SEQUENCE)
        name, _, options = attribute.text().lower().partition(";")
        # Active Directory gives long attributes in pieces ("range=0-1499"); the last one ends in "-*".
        is_partial = is_partial or (options.startswith("range=") and not options.endswith("-*"))
        values, texts = attribute.into(ber.SET), []
        while values.tag != -1:
            texts.append(values.text())
        found[name] = (*found.get(name, ()), *texts)
    return Entry(dn, found, is_partial)


def _ended(content: Reader, outer: Reader) -> Ended:
    code = content.number(ber.ENUMERATED)
    content.take(ber.OCTETS)
    diagnostic = content.text()[:_DIAGNOSTIC_MAXIMUM_CHARACTERS].strip("\0 ")
    return Ended(code, diagnostic, _cookie(outer))


def _cookie(outer: Reader) -> bytes:
    if outer.tag != 0xA0:
        return b""
    controls = outer.into(0xA0)
    while controls.tag != -1:
        control = controls.into(ber.SEQUENCE)
        if control.text() != PAGED_RESULTS:
            continue
        if control.tag == ber.BOOLEAN:
            control.skip()
        value = Reader(control.take(ber.OCTETS)).into(ber.SEQUENCE)
        value.number()
        return value.take(ber.OCTETS)
    return b""
