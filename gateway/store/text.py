"""Foreign text on its way into a database column: nothing is made safe here, only storable."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with each lone surrogate as `?`: SQLite takes UTF-8 only, and a row must never fail for its words."""
    return text.encode("utf-8", "replace").decode("utf-8")


def like_pattern(folded: str) -> str:
    r"""The LIKE pattern (ESCAPE '\') that finds `folded` anywhere, its own wildcards taken literally."""
    escaped = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
