"""What a server announced in this session, from its reply to EHLO or LHLO."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.reply import Reply


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The keywords in upper case. `size_octets` is the largest message taken, None when unsaid or 0 (RFC 1870 §4).

    `mechanisms` are those of AUTH in upper case (RFC 4954 §3).
    """

    keywords: frozenset[str] = frozenset()
    size_octets: int | None = None
    mechanisms: frozenset[str] = frozenset()

    def has(self, keyword: str) -> bool:
        """True when the server announced this keyword (upper case)."""
        return keyword in self.keywords


NO_CAPABILITIES = Capabilities()


def announced(reply: Reply) -> Capabilities:
    """Read the lines behind the greeting line (RFC 5321 §4.1.1.1)."""
    words = [line.split() for line in reply.lines[1:] if line.strip()]
    sizes = [parts[1] for parts in words if parts[0].upper() == "SIZE" and len(parts) > 1]
    size = int(sizes[0]) if sizes and sizes[0].isdigit() and len(sizes[0]) <= 20 else 0
    mechanisms = (word.upper() for parts in words if parts[0].upper() == "AUTH" for word in parts[1:])
    return Capabilities(frozenset(parts[0].upper() for parts in words), size or None, frozenset(mechanisms))
