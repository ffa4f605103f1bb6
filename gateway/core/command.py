"""One command line of the inbound edge, as a frozen value or as the reply that refuses it.

Knows the grammar of RFC 5321 §4.1 and its extensions; nothing of order, sessions or policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeAlias

from gateway.core import replies
from gateway.core.address import ForwardPath, ReversePath
from gateway.core.envelope import Envelope, Recipient
from gateway.core.parameters import mail_parameters, rcpt_parameters
from gateway.core.path import LOCAL_PART_MAXIMUM_OCTETS, PATH_MAXIMUM_OCTETS, PathError, scan_path
from gateway.core.reply import Reply

# RFC 5321 §4.5.3.1.4: 512 octets with CRLF.
COMMAND_MAXIMUM_OCTETS = 512
# SIZE, BODY, SMTPUTF8, RET, ENVID and AUTH add 26, 17, 10, 9, 108 and 501 octets to MAIL, NOTIFY and ORCPT 28 and 501
# to RCPT (RFC 1870 §3, RFC 6152 §2, RFC 6531 §3.1, RFC 3461 §4, RFC 4954 §3): 1,183 at most.
EXTENDED_COMMAND_MAXIMUM_OCTETS = 2_048
# Forwarders (SRS) and mailing lists (VERP) put a whole foreign address into the local part of a reverse-path.
# RFC 5321 §4.5.3.1 asks to impose no limit where possible: only the path's own one holds there.
_REVERSE_LOCAL_PART_MAXIMUM = PATH_MAXIMUM_OCTETS

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_BDAT = re.compile(r"([0-9]{1,20})(?: +(LAST))? *\Z", re.IGNORECASE)
# RFC 5321 §4.1.1.1 wants a domain or a literal. What real senders say (underscores, a bare address) is let in, for
# the policy to weigh: printable ASCII without what could mean something in a Received field.
_HELLO = re.compile(r"[A-Za-z0-9_.\-:\[\]]{1,255}\Z")


class Verb(Enum):
    """A command without a value of interest."""

    DATA = "DATA"
    EXPN = "EXPN"
    HELP = "HELP"
    NOOP = "NOOP"
    QUIT = "QUIT"
    RSET = "RSET"
    STARTTLS = "STARTTLS"
    VRFY = "VRFY"


@dataclass(frozen=True, slots=True)
class Hello:
    """EHLO (`extended`) or HELO with its argument as given."""

    name: str
    extended: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """MAIL: the envelope it opens, still without recipients."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Rcpt:
    """RCPT: who, with DSN parameters."""

    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Bdat:
    """BDAT: so many octets follow at once (RFC 3030 §2)."""

    size_octets: int
    is_last: bool


Command: TypeAlias = Hello | Mail | Rcpt | Bdat | Verb


@dataclass(frozen=True, slots=True)
class Dialect:
    """What was agreed so far: EHLO was said (`extended`), and MAIL came with SMTPUTF8 (`smtputf8`)."""

    extended: bool = True
    smtputf8: bool = False


def parse(line: bytes, dialect: Dialect) -> Command | Reply:
    """Read one line, given without its CRLF."""
    word, _, octets = line.partition(b" ")
    verb = word.decode("latin-1").upper()
    if _CONTROL.search(line):
        return replies.NOT_ASCII
    reader = _READERS.get(verb)
    if reader is None:
        return replies.NOT_IMPLEMENTED if verb in ("AUTH", "ETRN", "TURN") else replies.UNKNOWN_COMMAND
    if len(line) + 2 > COMMAND_MAXIMUM_OCTETS and verb not in ("MAIL", "RCPT"):
        return replies.LINE_TOO_LONG
    argument = _text(octets)
    if argument is None or (not argument.isascii() and verb not in ("MAIL", "RCPT")):
        return replies.NOT_ASCII
    return reader(argument, dialect)


def verb_of(line: bytes) -> str:
    """The command word in upper case, whether there is such a command or not."""
    return line.partition(b" ")[0].decode("latin-1").upper()


