"""The worker process: fences itself in, then answers one message after another. Started by `host`.

Its standard input is a socket: each message comes as a descriptor of memory that nobody can change any more.

Trusts nothing it reads; whatever goes wrong ends the process, and the gateway starts another.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing
from mmap import MAP_PRIVATE, PROT_READ, mmap
from typing import BinaryIO, Final

from gateway.core.finding import AttachmentFinding
from gateway.worker.inspect import inspect
from gateway.worker.limits import allow_cpu, confine
from gateway.worker.protocol import (
    LENGTH_OCTETS,
    MESSAGE_MAXIMUM_OCTETS,
    ProtocolError,
    encode_finding,
    encode_words,
    frame_length,
    length_prefix,
)

# Parts in parts and archives in archives are walked by loops; this is for the libraries.
RECURSION_MAXIMUM: Final = 2_000


def main() -> int:
    """Fence in, say what could not be, and serve until the gateway closes its end."""
    sys.setrecursionlimit(RECURSION_MAXIMUM)
    messages = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    readable = tuple(path for path in (*sys.path, sys.prefix, sys.base_prefix) if path)
    answers = sys.stdout.buffer
    _write(answers, encode_words(confine(readable)))
    serve(messages, answers)
    return 0


def serve(messages: socket.socket, answers: BinaryIO) -> None:
    """One finding for each message, until the other end closes. Raises ProtocolError for what is no message."""
    while True:
        prefix, descriptors, _, _ = socket.recv_fds(messages, LENGTH_OCTETS, 1)
        if not prefix:
            return
        if not descriptors:
            raise ProtocolError("a message without its octets")
        length = frame_length(prefix, MESSAGE_MAXIMUM_OCTETS)
        allow_cpu()
        _write(answers, encode_finding(_examined(descriptors[0], length)))


def _examined(descriptor: int, length: int) -> AttachmentFinding:
    """The finding about what the descriptor leads to; it is closed."""
    try:
        if not length:
            return examined(b"")
        # Mapped, not read: what nobody looks at is never there. Linux before 6.7 shares nothing that is sealed.
        with closing(mmap(descriptor, length, MAP_PRIVATE, PROT_READ)) as octets:
            return examined(octets)
    finally:
        os.close(descriptor)


def examined(octets: bytes | mmap) -> AttachmentFinding:
    """The finding, also when memory ends."""
    try:
        return inspect(octets)
    except MemoryError:
        return AttachmentFinding((), "unscannable", detail="needs more memory than the worker has")


def _write(answers: BinaryIO, octets: bytes) -> None:
    answers.write(length_prefix(len(octets)) + octets)
    answers.flush()
