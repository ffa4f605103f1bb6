"""The grammar of reverse-path and forward-path (RFC 5321 §4.1.2, §4.1.3; RFC 6531 §3.3).

Reads what stands between the angle brackets and nothing else: no encoded word is ever decoded, no
comment skipped, no missing bracket supplied, because two readers of one address are a hole in the wall.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address

from gateway.core.address import Mailbox

# RFC 5321 §4.5.3.1.1, §4.5.3.1.2, §4.5.3.1.3, counted in octets.
LOCAL_PART_MAXIMUM_OCTETS = 64
DOMAIN_MAXIMUM_OCTETS = 255
PATH_MAXIMUM_OCTETS = 256

_UTF8 = "\u0080-\ud7ff\ue000-\U0010ffff"
_ATOM = rf"[A-Za-z0-9!#$%&'*+\-/=?^_`{{|}}~{_UTF8}]+"
_DOT_STRING = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED_STRING = re.compile(rf'"(?:[ !#-\[\]-~{_UTF8}]|\\[ -~])*"')
_AT_DOMAIN = rf"@(?:\[[0-9A-Za-z.:]+\]|[A-Za-z0-9_.\-{_UTF8}]+)"
# RFC 5321 §4.1.2 A-d-l, and appendix C: a source route must be understood and should be ignored.
_SOURCE_ROUTE = re.compile(rf"{_AT_DOMAIN}(?:,{_AT_DOMAIN})*:")
_DOMAIN = re.compile(rf"\[[^\[\]<>\s]*\]|[A-Za-z0-9_.\-{_UTF8}]+")
# RFC 5321 §4.1.2 sub-domain. The underscore is not in it, but stands in domains that send real mail.
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]{0,61}[A-Za-z0-9_])?\Z")
# Valid in IDNA2008 but mapped to other letters, so to somebody else's domain, by the IDNA2003 codec.
_DEVIATIONS = frozenset("ßς")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


class PathError(ValueError):
    """No path of the grammar; the text says what is wrong, for the admin."""


def scan_path(text: str, at: int, local_part_maximum: int = LOCAL_PART_MAXIMUM_OCTETS) -> tuple[Mailbox | None, int]:
    """Read the path that begins at `text[at]`; return its mailbox, None for `<>`, and the index behind `>`.

    A source route is dropped. A mailbox without domain is returned for any spelling of `postmaster` only
    (RFC 5321 §4.1.1.3). Raises PathError.
    """
    if text[at : at + 1] != "<":
        raise PathError("no angle bracket")
    start, at = at, at + 1
    if text[at : at + 1] == ">":
        return None, at + 1
    route = _SOURCE_ROUTE.match(text, at)
    at = route.end() if route else at
    local_part, at = _scan_local_part(text, at, local_part_maximum)
    if text[at : at + 1] == ">" and not route and local_part.lower() == "postmaster":
        return Mailbox(local_part, "", ""), at + 1
    if text[at : at + 1] != "@":
        raise PathError("no domain behind the local part")
    match = _DOMAIN.match(text, at + 1)
    if match is None or text[match.end() : match.end() + 1] != ">":
        raise PathError("no domain that ends at the angle bracket")
    end = match.end() + 1
    if len(text[start:end].encode("utf-8")) > PATH_MAXIMUM_OCTETS:
        raise PathError("the path is too long")
    return Mailbox(local_part, match[0], ascii_domain(match[0])), end


def ascii_domain(domain: str) -> str:
    """The form to compare: A-labels in lower case, or the literal in its one spelling. Raises PathError."""
    if domain.startswith("["):
        return _literal(domain[1:-1])
    name = domain.lower() if domain.isascii() else ".".join(_a_label(label) for label in domain.split("."))
    if len(name) > DOMAIN_MAXIMUM_OCTETS or not all(_LABEL.match(label) for label in name.split(".")):
        raise PathError("no valid domain")
    return name


def _scan_local_part(text: str, at: int, maximum: int) -> tuple[str, int]:
    """A Quoted-string or a Dot-string, as written."""
    match = _QUOTED_STRING.match(text, at) or _DOT_STRING.match(text, at)
    if match is None:
        raise PathError("no local part")
    local_part = match[0]
    if len(local_part.encode("utf-8")) > maximum:
        raise PathError("the local part is too long")
    _refuse_invisible(local_part)
    return local_part, match.end()


def _refuse_invisible(text: str) -> None:
    """RFC 6531 §3.3 lets any non-ASCII character in; what nobody can see or type has no place in an address."""
    if not text.isascii() and any(
        character > "\x7f" and unicodedata.category(character) in _UNSAFE_CATEGORIES for character in text
    ):
        raise PathError("an invisible character")


def _a_label(label: str) -> str:
    """One label as RFC 5890 §2.3.2.1 has it; the codec's IDNA2003 mapping serves but for its deviations."""
    _refuse_invisible(label)
    try:
        if _DEVIATIONS & set(label):
            return "xn--" + unicodedata.normalize("NFC", label.lower()).encode("punycode").decode("ascii")
        encoded = label.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise PathError("no valid domain") from error
    if "." in encoded:
        # The codec takes U+3002 and its like for dots: two labels where we saw one.
        raise PathError("no valid domain")
    return encoded


def _literal(inner: str) -> str:
    """RFC 5321 §4.1.3: an IPv4 or a tagged IPv6 address. General-address-literals name nothing we can reach."""
    try:
        if inner[:5].lower() != "ipv6:":
            return f"[{IPv4Address(inner)}]"
        if "%" in inner:
            raise PathError("an address literal with a zone")
        return f"[ipv6:{IPv6Address(inner[5:])}]"
    except ValueError as error:
        raise PathError("no valid address literal") from error
