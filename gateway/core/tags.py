"""Tag lists of DKIM, ARC and their keys: `a=1; b=2` (RFC 6376 §3.2). Knows no tag's meaning."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WHITE_SPACE: Final = " \t\r\n"


class TagError(ValueError):
    """The text is no tag list; says why in words."""


def parse_tags(text: str) -> dict[str, str]:
    """Names and values, both without surrounding white space. Names are case-sensitive.

    Raises TagError for a part without "=", a name that is none, and a repeated name: RFC 6376 §3.2
    makes the whole list invalid then.
    """
    tags: dict[str, str] = {}
    parts = text.split(";")
    if not parts[-1].strip(_WHITE_SPACE):
        parts.pop()
    for part in parts:
        name, equals, value = part.partition("=")
        name = name.strip(_WHITE_SPACE)
        if not equals or not _NAME.fullmatch(name):
            raise TagError("a part is no tag")
        if name in tags:
            raise TagError(f"the tag {name}= is repeated")
        tags[name] = value.strip(_WHITE_SPACE)
    return tags


def without_white_space(text: str) -> str:
    """A value whose white space means nothing: base64 and lists."""
    return "".join(text.split())
