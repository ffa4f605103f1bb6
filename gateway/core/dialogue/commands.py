"""MAIL and RCPT as octets, with only the parameters that this server announced.

A server that did not announce a parameter refuses the command for it (Dovecot's LMTP: 555 5.5.4).
"""

from __future__ import annotations

import re

from gateway.core.address import ForwardPath, Mailbox, ReversePath
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.envelope import Envelope, Recipient

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
RSET = b"RSET\r\n"
DATA = b"DATA\r\n"
FINAL_DOT = b".\r\n"
PROBE_MAIL = b"MAIL FROM:<>\r\n"


def mail(envelope: Envelope, capabilities: Capabilities, size_octets: int, *, smtputf8: bool) -> bytes:
    """MAIL with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461)."""
    parameters: list[str] = []
    if capabilities.has("SIZE"):
        parameters.append(f"SIZE={size_octets}")
    if capabilities.has("8BITMIME") and envelope.body == "8BITMIME":
        parameters.append("BODY=8BITMIME")
    if smtputf8:
        parameters.append("SMTPUTF8")
    if capabilities.has("DSN"):
        parameters += [f"RET={envelope.ret}"] if envelope.ret else []
        parameters += [f"ENVID={envelope.envid}"] if envelope.envid else []
    return _line("MAIL FROM:", _reverse(envelope.reverse_path), parameters)


def rcpt(recipient: Recipient, capabilities: Capabilities) -> bytes:
    """RCPT with NOTIFY and ORCPT (RFC 3461 §4.1, §4.2)."""
    parameters: list[str] = []
    if capabilities.has("DSN"):
        if recipient.notify:
            parameters.append("NOTIFY=" + ",".join(sorted(word.value for word in recipient.notify)))
        parameters += [f"ORCPT={recipient.orcpt}"] if recipient.orcpt else []
    return _line("RCPT TO:", forward(recipient.forward_path), parameters)


def forward(path: ForwardPath) -> str:
    """The address of a forward-path for the wire, without brackets."""
    return _address(path.mailbox)


def needs_smtputf8(mailbox: Mailbox | None) -> bool:
    """True when the address cannot be said without SMTPUTF8: IDN domains go as A-labels and never need it."""
    return mailbox is not None and not mailbox.is_ascii


def _reverse(path: ReversePath) -> str:
    return _address(path.mailbox) if path.mailbox else ""


def _address(mailbox: Mailbox) -> str:
    """As received, but with the domain as A-labels where it is an IDN (RFC 5891 §4.4)."""
    domain = mailbox.domain if mailbox.domain.isascii() else mailbox.ascii_domain
    return f"{mailbox.local_part}@{domain}" if domain else mailbox.local_part


def _line(verb: str, path: str, parameters: list[str]) -> bytes:
    """One command. Raises ValueError for what could begin another: the last guard, not the first."""
    text = " ".join((f"{verb}<{path}>", *parameters))
    if _CONTROL.search(text):
        raise ValueError("a command holds a control character")
    return text.encode("utf-8") + b"\r\n"
