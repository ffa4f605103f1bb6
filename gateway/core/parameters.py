"""The parameters of MAIL and RCPT: SIZE, BODY, SMTPUTF8, RET, ENVID, AUTH, NOTIFY, ORCPT.

Knows their grammar (RFC 5321 §4.1.2, RFC 1870, RFC 3461, RFC 4954, RFC 6152, RFC 6531); values keep
their case, keywords do not. What to do about them is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.core import replies
from gateway.core.envelope import Notify
from gateway.core.reply import Reply

_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]*\Z")
# RFC 3461 §4: xtext is printable ASCII but "+" and "=", and "+" with two upper-case hexadecimal digits.
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*\Z")
_ADDRESS_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]*\Z")
_BACKSLASHED = re.compile(r"\\x\{[0-9A-Fa-f]{1,6}\}")
# RFC 1870 §4: at most 20 digits.
_SIZE = re.compile(r"[0-9]{1,20}\Z")
# RFC 3461 §4.4 and §4.2.
ENVID_MAXIMUM_OCTETS = 100
ORCPT_MAXIMUM_OCTETS = 500


@dataclass(frozen=True, slots=True)
class MailParameters:
    """What came behind the reverse-path; the fields of `Envelope`."""

    size_octets: int | None = None
    body: str = ""
    smtputf8: bool = False
    ret: str = ""
    envid: str | None = None


@dataclass(frozen=True, slots=True)
class RcptParameters:
    """What came behind the forward-path; the fields of `Recipient`."""

    notify: frozenset[Notify] = frozenset()
    orcpt: str | None = None


class _BadValueError(ValueError):
    """A known parameter with a value that its RFC does not allow."""


def mail_parameters(text: str) -> MailParameters | Reply:
    """Read `SP keyword[=value] …` behind MAIL's path; the refusal if one is unknown or wrong."""
    given = _split(text)
    if given is None:
        return replies.BAD_PARAMETER
    try:
        found = MailParameters(
            size_octets=_size(given.pop("SIZE", None)),
            body=_one_of(given.pop("BODY", None), "7BIT", "8BITMIME"),
            smtputf8=_flag(given, "SMTPUTF8"),
            ret=_one_of(given.pop("RET", None), "FULL", "HDRS"),
            envid=_envid(given.pop("ENVID", None)),
        )
        # RFC 4954 §5 wants AUTH= parsed by servers that announce AUTH; some clients send it to all. It says nothing
        # that we would believe.
        _auth(given.pop("AUTH", None))
    except _BadValueError:
        return replies.BAD_PARAMETER
    return replies.UNKNOWN_PARAMETER if given else found


def rcpt_parameters(text: str, *, smtputf8: bool) -> RcptParameters | Reply:
    """Read what stands behind RCPT's path. With `smtputf8` an `utf-8` ORCPT may hold raw UTF-8 (RFC 6533 §3)."""
    given = _split(text)
    if given is None:
        return replies.BAD_PARAMETER
    try:
        found = RcptParameters(
            notify=_notify(given.pop("NOTIFY", None)),
            orcpt=_orcpt(given.pop("ORCPT", None), smtputf8=smtputf8),
        )
    except _BadValueError:
        return replies.BAD_PARAMETER
    return replies.UNKNOWN_PARAMETER if given else found


def is_xtext(text: str) -> bool:
    """True for the xtext of RFC 3461 §4."""
    return _XTEXT.match(text) is not None


def _split(text: str) -> dict[str, str] | None:
    """Keywords in upper case with their values, "" where there is no "="; None if one is malformed or doubled."""
    if text and not text.startswith(" "):
        return None
    found: dict[str, str] = {}
    for word in text.split(" "):
        if not word:
            continue  # clients put two spaces, and one at the end (RFC 5321 §4.1.1 asks to bear it)
        keyword, equals, value = word.partition("=")
        if not _KEYWORD.match(keyword) or keyword.upper() in found or (equals and not value):
            return None
        found[keyword.upper()] = value
    return found


def _size(value: str | None) -> int | None:
    if value is None:
        return None
    if not _SIZE.match(value):
        raise _BadValueError
    return int(value)


def _one_of(value: str | None, *words: str) -> str:
    if value is None:
        return ""
    if value.upper() not in words:
        raise _BadValueError
    return value.upper()


def _flag(given: dict[str, str], keyword: str) -> bool:
    if given.get(keyword):
        raise _BadValueError
    return given.pop(keyword, None) is not None


def _envid(value: str | None) -> str | None:
    if value is None:
        return None
    if not value or len(value) > ENVID_MAXIMUM_OCTETS or not is_xtext(value):
        raise _BadValueError
    return value


def _auth(value: str | None) -> None:
    if value is not None and value != "<>" and not (value and is_xtext(value)):
        raise _BadValueError


def _notify(value: str | None) -> frozenset[Notify]:
    """RFC 3461 §4.1: NEVER stands alone."""
    if value is None:
        return frozenset()
    try:
        words = frozenset(Notify(word.upper()) for word in value.split(","))
    except ValueError as error:
        raise _BadValueError from error
    if Notify.NEVER in words and len(words) > 1:
        raise _BadValueError
    return words


def _orcpt(value: str | None, *, smtputf8: bool) -> str | None:
    """RFC 3461 §4.2 `addr-type;xtext`; RFC 6533 §3 adds the type utf-8, whose text may hold `\\x{…}`."""
    if value is None:
        return None
    kind, semicolon, address = value.partition(";")
    if not semicolon or not address or len(value.encode("utf-8")) > ORCPT_MAXIMUM_OCTETS:
        raise _BadValueError
    if kind.lower() == "utf-8":
        address = _BACKSLASHED.sub("", address)
        if smtputf8:
            address = "".join(character for character in address if character.isascii())
    if not _ADDRESS_TYPE.match(kind) or not is_xtext(address):
        raise _BadValueError
    return value
