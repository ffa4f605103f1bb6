"""How the gateway and the worker talk: frames with their length in front, and the finding as JSON. Knows no pipe."""

from __future__ import annotations

import json
from typing import Any, Final

from gateway.core.finding import AttachmentFinding, AttachmentHit

LENGTH_OCTETS: Final = 8
ANSWER_MAXIMUM_OCTETS: Final = 1_048_576
# Several copies of the message must fit into the worker's memory.
MESSAGE_MAXIMUM_OCTETS: Final = 128 * 1024 * 1024


class ProtocolError(ValueError):
    """The other side did not say what was agreed."""


def length_prefix(octets: int) -> bytes:
    """What stands in front of a frame of this length."""
    return octets.to_bytes(LENGTH_OCTETS, "big")


def frame_length(prefix: bytes, maximum: int) -> int:
    """The length in a prefix. Raises ProtocolError beyond the maximum."""
    length = int.from_bytes(prefix, "big")
    if len(prefix) != LENGTH_OCTETS or length > maximum:
        raise ProtocolError(f"a frame of {length} octets")
    return length


def encode_finding(finding: AttachmentFinding) -> bytes:
    """The finding as JSON."""
    hits = [[hit.path, hit.kind, hit.found] for hit in finding.hits]
    fields = {
        "result": finding.result,
        "hits": hits,
        "names": finding.names,
        "detail": finding.detail,
        "parts": finding.parts,
    }
    return json.dumps(fields).encode("ascii")


def decode_finding(octets: bytes) -> AttachmentFinding:
    """The finding in this JSON; the worker is not trusted, so every type is checked. Raises ProtocolError."""
    try:
        fields = json.loads(octets)
        hits = tuple(AttachmentHit(*map(_text, hit)) for hit in fields["hits"])
        names = tuple(_text(name) for name in fields["names"])
        result, detail, parts = _text(fields["result"]), _text(fields["detail"]), _count(fields["parts"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProtocolError("an answer that is no finding") from error
    if result not in ("clean", "hits", "unscannable") or (result == "clean" and hits):
        raise ProtocolError("an answer that contradicts itself")
    return AttachmentFinding(hits, result, names, detail, parts)


def encode_words(words: tuple[str, ...]) -> bytes:
    """A list of words as JSON: what a new worker says first, the fences it could not set up."""
    return json.dumps(words).encode("ascii")


def decode_words(octets: bytes) -> tuple[str, ...]:
    """The words in this JSON. Raises ProtocolError."""
    try:
        return tuple(_text(word) for word in json.loads(octets))
    except (ValueError, TypeError, RecursionError) as error:
        raise ProtocolError("a greeting that is no list of words") from error


def _count(value: Any) -> int | None:  # noqa: ANN401  # as below
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise TypeError("no count")


def _text(value: Any) -> str:  # noqa: ANN401  # whatever stands in foreign JSON
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
