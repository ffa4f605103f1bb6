"""Domain names as text: which are valid, and their one form to compare (A-labels, lower case, no final dot).

Knows names only; nothing of addresses or DNS.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# RFC 1035 §2.3.4: 63 octets in a label, 255 in a name (253 characters in text without the final dot).
MAXIMUM_CHARACTERS: Final = 253
# Underscores are no host name (RFC 952), but selectors and real sender domains have them.
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Characters that IDNA 2003 (Python's codec) maps away and IDNA 2008 keeps: to map them would make
# another, registrable domain of the name (RFC 5894 §7.2).
_KEPT_BY_IDNA_2008: Final = frozenset("\N{LATIN SMALL LETTER SHARP S}\N{GREEK SMALL LETTER FINAL SIGMA}")


def is_domain(name: str) -> bool:
    """True for a valid name in the form to compare."""
    return len(name) <= MAXIMUM_CHARACTERS and all(_LABEL.fullmatch(label) for label in name.split("."))


def to_ascii(name: str) -> str | None:
    """The form to compare, or None when the name is no valid domain name (RFC 5890 §2.3.2)."""
    if len(name) > MAXIMUM_CHARACTERS + 1:
        return None
    labels = name.removesuffix(".").split(".")
    encoded = [label.lower() if label.isascii() else _to_a_label(label) for label in labels]
    result = ".".join(encoded)
    return result if is_domain(result) else None


def _to_a_label(label: str) -> str:
    """The A-label, or "" (which is no valid label)."""
    folded = unicodedata.normalize("NFC", label.lower())
    try:
        if _KEPT_BY_IDNA_2008 & set(folded):
            rest = folded.translate(dict.fromkeys(map(ord, _KEPT_BY_IDNA_2008), "s"))
            if not rest.isascii():
                rest.encode("idna")
            return "xn--" + folded.encode("punycode").decode("ascii")
        encoded = label.encode("idna").decode("ascii").lower()
        # A label that only becomes ASCII by mapping (full-width letters, a full stop within) hides what it is.
        return encoded if encoded.startswith("xn--") else ""
    except UnicodeError:
        return ""
