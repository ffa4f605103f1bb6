"""One DMARC policy record (RFC 9989 §4.7): text in, a record with its defaults resolved out, or None.

Knows the grammar of one record, not where it was published nor what follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gateway.core.finding import DmarcRecord

# RFC 9989 §4.7: "v" comes first, and its value alone is compared exactly.
_VERSION: Final = re.compile(r"[ \t]*v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_TAG_NAME: Final = re.compile(r"[a-z]+")
_POLICIES: Final = frozenset({"none", "quarantine", "reject"})
_REPORT_ADDRESS: Final = re.compile(r"mailto:[^\s,;!@]+@[^\s,;!@]+(?:!\d+[kmgt]?)?", re.IGNORECASE)
# A TXT record holds at most 65,535 octets; an honest policy is shorter by far.
_MAXIMUM_CHARACTERS: Final = 8_192


def is_dmarc_record(text: str) -> bool:
    """True when this TXT record claims to be a DMARC policy record; everything else is discarded."""
    return _VERSION.match(text) is not None


def parse_dmarc_record(text: str) -> DmarcRecord | None:
    """The record, or None when it is none or holds no policy to apply (RFC 9989 §4.10.1).

    Unknown tags, and `pct`, `rf` and `ri` of older records, are ignored; of a repeated tag the first counts.
    """
    if not is_dmarc_record(text) or len(text) > _MAXIMUM_CHARACTERS:
        return None
    tags = _tags(text)
    rua = tuple(uri for uri in map(str.strip, tags.get("rua", "").split(",")) if _REPORT_ADDRESS.fullmatch(uri))
    wanted = {name: tags[name].lower() for name in ("p", "sp", "np") if name in tags}
    if "p" not in wanted or not _POLICIES.issuperset(wanted.values()):
        # RFC 9989 §4.10.1: who asks for reports is monitoring, whatever else is wrong.
        if not rua:
            return None
        wanted = {"p": "none"}
    p = wanted["p"]
    sp = wanted.get("sp", p)
    return DmarcRecord(
        p=p,
        sp=sp,
        np=wanted.get("np", sp),
        psd=_choice(tags, "psd", "yn", "u"),
        strict_spf=_choice(tags, "aspf", "sr", "r") == "s",
        strict_dkim=_choice(tags, "adkim", "sr", "r") == "s",
        testing=_choice(tags, "t", "yn", "n") == "y",
        rua=rua,
    )


def select_dmarc_record(texts: Sequence[str]) -> tuple[DmarcRecord | None, bool]:
    """The one record among the TXT records of a name, and whether the name publishes unusable ones.

    RFC 9989 §4.10: several records at one name are all discarded.
    """
    claimed = [text for text in texts if is_dmarc_record(text)]
    record = parse_dmarc_record(claimed[0]) if len(claimed) == 1 else None
    return record, bool(claimed) and record is None


def _tags(text: str) -> dict[str, str]:
    """Tag names are case-sensitive (RFC 6376 §3.2, which RFC 9989 §4.7 follows)."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip(" \t")
        if equals and _TAG_NAME.fullmatch(name):
            tags.setdefault(name, value.strip(" \t\r\n"))
    return tags


def _choice(tags: dict[str, str], name: str, allowed: str, default: str) -> str:
    """One letter out of `allowed`; anything else is the default."""
    value = tags.get(name, "").lower()
    return value if len(value) == 1 and value in allowed else default
