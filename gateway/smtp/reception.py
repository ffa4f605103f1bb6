"""Taking in the content of one message from the wire: DATA to its end, or one BDAT chunk after another.

Keeps pace, deadlines and memory; what the octets mean is decided by `data`, who gets them by `dialogue`.
"""

from __future__ import annotations

from gateway.core import replies
from gateway.smtp.data import ChunkDecoder, Content, DataDecoder
from gateway.smtp.limits import Pace
from gateway.smtp.link import CONTENT_READ_OCTETS
from gateway.smtp.memory import Reservation
from gateway.smtp.patience import Patience
from gateway.smtp.wire import Wire


class TooSlow(Exception):
    """Content arrives below the slowest pace."""


class Chunks:
    """The chunks of one BDAT transaction so far, with the memory they hold."""

    __slots__ = ("decoder", "reservation")

    def __init__(self, size_limit: int, reservation: Reservation) -> None:
        self.decoder = ChunkDecoder(size_limit)
        self.reservation = reservation


async def take_data(wire: Wire, patience: Patience, decoder: DataDecoder, reservation: Reservation) -> Content:
    """Read until CRLF.CRLF, to the end even when the message is refused already; the rest stays on the wire.

    Raises Gone, Late, TooSlow.
    """
    pace = Pace(patience.now())
    while not decoder.is_complete:
        block = await wire.block(CONTENT_READ_OCTETS, patience.for_block())
        decoder.feed(block)
        _reserve(decoder.content, reservation)
        _keep_pace(pace, len(block), patience)
    wire.unread(decoder.rest)
    return decoder.content


async def take_chunk(wire: Wire, patience: Patience, chunks: Chunks, size_octets: int) -> None:
    """Read exactly so many octets into `chunks`, or past them once it is refused. Raises Gone, Late, TooSlow."""
    pace = Pace(patience.now())
    while size_octets:
        block = await wire.block(min(size_octets, CONTENT_READ_OCTETS), patience.for_block())
        size_octets -= len(block)
        chunks.decoder.feed(block)
        _reserve(chunks.decoder.content, chunks.reservation)
        _keep_pace(pace, len(block), patience)


async def drop_chunk(wire: Wire, patience: Patience, size_octets: int) -> None:
    """Read exactly so many octets and forget them, to stay in step (RFC 3030 §2). Raises Gone, Late, TooSlow."""
    pace = Pace(patience.now())
    while size_octets:
        block = await wire.block(min(size_octets, CONTENT_READ_OCTETS), patience.for_block())
        size_octets -= len(block)
        _keep_pace(pace, len(block), patience)


def _reserve(content: Content, reservation: Reservation) -> None:
    """Let the reservation follow what is kept; what goes to the disk needs none."""
    folder = reservation.folder_for(content.kept_octets - reservation.held_octets)
    if folder is not None and content.go_to_disk(folder):
        reservation.release()
    if not reservation.grow(max(0, content.kept_octets - reservation.held_octets)):
        content.refuse(replies.NO_ROOM)
    if content.refusal is not None:
        reservation.release()


def _keep_pace(pace: Pace, octets: int, patience: Patience) -> None:
    if not pace.is_kept(octets, patience.now()):
        raise TooSlow
