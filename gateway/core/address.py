"""Mail addresses of the envelope: reverse-path and forward-path, parsed once and kept as received.

Knows the grammar of RFC 5321 §4.1.2 and RFC 6531 §3.3, not which addresses exist.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`local_part@domain` of one envelope address, as the peer wrote it.

    `local_part` keeps its quotes where it had them; `domain` is as received ("" only for the
    bare `postmaster` of RFC 5321 §2.3.5) and may be an address literal `[192.0.2.1]`.
    Neither holds a control character, CR or LF. `ascii_domain` is the domain in lower case as
    A-labels without a trailing dot: the form to compare and to look up.
    """

    local_part: str
    domain: str
    ascii_domain: str

    @property
    def key(self) -> str:
        """The folded form that finds the same mailbox: unquoted local part in lower case, A-label domain."""
        local = self.local_part
        if local.startswith('"') and local.endswith('"') and len(local) >= 2:
            local = _unquote(local[1:-1])
        local = local.casefold()
        return f"{local}@{self.ascii_domain}" if self.ascii_domain else local

    @property
    def is_ascii(self) -> bool:
        """True when the address needs no SMTPUTF8 (RFC 6531), with its domain as A-labels."""
        return self.local_part.isascii()

    @property
    def is_literal(self) -> bool:
        """True for a domain in brackets (RFC 5321 §4.1.3)."""
        return self.domain.startswith("[")

    def __str__(self) -> str:
        """The address as received, without angle brackets."""
        return f"{self.local_part}@{self.domain}" if self.domain else self.local_part


@dataclass(frozen=True, slots=True)
class ReversePath:
    """Where notices go (RFC 5321 §4.1.1.2): a mailbox, or None for the null reverse-path `<>`."""

    mailbox: Mailbox | None

    @property
    def is_null(self) -> bool:
        """True for `<>`: nobody must get a notice about this message."""
        return self.mailbox is None

    @property
    def ascii_domain(self) -> str:
        """The domain to look up, "" for the null reverse-path."""
        return self.mailbox.ascii_domain if self.mailbox else ""

    def __str__(self) -> str:
        """The address as received, "" for the null reverse-path."""
        return str(self.mailbox) if self.mailbox else ""


NULL_REVERSE_PATH = ReversePath(None)


@dataclass(frozen=True, slots=True)
class ForwardPath:
    """One recipient (RFC 5321 §4.1.1.3); a source route it came with is already dropped."""

    mailbox: Mailbox

    @property
    def ascii_domain(self) -> str:
        """The domain to look up, "" for the bare `postmaster`."""
        return self.mailbox.ascii_domain

    @property
    def key(self) -> str:
        """The folded form that finds the same mailbox."""
        return self.mailbox.key

    def __str__(self) -> str:
        """The address as received."""
        return str(self.mailbox)


def _unquote(text: str) -> str:
    """Drop the backslash of each quoted-pair (RFC 5321 §4.1.2)."""
    out: list[str] = []
    characters = iter(text)
    for character in characters:
        out.append(next(characters, "") if character == "\\" else character)
    return "".join(out)
