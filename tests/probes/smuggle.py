"""A second message hidden in the first, by every end of data that some server takes: `python -m tests.probes.smuggle`.

Each sequence goes each way: at once, an octet a packet, within TLS, pipelined, from a relay client, at the very
beginning, behind a refused DATA, by BDAT. What the next hop got decides: *safe* (one whole message), *refused*,
*split* (two out of one), *cut* (taken, not whole), *leaked* (what a lenient next hop would read as the end).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.probes.doors import RELAY, STRANGER, Door, doors, run
from tests.probes.sink import Taken
from tests.probes.talk import Talk
from tests.support.waiting import until

STRICT = b"\r\n.\r\n"
SEQUENCES: tuple[bytes, ...] = (
    # One dot between all ends of line that somebody takes.
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r.\n", b"\n.\r",
    b"\r\n.\r\r\n", b"\r\r\n.\n", b"\r\r\n.\r\r\n", b"\n\r.\n\r", b"\n\r.\r\n", b"\r\n.\n\r", b"\n\n.\n\n",
    b"\r\r.\r\r",
    # NUL, which many drop.
    b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\n.\r\0\n", b"\r\0\n.\r\n", b"\0\r\n.\0\r\n", b"\n\0.\n", b"\r\0\n\0.\0\r\0\n",
    # Stuffed dots: whoever takes one away too often, or too seldom.
    b"\r\n..\r\n", b"\r\n..\n", b"\n..\r\n", b"\n..\n", b"\r\n...\r\n", b"\r..\r", b"\r\n.\r.\r\n", b"\r\n.\n.\r\n",
    # Blanks and other controls at the dot.
    b"\r\n. \r\n", b"\r\n.\t\r\n", b"\r\n .\r\n", b"\x0b.\x0b", b"\x0c.\x0c", b"\r\n.\x1a\r\n", b"\r\n\x08.\r\n",
    b"\r\n.\x7f\r\n",
    # Neighbours beyond ASCII: next line, line separator, paragraph separator, CRLF with the eighth bit.
    b"\x85.\x85", b"\xc2\x85.\xc2\x85", b"\xe2\x80\xa8.\xe2\x80\xa8", b"\xe2\x80\xa9.\xe2\x80\xa9",
    b"\x8d\x8a\xae\x8d\x8a", b"\x8d\x8a.\x8d\x8a", b"\r\n\xff.\r\n", b"\r\n.\xff\r\n", b"\r\n\xae\r\n",
    b"\xc0\x8d\xc0\x8a.\xc0\x8d\xc0\x8a", b"\r\n\xef\xbb\xbf.\r\n", b"\r\n\xef\xbc\x8e\r\n", b"\r\n\xe3\x80\x82\r\n",
)  # fmt: skip
# What a reader that takes CR or LF alone, and drops NUL, would end at.
_LENIENT = re.compile(rb"(?:\A|[\r\n])\.[\r\n]")
_VERDICTS = ("safe", "refused", "split", "cut", "leaked")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sequence on its way; `token` makes it unlike all others."""

    number: int
    sequence: bytes

    @property
    def token(self) -> bytes:
        """In what stands behind the sequence."""
        return b"after-%05d-" % self.number

    @property
    def head(self) -> bytes:
        """The honest message up to the sequence."""
        return b"Subject: honest\r\nFrom: ann@shop.example\r\nTo: anne@office.example\r\n\r\nbefore-%05d-" % self.number

    @property
    def tail(self) -> bytes:
        """What would be the second transaction; CRLF ends it."""
        return (
            b"MAIL FROM:<evil@shop.example>\r\nRCPT TO:<boss@office.example>\r\nDATA\r\n"
            b"Subject: hidden\r\nFrom: evil@shop.example\r\n\r\n" + self.token + b"\r\n"
        )

    @property
    def content(self) -> bytes:
        """All of it, without an end."""
        return self.head + self.sequence + self.tail


def _envelope(talk: Talk, domain: str = "office.example") -> None:
    talk.ask("MAIL FROM:<ann@shop.example>")
    talk.ask(f"RCPT TO:<anne@{domain}>")


def _by_data(door: Door, *, source: str = STRANGER, is_encrypted: bool = False) -> Talk:
    talk = door.greeted(source, is_encrypted=is_encrypted)
    _envelope(talk)
    talk.ask("DATA")
    return talk


def _whole(door: Door, attempt: Attempt, *, source: str = STRANGER, is_encrypted: bool = False) -> Talk:
    talk = _by_data(door, source=source, is_encrypted=is_encrypted)
    talk.say(attempt.content + b".\r\n")
    return talk


def _octets(door: Door, attempt: Attempt) -> Talk:
    talk = _by_data(door)
    talk.say(attempt.head)
    talk.drip(attempt.sequence)
    talk.say(attempt.tail + b".\r\n")
    return talk


def _first(door: Door, attempt: Attempt) -> Talk:
    talk = _by_data(door)
    # The line that DATA stands on has its end already.
    talk.say(attempt.sequence.removeprefix(b"\r\n") + attempt.tail + b".\r\n")
    return talk


