"""What makes readers of MIME disagree about a message, in words: the English stands in findings, the French beside it.

Words only; `worker.mime` finds them, `explain` says them.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

TYPES: Final = "Content-Type fields that disagree"
ENCODINGS: Final = "several transfer encodings"
BOUNDARIES: Final = "several boundaries"
NO_BOUNDARY: Final = "a multipart without a boundary"
PREFIX: Final = "a line that only some take for a boundary"
SAME_BOUNDARY: Final = "one boundary at two levels"
UNCLOSED: Final = "a multipart without an end"
HEADER_END: Final = "a header that ends in two places"
BARE_CR: Final = "lines that end in a bare CR"
BASE64: Final = "base64 with foreign characters"
UNKNOWN_ENCODING: Final = "an unknown transfer encoding"
ENCODED_MULTIPART: Final = "an encoded multipart"
NAMES: Final = "names with different endings"

FRENCH: Final[MappingProxyType[str, str]] = MappingProxyType(
    {
        TYPES: "des champs Content-Type qui se contredisent",
        ENCODINGS: "plusieurs codages de transfert",
        BOUNDARIES: "plusieurs délimiteurs",
        NO_BOUNDARY: "un multipart sans délimiteur",
        PREFIX: "une ligne que seuls certains prennent pour un délimiteur",
        SAME_BOUNDARY: "un même délimiteur à deux niveaux",
        UNCLOSED: "un multipart sans fin",
        HEADER_END: "un en-tête qui finit à deux endroits",
        BARE_CR: "des lignes qui finissent par un CR seul",
        BASE64: "du base64 avec des caractères étrangers",
        UNKNOWN_ENCODING: "un codage de transfert inconnu",
        ENCODED_MULTIPART: "un multipart codé",
        NAMES: "des noms aux extensions différentes",
    }
)


def told(ambiguities: Iterable[str]) -> str:
    """Several as one text, always in the same order."""
    return ", ".join(sorted(ambiguities))


def in_french(text: str) -> str:
    """What `told` said, in French; any other text as it is."""
    return ", ".join(FRENCH.get(each, each) for each in text.split(", "))
