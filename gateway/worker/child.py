"""The worker process: fences itself in, then answers one message after another on its pipes. Started by `host`.

Trusts nothing it reads; whatever goes wrong ends the process, and the gateway starts another.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, Final

from gateway.core.finding import AttachmentFinding
from gateway.worker.inspect import inspect
from gateway.worker.limits import allow_cpu, confine
from gateway.worker.protocol import (
    LENGTH_OCTETS,
    MESSAGE_MAXIMUM_OCTETS,
    encode_finding,
    encode_words,
    frame_length,
    length_prefix,
)

# Parts in parts and archives in archives are walked by loops; this is for the libraries.
RECURSION_MAXIMUM: Final = 2_000


def main() -> int:
    """Fence in, say what could not be, and serve until the pipe closes."""
    sys.setrecursionlimit(RECURSION_MAXIMUM)
    readable = tuple(path for path in (*sys.path, sys.prefix, sys.base_prefix) if path)
    answers = sys.stdout.buffer
    _write(answers, encode_words(confine(readable)))
    serve(sys.stdin.buffer, answers)
    return 0


def serve(messages: BinaryIO, answers: BinaryIO) -> None:
    """One finding for each message, until the end of the stream. Raises ProtocolError for a frame too long."""
    while prefix := messages.read(LENGTH_OCTETS):
        octets = messages.read(frame_length(prefix, MESSAGE_MAXIMUM_OCTETS))
        allow_cpu()
        _write(answers, encode_finding(examined(octets)))


def examined(octets: bytes) -> AttachmentFinding:
    """The finding, also when memory ends."""
    try:
        return inspect(octets)
    except MemoryError:
        return AttachmentFinding((), "unscannable", detail="needs more memory than the worker has")


def _write(answers: BinaryIO, octets: bytes) -> None:
    answers.write(length_prefix(len(octets)) + octets)
    answers.flush()