def _pipelined(door: Door, attempt: Attempt) -> Talk:
    talk = door.greeted()
    talk.say(b"MAIL FROM:<ann@shop.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\n")
    for _ in range(3):
        talk.reply()
    talk.say(attempt.content + b".\r\n")
    return talk


def _refused(door: Door, attempt: Attempt) -> Talk:
    talk = door.greeted()
    _envelope(talk, "victim.example")
    talk.ask("DATA")
    talk.say(attempt.content + b".\r\n")
    return talk


def _blind(door: Door, attempt: Attempt) -> Talk:
    talk = door.greeted()
    talk.say(b"MAIL FROM:<ann@shop.example>\r\nRCPT TO:<anne@victim.example>\r\nDATA\r\n" + attempt.content + b".\r\n")
    return talk


def _bdat(door: Door, attempt: Attempt) -> Talk:
    talk = door.greeted()
    _envelope(talk)
    talk.say(b"BDAT %d LAST\r\n" % len(attempt.content) + attempt.content)
    return talk


def _chunks(door: Door, attempt: Attempt) -> Talk:
    """A chunk ends behind each octet of the sequence."""
    talk = door.greeted()
    _envelope(talk)
    for piece in (attempt.head, *(bytes((octet,)) for octet in attempt.sequence)):
        talk.say(b"BDAT %d\r\n" % len(piece) + piece)
        talk.reply()
    talk.say(b"BDAT %d LAST\r\n" % len(attempt.tail) + attempt.tail)
    return talk


WAYS: dict[str, Callable[[Door, Attempt], Talk]] = {
    "at once": _whole,
    "octets": _octets,
    "tls": lambda door, attempt: _whole(door, attempt, is_encrypted=True),
    "pipelined": _pipelined,
    "relay client": lambda door, attempt: _whole(door, attempt, source=RELAY),
    "relay client in tls": lambda door, attempt: _whole(door, attempt, source=RELAY, is_encrypted=True),
    "first": _first,
    "refused": _refused,
    "blind": _blind,
    "bdat": _bdat,
    "chunks": _chunks,
}


def knock(door: Door, way: str, attempt: Attempt) -> str:
    """The verdict on one attempt."""
    before = len(door.sink.taken)
    with WAYS[way](door, attempt) as talk:
        talk.say(b"QUIT\r\n")
        replies = talk.rest()
    # What a queueing server has taken arrives a little later.
    promised = sum("queued as" in each for each in replies)
    if promised:
        until(lambda: len(door.sink.taken) >= before + promised, "what was taken arrives", pause_seconds=0.005)
    return judge(attempt, door.sink.taken[before:], has_head=way != "first")


def judge(attempt: Attempt, arrived: list[Taken], *, has_head: bool) -> str:
    """What the next hop's messages prove."""
    if not arrived:
        return "refused"
    if len(arrived) > 1 or any("evil@" in each.mail for each in arrived):
        return "split"
    wire = arrived[0].wire
    if attempt.token not in wire or (has_head and attempt.head[-13:] not in wire):
        return "cut"
    return "leaked" if _LENIENT.search(wire.replace(b"\0", b"")) else "safe"


def attempts(every: int = 1) -> Iterator[tuple[str, Attempt]]:
    """Every sequence, every way; with `every`, only each Nth."""
    number = 0
    # By BDAT the strict end is content, which has to be stuffed on its way.
    pairs = [(way, each) for each in SEQUENCES for way in WAYS]
    pairs += [(way, STRICT) for way in ("bdat", "chunks")]
    for number, (way, sequence) in enumerate(pairs):
        if number % every == 0:
            yield way, Attempt(number, sequence)


def smuggle(door: Door, every: int = 1) -> Counter[str]:
    """Verdicts, counted; a line for each sequence that shows which way got which."""
    tally: Counter[str] = Counter()
    lines: dict[bytes, dict[str, list[str]]] = {}
    for way, attempt in attempts(every):
        verdict = knock(door, way, attempt)
        tally[verdict] += 1
        lines.setdefault(attempt.sequence, {}).setdefault(verdict, []).append(way)
    for sequence, verdicts in lines.items():
        parts = [f"{verdict} {len(ways)}" + _named(verdict, ways) for verdict, ways in sorted(verdicts.items())]
        print(f"{door.name:8} {sequence!r:44} {', '.join(parts)}", flush=True)
    return tally


def _named(verdict: str, ways: list[str]) -> str:
    return f" ({', '.join(ways)})" if verdict in ("split", "cut", "leaked") else ""


def is_well(tally: Counter[str]) -> bool:
    """Nothing but safe and refused."""
    return set(tally) <= {"safe", "refused"}


def _probe(folder: Path, peer: str) -> bool:
    tallies = {}
    for door in doors(folder, peer):
        tallies[door.name] = smuggle(door)
    figures = [
        f"{name} {tally['safe'] + tally['refused']}/{tally.total()} ("
        + ", ".join(f"{verdict} {tally[verdict]}" for verdict in _VERDICTS)
        + ")"
        for name, tally in tallies.items()
    ]
    print("safe or refused: " + "; ".join(figures))
    return is_well(tallies["gateway"])


if __name__ == "__main__":
    sys.exit(run("smuggle", __doc__, _probe))
