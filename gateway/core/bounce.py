"""Notices to senders: what could not be delivered, or not yet, as octets (RFC 3464 in RFC 6522).

Pure: time, names and the boundary come in. Everything foreign is made safe on the way, and everything is bounded:
a notice is small whatever it is about. Always ASCII, so that every next hop takes it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final, Literal

from gateway.core.address import Mailbox
from gateway.core.bouncewords import Language, failure_words, words_for
from gateway.core.envelope import Envelope, Recipient
from gateway.core.mailtext import UNDISCLOSED, encoded, part, text_part
from gateway.core.message import Message
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.text import safe

Kind = Literal["failed", "delayed"]

# RFC 3463 §3.5: 4.4.7, the delivery time expired; 4.4.1, no answer from the host.
EXPIRED: Final = "4.4.7"
NO_ANSWER: Final = "4.4.1"
# The header of the message is a reminder, not an archive.
HEADER_MAXIMUM_OCTETS: Final = 32_768
SAID_MAXIMUM: Final = 400
RECIPIENTS_MAXIMUM: Final = 200

_XTEXT_CODE = re.compile(r"\+([0-9A-F]{2})")
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?\Z")
_MESSAGE_ID = re.compile(rb"<[!-;=?-~]{1,250}>\Z")
_OUR_FIELDS: Final = "x-poterne-"


@dataclass(frozen=True, slots=True)
class Failed:
    """One recipient: its RFC 3463 status, and where it was refused and in which words, "" where they stay ours."""

    recipient: Recipient
    status: str
    remote: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who writes: our name, the office's postmaster, the language of the text."""

    hostname: str
    postmaster: str
    language: Language = "en"

    @property
    def author(self) -> str:
        """The value of From, always ASCII."""
        return f"Poterne <{self.postmaster if self.postmaster.isascii() else f'postmaster@{self.hostname}'}>"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice is about. `code` is the message's short code; `token` is random and names this notice.

    `gives_up_at` is for kind "delayed".
    """

    kind: Kind
    code: str
    token: str
    envelope: Envelope
    message: Message
    recipients: tuple[Failed, ...]
    arrived_at: datetime
    now: datetime
    gives_up_at: datetime | None = None


def failed(outcome: Outcome, *, tells_words: bool) -> Failed:
    """One outcome as it is told. `tells_words`: also where and in which words, which strangers are not told (D1)."""
    reply = outcome.reply
    remote = re.sub(r"[\[:].*", "", outcome.hop) if tells_words else ""
    said = "" if reply is None else str(reply) if tells_words else " ".join(filter(None, _codes(outcome)))
    return Failed(outcome.recipient, status_of(outcome), remote if _PLAIN.match(remote) else "", said)


def status_of(outcome: Outcome) -> str:
    """RFC 3463: the hop's own where it is one, else the nearest that its code means."""
    reply = outcome.reply
    if reply is None:
        return EXPIRED if outcome.is_final else NO_ANSWER
    if reply.enhanced[:1] in ("4", "5"):
        return reply.enhanced
    if reply.is_permanent and outcome.result is Result.REFUSED_RECIPIENT and outcome.stage is Stage.RCPT:
        return "5.1.1" if reply.code in (550, 551, 553) else "5.0.0"
    return f"{5 if reply.is_permanent else 4}.0.0"


def compose(notice: Notice, by: Reporter) -> bytes:
    """The whole message, CRLF lines, in three parts (RFC 6522): for people, for programs, the header it is about."""
    boundary = f"poterne-{notice.token}"
    parts = (_for_people(notice, by), _for_programs(notice, by), _the_header(notice))
    body = b"".join(b"--" + boundary.encode("ascii") + b"\r\n" + each + b"\r\n" for each in parts)
    return b"".join((_fields(notice, by, boundary), b"\r\n", body, b"--", boundary.encode("ascii"), b"--\r\n"))