def _text(octets: bytes) -> str | None:
    """RFC 6531 §3.3: UTF-8; None if it is not."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _hello(argument: str, *, extended: bool) -> Command | Reply:
    name = argument.strip(" ")
    return Hello(name, extended) if _HELLO.match(name) else replies.BAD_HELLO


def _mail(argument: str, dialect: Dialect) -> Command | Reply:
    at = _behind_keyword(argument, "FROM:")
    if at is None:
        return replies.MAIL_SYNTAX
    try:
        mailbox, end = scan_path(argument, at, _REVERSE_LOCAL_PART_MAXIMUM)
    except PathError:
        return replies.BAD_REVERSE_PATH
    if mailbox is not None and not mailbox.domain:
        return replies.BAD_REVERSE_PATH
    rest = argument[end:]
    # RFC 5321 §4.1.1.11: parameters belong to EHLO.
    if rest.strip(" ") and not dialect.extended:
        return replies.UNKNOWN_PARAMETER
    parameters = mail_parameters(rest)
    if isinstance(parameters, Reply):
        return parameters
    if not argument[at:end].isascii() and not parameters.smtputf8:
        return replies.NEEDS_SMTPUTF8
    return Mail(
        Envelope(
            ReversePath(mailbox),
            body=parameters.body,
            smtputf8=parameters.smtputf8,
            size_octets=parameters.size_octets,
            ret=parameters.ret,
            envid=parameters.envid,
        )
    )


def _rcpt(argument: str, dialect: Dialect) -> Command | Reply:
    at = _behind_keyword(argument, "TO:")
    if at is None:
        return replies.RCPT_SYNTAX
    try:
        mailbox, end = scan_path(argument, at, LOCAL_PART_MAXIMUM_OCTETS)
    except PathError:
        return replies.BAD_FORWARD_PATH
    # RFC 5321 §4.1.1.3: a forward-path is never null.
    if mailbox is None:
        return replies.BAD_FORWARD_PATH
    rest = argument[end:]
    if rest.strip(" ") and not dialect.extended:
        return replies.UNKNOWN_PARAMETER
    parameters = rcpt_parameters(rest, smtputf8=dialect.smtputf8)
    if isinstance(parameters, Reply):
        return parameters
    if not argument[at:end].isascii() and not dialect.smtputf8:
        return replies.NEEDS_SMTPUTF8
    return Rcpt(Recipient(ForwardPath(mailbox), parameters.notify, parameters.orcpt))


def _bdat(argument: str, dialect: Dialect) -> Command | Reply:
    match = _BDAT.match(argument)
    return Bdat(int(match[1]), match[2] is not None) if match else replies.BDAT_SYNTAX


def _behind_keyword(argument: str, keyword: str) -> int | None:
    """Where the path begins; spaces behind the colon are not in the grammar but in many clients."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    at = len(keyword)
    while argument[at : at + 1] == " ":
        at += 1
    return at


def _without_argument(verb: Verb) -> Callable[[str, Dialect], Command | Reply]:
    """RFC 5321 §4.1.1.5 and others: a command that takes none refuses one."""
    return lambda argument, dialect: replies.NO_ARGUMENT if argument.strip(" ") else verb


def _with_any_argument(verb: Verb) -> Callable[[str, Dialect], Command | Reply]:
    return lambda argument, dialect: verb


def _with_some_argument(verb: Verb) -> Callable[[str, Dialect], Command | Reply]:
    return lambda argument, dialect: verb if argument.strip(" ") else replies.NEEDS_ARGUMENT


_READERS: Final = MappingProxyType[str, Callable[[str, Dialect], Command | Reply]](
    {
        "EHLO": lambda argument, dialect: _hello(argument, extended=True),
        "HELO": lambda argument, dialect: _hello(argument, extended=False),
        "MAIL": _mail,
        "RCPT": _rcpt,
        "BDAT": _bdat,
        "DATA": _without_argument(Verb.DATA),
        "RSET": _without_argument(Verb.RSET),
        "QUIT": _without_argument(Verb.QUIT),
        "STARTTLS": _without_argument(Verb.STARTTLS),
        "NOOP": _with_any_argument(Verb.NOOP),
        "HELP": _with_any_argument(Verb.HELP),
        "EXPN": _with_any_argument(Verb.EXPN),
        "VRFY": _with_some_argument(Verb.VRFY),
    }
)
