"""The content of one message as it arrives, by DATA or by BDAT, without I/O: feed octets, ask for the result.

Decides where the message ends and whether its line endings are honest (DESIGN D3); knows no socket,
no limit of memory and no reply to anything else.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from gateway.core import replies
from gateway.core.lines import Repairer, has_bare, repaired
from gateway.core.reply import Reply
from gateway.smtp.filed import Filed
from gateway.worker.sealed import Growing, Sealed

# From here on the pages of memory cost less than copies.
LARGE_OCTETS = 1_048_576

_END = b"\r\n.\r\n"
_LINE_DOT = b"\r\n."


class Newlines(Enum):
    """What a bare CR or LF leads to."""

    REFUSE = "refuse"  # strangers: whoever reads such a line differently could be smuggled to
    REPAIR = "repair"  # configured relay clients: printers and scripts that know no better


class Content:
    """The octets kept so far, in one place, and what is wrong with them. Over `size_limit` nothing is kept."""

    __slots__ = ("_is_on_disk", "_large", "_limit", "_small", "refusal", "size_octets")

    def __init__(self, size_limit: int) -> None:
        self._limit = size_limit
        self._small = bytearray()
        self._large: Growing | Sealed | None = None
        self._is_on_disk = False
        self.size_octets = 0
        self.refusal: Reply | None = None

    @property
    def kept_octets(self) -> int:
        """How much memory they take."""
        if self._is_on_disk:
            return 0
        large = self._large
        return len(self._small) + (large.size_octets if isinstance(large, Growing) else len(large) if large else 0)

    @property
    def kept(self) -> bytearray | Sealed:
        """All of them; nothing can be added to large ones any more. Raises OSError when memory ends."""
        if isinstance(self._large, Growing):
            self._large = self._large.sealed()
        return self._small if self._large is None else self._large

    def add(self, octets: bytes | bytearray) -> None:
        """Keep octets unless the message is refused already; NUL never stands in a message (RFC 5321 §4.5.2)."""
        self.size_octets += len(octets)
        if self.size_octets > self._limit:
            self.refuse(replies.TOO_LARGE)
        elif b"\x00" in octets:
            self.refuse(replies.BAD_NEWLINES)
        if self.refusal is None:
            self._keep(octets)

    def refuse(self, reply: Reply) -> None:
        """Drop what is kept; the first reason stays the answer, and what still comes is only counted."""
        if self.refusal is None:
            self.refusal = reply
        self._small = bytearray()
        self._large = None

    def go_to_disk(self, folder: Path) -> bool:
        """From now on a large message lies in a file without a name in `folder`; False when it is not large, or can't.

        Without any I/O but this: the kernel takes the octets, and nobody waits for the disk.
        """
        if self._is_on_disk or not isinstance(self._large, Growing):
            return self._is_on_disk
        try:
            filed = Filed(folder)
        except OSError:
            return False
        try:
            filed.add(memoryview(self._large.sealed()))
        except OSError:
            self.refuse(replies.NO_ROOM)
            return False
        self._large, self._is_on_disk = filed, True
        return True

    def _keep(self, octets: bytes | bytearray) -> None:
        """A large message lies where the worker can look at it without a copy."""
        try:
            if self._large is None and len(self._small) + len(octets) > LARGE_OCTETS:
                self._large = Growing()
                self._large.add(self._small)
                self._small = bytearray()
            if isinstance(self._large, Growing):
                self._large.add(octets)
            else:
                self._small += octets
        except OSError:
            # Out of memory or of descriptors: it may come again.
            self.refuse(replies.NO_ROOM)


class DataDecoder:
    """DATA (RFC 5321 §4.1.1.4): ends at CRLF.CRLF and nowhere else, then undoes the dots of §4.5.2.

    Every octet is looked at a fixed number of times, by the C library, whatever the lines look like.
    """

    __slots__ = ("_carry", "_first", "_newlines", "content", "is_complete", "rest")

    def __init__(self, newlines: Newlines, size_limit: int) -> None:
        self.content = Content(size_limit)
        self.is_complete = False
        self.rest = b""
        self._newlines = newlines
        # What cannot be judged yet. The CRLF behind the DATA command counts as the first line's beginning, so that
        # an empty message ends at once; it is no content.
        self._carry = b"\r\n"
        self._first = True

    def feed(self, block: bytes | bytearray) -> None:
        """Take the next octets. Once `is_complete`, `rest` holds what came behind the end of data."""
        octets = self._carry + block if self._carry else block
        # One octet is found ten times as fast as three, and base64 has no dots; backwards takes half the time.
        has_dots = b"." in octets and octets.rfind(_LINE_DOT) >= 0
        end = octets.find(_END) if has_dots else -1
        if end >= 0:
            self.is_complete = True
            self.rest = bytes(octets[end + len(_END) :])
            self._take(octets[: end + 2], has_dots=True)
            self._carry = b""
            return
        keep = _beginning_of_end(octets)
        self._carry = bytes(octets[-keep:]) if keep else b""
        self._take(octets[:-keep] if keep else octets, has_dots=has_dots)

    def _take(self, octets: bytes | bytearray, *, has_dots: bool) -> None:
        """`octets` never end inside a CRLF nor inside CRLF and dot: those stay in the carry."""
        if not octets:
            return
        if has_dots:
            octets = octets.replace(_LINE_DOT, b"\r\n")
        if self._first:
            self._first = False
            octets = octets[2:]
        if self._newlines is Newlines.REPAIR:
            octets = repaired(octets)
        elif has_bare(octets):
            self.content.refuse(replies.BAD_NEWLINES)
        self.content.add(octets)


class ChunkDecoder:
    """BDAT (RFC 3030): counted octets, so every CR and LF is data; each bare one becomes CRLF before anybody looks.

    Some senders (Exchange among them) pass bare LF by BDAT on purpose, so refusing would lose honest mail.
    """

    __slots__ = ("_repairer", "content")

    def __init__(self, size_limit: int) -> None:
        self.content = Content(size_limit)
        self._repairer = Repairer()

    def feed(self, block: bytes | bytearray) -> None:
        """Take the next octets of a chunk."""
        self.content.add(self._repairer.feed(block))

    def finish(self) -> None:
        """The last chunk has ended: a missing final CRLF is added."""
        self.content.add(self._repairer.finish())


def _beginning_of_end(octets: bytes | bytearray) -> int:
    """How many octets at the end may be the beginning of CRLF.CRLF."""
    for length in range(len(_END) - 1, 0, -1):
        if octets.endswith(_END[:length]):
            return length
    return 0
