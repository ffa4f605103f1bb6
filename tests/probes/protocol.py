"""What the standards ask, asked of the real door: `python -m tests.probes.protocol`.

MUST is what the RFCs demand, SAFE what no hostile peer may reach, WANT what nobody does all of. The table is
`protocolcases`; here it is played, and a lying next hop is added, which speaks behind its 220 to STARTTLS.
"""

from __future__ import annotations

import re
import ssl
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.probes.doors import Door, doors, gateway, postfix, run
from tests.probes.protocolcases import CHECKS, CLOSED, MUST, SAFE, SILENCE, TLS, TOKEN, WANT, Check, Step
from tests.probes.sink import Sink, Taken
from tests.probes.talk import Talk
from tests.support.certificate import make
from tests.support.waiting import until

GRADES = (MUST, SAFE, WANT)
_OLD = {"TLS1.0": ssl.TLSVersion.TLSv1, "TLS1.1": ssl.TLSVersion.TLSv1_1}
# A refusal so early, or a whole dialogue's worth of consent, from whoever sits on the line to the next hop.
LIES = {
    "a hello behind 220 is not read": b"250-sink.example\r\n250 SIZE 1\r\n",
    "consent behind 220 is no delivery": b"250 sink.example\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n250 Taken\r\n250 Ok\r\n",
    "a refusal behind 220 refuses nothing": b"250 sink.example\r\n550 5.1.1 No\r\n550 5.1.1 No\r\n550 5.1.1 No\r\n",
}


class Failed(Exception):
    """A step went otherwise; the text says how."""


@dataclass(slots=True)
class Score:
    """How many of each grade were met, of how many, and what was not."""

    met: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def note(self, check: Check, failure: str) -> None:
        """`failure` "" is none."""
        self.asked[check.grade] += 1
        self.met[check.grade] += not failure
        if failure:
            self.failed.append(f"{check.grade} RFC {check.source}, {check.what}: {failure}")

    def __str__(self) -> str:
        """The figure."""
        return ", ".join(f"{grade} {self.met[grade]}/{self.asked[grade]}" for grade in GRADES)


def play(door: Door, check: Check, number: int) -> str:
    """Why a check is not met, "" when it is."""
    token = b"#%06d" % number
    before = len(door.sink.taken)
    try:
        with door.talk() as talk:
            promised = sum(_step(talk, step, token) for step in check.steps)
            talk.say(b"QUIT\r\n")
            talk.rest()
        _look(door, check, before, token, promised)
    except (Failed, OSError, ValueError) as failure:
        return str(failure)
    return ""


def _step(talk: Talk, step: Step, token: bytes) -> int:
    """1 when it was the promise to deliver a message."""
    if isinstance(step, bytes):
        talk.say(step.replace(TOKEN, token))
        return 0
    if step in (TLS, SILENCE, CLOSED, *_OLD):
        _event(talk, step)
        return 0
    said, arrow, wanted = step.rpartition("=> ")
    if said:
        talk.say(said.removesuffix(" ").encode() + b"\r\n")
    reply = talk.reply() if arrow else ""
    if not re.match(wanted, reply):
        raise Failed(f"{step[:60]!r} got {reply[:80]!r}")
    return "queued as" in reply


def _event(talk: Talk, step: str) -> None:
    if step == TLS:
        talk.start_tls()
    elif step in _OLD:
        with suppress(OSError):
            talk.start_tls(_OLD[step])
            raise Failed(f"{step} is spoken")
    elif step == SILENCE and not talk.is_silent():
        raise Failed(f"not silent: {talk.reply()!r}")
    elif step == CLOSED:
        talk.rest()
        if not talk.has_ended:
            raise Failed("the connection stays open")


def _look(door: Door, check: Check, before: int, token: bytes, promised: int) -> None:
    """What the next hop has."""
    if promised:
        until(lambda: len(door.sink.taken) >= before + promised, "what was taken arrives", seconds=10)
    copies = [each for each in door.sink.taken[before:] if token in each.wire]
    if check.comes is not None and len(copies) != check.comes:
        raise Failed(f"{len(copies)} messages came, not {check.comes}")
    for copy in copies:
        _compare(check, copy)


def _compare(check: Check, copy: Taken) -> None:
    if check.envelope is not None and not re.search(check.envelope, copy.envelope):
        raise Failed(f"the envelope is {copy.envelope!r}")
    if check.arrives is not None and not re.search(check.arrives, copy.octets, re.DOTALL):
        raise Failed(f"what arrived differs: {copy.octets[-120:]!r}")
    if check.lacks is not None and check.lacks in copy.octets:
        raise Failed(f"{check.lacks!r} arrived")


def protocol(door: Door, checks: Sequence[Check] = CHECKS) -> Score:
    """All of the table."""
    score = Score()
    for number, check in enumerate(checks):
        score.note(check, play(door, check, number))
    return score


Opener = Callable[..., AbstractContextManager[Door]]


def lied_to(folder: Path, opened: Opener, lies: dict[str, bytes], score: Score) -> None:
    """The next hop's line is in a liar's hands until the handshake; each lie is one SAFE check, added to `score`."""
    for number, (what, lie) in enumerate(lies.items()):
        place = folder / f"lie{number}"
        place.mkdir(parents=True)
        with (
            Sink(make(place, "sink").context(), lie) as sink,
            opened(place / "door", sink, onward_tls="require") as door,
        ):
            check = Check(SAFE, "3207 §6", what, ())
            score.note(check, _deceived(door))


def _deceived(door: Door) -> str:
    """How a lie was believed, "" when it was not."""
    with door.greeted() as talk:
        replies = [talk.ask(each) for each in ("MAIL FROM:<ann@shop.example>", "RCPT TO:<anne@office.example>", "DATA")]
        talk.say(b"Subject: through the lie\r\nFrom: ann@shop.example\r\n\r\nhello\r\n.\r\n")
        replies.append(talk.reply())
        talk.say(b"QUIT\r\n")
        talk.rest()
    if any(each.startswith("5") for each in replies):
        return f"the sender is told {replies!r}"
    taken = door.sink.taken
    if any(not each.is_encrypted for each in taken):
        return "the message went in clear"
    if replies[-1].startswith("250") and "queued as" not in replies[-1] and not taken:
        return f"nothing arrived, and the sender is told {replies[-1]!r}"
    return ""


def _score(folder: Path, door: Door, opened: Opener) -> Score:
    score = protocol(door)
    lied_to(folder / f"lies-{door.name}", opened, LIES, score)
    for line in score.failed:
        print(f"{door.name:8} NOT MET {line}", flush=True)
    return score


def _probe(folder: Path, peer: str) -> bool:
    openers: dict[str, Opener] = {"gateway": gateway, "postfix": postfix}
    scores = {door.name: _score(folder, door, openers[door.name]) for door in doors(folder, peer)}
    print("; ".join(f"{name} {score}" for name, score in scores.items()))
    ours = scores["gateway"]
    return ours.met[MUST] == ours.asked[MUST] and ours.met[SAFE] == ours.asked[SAFE]


if __name__ == "__main__":
    sys.exit(run("protocol", __doc__, _probe))
