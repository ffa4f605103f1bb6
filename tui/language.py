"""The interface's words in the admin's language: gettext over the `.po` files of `locale/`, read as they are.

Knows neither screens nor which words there are. `mark` names a text that is translated later.
"""

from __future__ import annotations

import ast
import gettext
import io
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final, Literal

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")
FOLDER: Final = Path(__file__).parent / "locale"
_ENTRY = re.compile(r"^(msgid_plural|msgid|msgstr(?:\[\d\])?) (\".*\")$")


def mark(text: str) -> str:
    """The text itself: only so that it is found as one to translate."""
    return text


def chosen(wanted: str, environment: Mapping[str, str]) -> Language:
    """The language asked for, else the surroundings' own, else English."""
    surroundings = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return next((each for name in (wanted, surroundings[:2].lower()) for each in LANGUAGES if each == name), "en")


@dataclass(frozen=True, slots=True)
class Words:
    """Texts in one language, and what else depends on where the admin sits: `zone` is the time zone (None: local)."""

    language: Language
    translations: gettext.NullTranslations
    zone: tzinfo | None = None

    def __call__(self, text: str, /, **fill: object) -> str:
        """The text in this language, its `{names}` filled. "" stays ""."""
        translated = self.translations.gettext(text) if text else ""
        return translated.format(**fill) if fill else translated

    def n(self, one: str, many: str, count: int, /, **fill: object) -> str:
        """The form for this `count`, which fills `{count}`."""
        return self.translations.ngettext(one, many, count).format(count=self.whole(count), **fill)

    def number(self, value: float, digits: int = 1) -> str:
        """With the language's decimal mark: `7.1`, `7,1`."""
        return f"{value:.{digits}f}".replace(".", "," if self.language == "fr" else ".")

    def whole(self, value: int) -> str:
        """With its thousands apart: `12,000`, `12 000`."""
        return f"{value:,}".replace(",", " " if self.language == "fr" else ",")


def words(language: Language, zone: tzinfo | None = None) -> Words:
    """The words of one of LANGUAGES. Raises OSError when its file is missing."""
    path = FOLDER / f"{language}.po"
    if language == "en":
        return Words(language, gettext.NullTranslations(), zone)
    return Words(language, gettext.GNUTranslations(io.BytesIO(compiled(path.read_text("utf-8")))), zone)


def entries(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """A `.po` file as (msgid, msgid_plural or "") to translations. Raises ValueError for a line it can't hold."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        last = ""
        for line in (each.strip() for each in block.splitlines()):
            if not line or line.startswith("#"):
                continue
            if started := _ENTRY.match(line):
                last, value = started[1], started[2]
            elif line.startswith('"') and last:
                value = line
            else:
                raise ValueError(f"no line of a .po file: {line}")
            fields[last] = fields.get(last, "") + str(ast.literal_eval(value))
        if "msgid" in fields:
            strings = tuple(fields[key] for key in sorted(fields) if key.startswith("msgstr"))
            found[fields["msgid"], fields.get("msgid_plural", "")] = strings
    return found


def compiled(text: str) -> bytes:
    """A `.po` file as the octets of a `.mo` file, which the standard library reads."""
    pairs = sorted(
        ("\0".join(filter(None, ids)).encode(), "\0".join(strings).encode())
        for ids, strings in entries(text).items()
        if all(strings)
    )
    count, table = len(pairs), 28
    ids = b"".join(each + b"\0" for each, _ in pairs)
    place, places = table + 16 * count, []
    for column in (0, 1):
        for pair in pairs:
            places.append(struct.pack("<II", len(pair[column]), place))
            place += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, table, table + 8 * count, 0, place)
    return head + b"".join(places) + ids + b"".join(each + b"\0" for _, each in pairs)
