"""Looks at every attachment of one message, by name and by content, inside archives and documents too.

Knows which opener follows which; each format is in its own file. Its finding is the worker's answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from mmap import mmap
from typing import Final

from gateway.core import ambiguity
from gateway.core.ambiguity import told
from gateway.core.attachments import extension_of, joined, leaves_folder, member_name_hits, name_hits
from gateway.core.finding import AttachmentFinding
from gateway.worker.archive import Member, archive_members, is_about_encryption, zip_members
from gateway.worker.base64file import Base64File, regular
from gateway.worker.decoding import readings, uuencoded
from gateway.worker.ends import both_ends
from gateway.worker.kinds import containers, content_hits, is_opaque
from gateway.worker.mime import Leaf, TooDeep, every_reading
from gateway.worker.ole import Compound
from gateway.worker.report import ARCHIVE_DEPTH_MAXIMUM, Budget, Refused, Report, TooLarge
from gateway.worker.tnef import tnef_files

# Members of office documents and what they mean ([MS-OFFMACRO2], ODF 1.3 part 2).
_DOCUMENT_MEMBERS: Final = (
    (re.compile(r"(?:^|/)vbaProject\.bin$", re.IGNORECASE), "macro", "Visual Basic macros"),
    (re.compile(r"^xl/macrosheets/", re.IGNORECASE), "macro", "an Excel 4 macro sheet"),
    (re.compile(r"^Basic/.+\.xml$"), "macro", "LibreOffice macros"),
    (re.compile(r"^Scripts/.+"), "macro", "LibreOffice scripts"),
    (re.compile(r"/activeX\d*\.bin$", re.IGNORECASE), "active-document", "an ActiveX control"),
)
_MULTIPART: Final = b'Content-Type: multipart/mixed; boundary="%s"\n'
_SPECIAL: Final = re.compile(rb'["\\]')
_BARE_CR: Final = re.compile(rb"\r(?!\n)")
# Longer than a path of any system.
_TARGET_OCTETS: Final = 4_096
_RELATIONS: Final = re.compile(r"/_rels/[^/]+\.rels$")
_FAR_KIND: Final = re.compile(rb"relationships/(?:attachedTemplate|oleObject|frame)\b", re.IGNORECASE)
_FAR_TARGET: Final = re.compile(rb"\bTarget\s*=\s*[\"'](?:https?|ftp|file|mhtml|\\\\)", re.IGNORECASE)


def inspect(octets: bytes | mmap) -> AttachmentFinding:
    """The finding about one whole message. Raises MemoryError and nothing else."""
    inspection = Inspection()
    inspection.message(octets, "", 0, 0)
    return inspection.finding()


class Inspection:
    """One look at one message: what was found, and what may still be spent."""

    def __init__(self) -> None:
        self.report = Report()
        self._budget = Budget()

    def finding(self) -> AttachmentFinding:
        """What was found so far."""
        return self.report.finding(self._budget.parts)

    def message(
        self, octets: bytes | mmap, where: str, depth: int, level: int, known: frozenset[str] = frozenset()
    ) -> None:
        """Every part of a message, at this MIME depth and archive level; `known`: what already makes it ambiguous."""
        notes = set(known)
        try:
            for leaf in every_reading(octets, self._budget, depth, notes):
                if not self._is_told_by_ends(octets, leaf, where, level):
                    self._leaf(octets[leaf.start : leaf.end], leaf, where, level, notes)
        except TooDeep as error:
            self._budget.give_up()
            self.report.hit(where or "message", "nested-too-deep", str(error))
        except Refused as error:
            self._budget.give_up()
            self.report.unscannable(where, str(error))
        if notes:
            self.report.hit(where or "message", "ambiguous", told(notes))

    def _hidden_message(self, octets: bytes, leaf: Leaf, where: str, level: int) -> None:
        """A message or multipart that came out of a transfer encoding; some programs end its lines at a bare CR."""
        if leaf.boundaries:
            octets = b"".join(_MULTIPART % _SPECIAL.sub(rb"\\\g<0>", each) for each in leaf.boundaries) + b"\n" + octets
        if _BARE_CR.search(octets) is None:
            self.message(octets, where, leaf.depth + 1, level)
        else:
            for reading in (octets, _BARE_CR.sub(b"\n", octets)):
                self.message(reading, where, leaf.depth + 1, level, frozenset({ambiguity.BARE_CR}))

    def file(self, names: Iterable[str], data: bytes, where: str, level: int, source: Base64File | None = None) -> None:
        """One file by all its names and by its content; `where` is the path of what holds it.

        With a `source`, `data` are its two ends.
        """
        known = [name for name in names if name]
        first = known[0] if known else "unnamed"
        path = joined(where, first)
        self._named(known, where)
        self.report.hits(path, content_hits(data))
        openers = [opener for name in known or [""] for opener in containers(data, extension_of(name))]
        for opener in dict.fromkeys(openers):
            self._open(opener, source or data, path, first, level + 1)

    def _is_told_by_ends(self, octets: bytes | mmap, leaf: Leaf, where: str, level: int) -> bool:
        """Look at a large file that all programs take for the same without decoding it; False when it must be."""
        if leaf.is_text or leaf.is_nested_message or leaf.boundaries or set(leaf.encodings) != {"base64"}:
            return False
        file = regular(octets, leaf.start, leaf.end)
        name = next((name for name in leaf.names if name), "")
        ends = both_ends(file, extension_of(name), is_opened=True) if file else None
        if ends is None:
            return False
        self.file(leaf.names, ends, where, level, file)
        return True

    def _leaf(self, body: bytes, leaf: Leaf, where: str, level: int, notes: set[str]) -> None:
        for number, data in enumerate(readings(body, leaf.encodings, notes, leaf.is_text)):
            if number:
                self._budget.reading(len(data))
            if leaf.is_nested_message or leaf.boundaries:
                self._hidden_message(data, leaf, joined(where, leaf.names[0] if leaf.names else "message"), level)
            if not leaf.is_text:
                self.file(leaf.names, data, where, level)
            if not leaf.is_text and is_opaque(data):
                continue
            for name, inner in uuencoded(data):
                self.file((name,), inner, where, level)

    def _open(self, opener: str, data: bytes | Base64File, path: str, name: str, level: int) -> None:
        """Look inside; whatever a parser makes of hostile octets ends here as a note."""
        if level > ARCHIVE_DEPTH_MAXIMUM:
            self.report.hit(path, "nested-too-deep", f"more than {ARCHIVE_DEPTH_MAXIMUM} archives in archives")
            return
        try:
            self._look_inside(opener, data, path, name, level)
        except TooLarge as error:
            self.report.hit(path, "too-large", str(error))
        except Refused as error:
            self._refused(error, path)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # the parsers' own bugs: nobody knows what this file is
            self.report.unscannable(path, f"{type(error).__name__} while reading it")

    def _look_inside(self, opener: str, data: bytes | Base64File, path: str, name: str, level: int) -> None:
        if opener == "zip":
            self._zip(data, path, level)
        elif isinstance(data, Base64File):
            raise Refused("a file that was not decoded")
        elif opener == "archive":
            for member in archive_members(data, name):
                self._member(member, path, level)
        elif opener == "ole":
            self._compound(Compound(data), path, level)
        elif opener == "tnef":
            for file in tnef_files(data):
                self.file(file.names, file.data, path, level)
        elif opener == "message":
            self.message(data, path, level, level)
        else:
            raise Refused("an archive of a kind that we cannot open")

    def _zip(self, data: bytes | Base64File, path: str, level: int) -> None:
        for member in zip_members(data):
            for pattern, kind, found in _DOCUMENT_MEMBERS:
                if pattern.search(member.name):
                    self.report.hit(path, kind, found)
            self._member(member, path, level)

    def _member(self, member: Member, path: str, level: int) -> None:
        """One file in an archive; one that cannot be read does not end the look at its siblings."""
        self._budget.member()
        inner = joined(path, member.name)
        data = self._contents(member, path, inner)
        names = (member.name, *member.other_names)
        if data is None:
            self._named(names, path)
            return
        if member.target is not None and leaves_folder(
            member.target or data[:_TARGET_OCTETS].decode("utf-8", "replace")
        ):
            self.report.hit(inner, "deceptive-name", "a link out of its archive")
        if _RELATIONS.search(member.name) and _loads_from_elsewhere(data):
            self.report.hit(path, "active-document", "loads a template or an object from elsewhere")
        self.file(names, data, path, level)

    def _contents(self, member: Member, path: str, inner: str) -> bytes | None:
        """The octets of a file in an archive; None, with a note, when nobody can read them."""
        if member.is_encrypted:
            self.report.hit(path, "encrypted-archive", "needs a password")
            return None
        try:
            return member.read(self._budget)
        except TooLarge as error:
            self.report.hit(path, "too-large", str(error))
        except Refused as error:
            self._refused(error, inner)
        return None

    def _named(self, names: Iterable[str], where: str) -> None:
        """Note the names of one file, and what they give away."""
        for name in names:
            self.report.name(joined(where, name))
            self.report.hits(joined(where, name), member_name_hits(name) if where else name_hits(name))

    def _compound(self, compound: Compound, path: str, level: int) -> None:
        for kind, found in compound.hits(self._budget):
            self.report.hit(path, kind, found)
        for file in compound.files(self._budget):
            self.file(file.names, file.data, path, level)

    def _refused(self, error: Refused, path: str) -> None:
        if is_about_encryption(error):
            self.report.hit(path, "encrypted-archive", "needs a password")
        else:
            self.report.unscannable(path, str(error))


def _loads_from_elsewhere(relations: bytes) -> bool:
    """True when opening the document fetches a template or an object over the network ([MS-OI29500] §2.1)."""
    # Cut first, so that no pattern runs from each of many open tags to the end.
    for piece in relations.split(b"<Relationship")[1:]:
        tag = piece.partition(b">")[0]
        if _FAR_KIND.search(tag) and _FAR_TARGET.search(tag) and b"external" in tag.lower():
            return True
    return False