def _fields(notice: Notice, by: Reporter, boundary: str) -> bytes:
    """The header. RFC 3834 §5: Auto-Submitted, so that no program answers."""
    words = words_for(notice.kind, by.language)
    sender = notice.envelope.reverse_path.mailbox
    to = "" if sender is None else f"<{_address(sender)}>" if sender.is_ascii else UNDISCLOSED
    lines = [
        f"From: {by.author}",
        f"To: {to}",
        f"Subject: {encoded(f'{words.subject} [{notice.code}]')}",
        f"Date: {format_datetime(notice.now)}",
        f"Message-ID: <{notice.token}@{by.hostname}>",
        *_about(notice.message),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{boundary}"',
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _about(message: Message) -> Iterator[str]:
    """RFC 3834 §3.1.5, so that programs show it with the message; only where that has one sound Message-ID."""
    named = message.named("message-id")
    if len(named) == 1 and _MESSAGE_ID.match(named[0].value):
        name = named[0].value.decode("ascii")
        yield f"In-Reply-To: {name}"
        yield f"References: {name}"


# --- the part for people --------------------------------------------------------------------------------


def _for_people(notice: Notice, by: Reporter) -> bytes:
    words = words_for(notice.kind, by.language)
    paragraphs = [words.greeting.format(hostname=by.hostname), words.what]
    for each in notice.recipients[:RECIPIENTS_MAXIMUM]:
        why = failure_words(each.status, by.language)
        paragraphs.append(f"  {safe(str(each.recipient), 320)}\n{_indented(why)}{_quoted(each, by.language)}")
    if notice.gives_up_at is not None:
        paragraphs.append(words.until.format(until=format_datetime(notice.gives_up_at)))
    paragraphs.append(words.code.format(code=notice.code, postmaster=safe(by.postmaster, 320)))
    return text_part([_wrapped(each) for each in paragraphs])


def _quoted(each: Failed, language: Language) -> str:
    if not each.remote or not each.said:
        return ""
    said = words_for("failed", language).said.format(remote=safe(each.remote, 255), said=safe(each.said, SAID_MAXIMUM))
    return f"\n{_indented(said)}"


def _indented(text: str) -> str:
    return textwrap.fill(text, 76, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def _wrapped(paragraph: str) -> str:
    return paragraph if paragraph.startswith("  ") else textwrap.fill(paragraph, 76, break_on_hyphens=False)


# --- the part for programs ------------------------------------------------------------------------------


def _for_programs(notice: Notice, by: Reporter) -> bytes:
    """RFC 3464 §2: fields of the message, then fields of each recipient, an empty line before each."""
    groups = [_message_fields(notice, by)]
    groups += [_recipient_fields(each, notice) for each in notice.recipients[:RECIPIENTS_MAXIMUM]]
    text = "\r\n".join("".join(f"{line}\r\n" for line in group) for group in groups)
    return part("message/delivery-status", text.encode("ascii"))


def _message_fields(notice: Notice, by: Reporter) -> list[str]:
    envid = _from_xtext(notice.envelope.envid)
    original = [f"Original-Envelope-Id: {envid}"] if envid else []
    return [
        *original,
        f"Reporting-MTA: dns; {by.hostname}",
        f"X-Poterne-Code: {notice.code}",
        f"Arrival-Date: {format_datetime(notice.arrived_at)}",
    ]


def _recipient_fields(each: Failed, notice: Notice) -> list[str]:
    orcpt = _from_xtext(each.recipient.orcpt)
    lines = [f"Original-Recipient: {orcpt}"] if orcpt else []
    lines += [
        f"Final-Recipient: {_typed(each.recipient.forward_path.mailbox)}",
        f"Action: {notice.kind}",
        f"Status: {each.status}",
    ]
    lines += [f"Remote-MTA: dns; {each.remote}"] if each.remote else []
    said = "".join(character if " " <= character <= "~" else "?" for character in each.said[:SAID_MAXIMUM]).strip()
    lines += [f"Diagnostic-Code: smtp; {said}"] if said else []
    lines.append(f"Last-Attempt-Date: {format_datetime(notice.now)}")
    if notice.gives_up_at is not None:
        lines.append(f"Will-Retry-Until: {format_datetime(notice.gives_up_at)}")
    return lines


def _typed(mailbox: Mailbox) -> str:
    """An address with its type: rfc822, or for an international one utf-8 in its 7-bit form (RFC 6533 §3)."""
    address = _address(mailbox)
    if address.isascii():
        return f"rfc822; {address}"
    return "utf-8; " + "".join(
        each if "!" <= each <= "~" and each != "\\" else f"\\x{{{ord(each):X}}}" for each in address
    )


def _address(mailbox: Mailbox) -> str:
    """As it was written, its domain as A-labels where the rest is ASCII.

    The grammar lets nothing through that turns a line; a notice does not rest on that.
    """
    domain = mailbox.domain if mailbox.domain.isascii() else mailbox.ascii_domain
    local_part = "".join(each if each.isprintable() else "?" for each in mailbox.local_part)
    return f"{local_part}@{domain}" if domain else local_part


def _from_xtext(value: str | None) -> str:
    """RFC 3461 §4: decoded; "" for what would be more than one line of printable ASCII."""
    if value is None:
        return ""
    text = _XTEXT_CODE.sub(lambda match: chr(int(match[1], 16)), value)
    return text if _PLAIN.match(text) and len(text) <= 500 else ""


# --- the header it is about -----------------------------------------------------------------------------


def _the_header(notice: Notice) -> bytes:
    """RFC 6522 §4, headers only: nobody's body goes astray in a notice. Our own fields stay ours."""
    header = b"".join(_kept(notice.message))
    kind = "text/rfc822-headers"
    if not header.isascii() and _is_utf8(header):
        kind = "message/global-headers"  # RFC 6533 §4
    return part(kind, header)


def _kept(message: Message) -> Iterator[bytes]:
    room = HEADER_MAXIMUM_OCTETS
    for each in message.fields:
        room -= len(each.octets)
        if room < 0:
            return
        if not each.key.startswith(_OUR_FIELDS):
            yield each.octets


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _codes(outcome: Outcome) -> tuple[str, str]:
    return (str(outcome.reply.code), outcome.reply.enhanced) if outcome.reply else ("", "")
