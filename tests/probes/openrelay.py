"""Every known way to make a gateway relay for a stranger: `python -m tests.probes.openrelay`.

Each form of address, from each kind of client and each way: none may be accepted, and nothing may come out behind.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.probes.doors import RELAY, STRANGER, Door, doors, run
from tests.probes.talk import Talk
from tests.support.waiting import until

OURS, THEIRS = "office.example", "victim.example"
KNOWN = f"anne@{OURS}"
FORMS: tuple[str, ...] = (
    # Somebody else's, by any name that is like ours.
    f"<eve@{THEIRS}>", f"<eve@{THEIRS.upper()}>", f"<eve@sub.{OURS}>", f"<eve@{OURS}.{THEIRS}>", f"<eve@x{OURS}>",
    f"<postmaster@{THEIRS}>", f"<abuse@sub.{OURS}>", f"<eve+{OURS}@{THEIRS}>", f"<anne={OURS}@{THEIRS}>",
    f"<bounce-1-anne={OURS}@{THEIRS}>", f"<SRS0=abcd=XX={OURS}=anne@{THEIRS}>", f"<prvs=1234abcdef=anne@{THEIRS}>",
    # Percent hack, bang path, and both within quotes.
    f"<eve%{THEIRS}@{OURS}>", f"<eve%{THEIRS}%{OURS}@{OURS}>", f"<anne%{OURS}@{THEIRS}>", f"<{THEIRS}!eve@{OURS}>",
    f"<{OURS}!{THEIRS}!eve@{OURS}>", f"<{THEIRS}!eve>", f'<"eve@{THEIRS}"@{OURS}>', f'<"eve%{THEIRS}"@{OURS}>',
    f'<"{THEIRS}!eve"@{OURS}>', f'<"eve\\@{THEIRS}"@{OURS}>', f'<"anne@{OURS}"@{THEIRS}>', f'<"eve@{THEIRS}">',
    f'<"<eve@{THEIRS}>"@{OURS}>', f'<eve"@"{THEIRS}@{OURS}>',
    # Source routes.
    f"<@{OURS}:eve@{THEIRS}>", f"<@{OURS},@{THEIRS}:eve@{THEIRS}>", f"<@{THEIRS}:eve@{THEIRS}>",
    f"<@{OURS}:eve%{THEIRS}@{OURS}>", f"<@{OURS}:@{THEIRS}:eve@{THEIRS}>", f"<@[127.0.0.1]:eve@{THEIRS}>",
    # Two in one, broken brackets, groups, comments.
    f"<eve@{THEIRS}@{OURS}>", f"<anne@{OURS}@{THEIRS}>", f"<eve@{THEIRS},anne@{OURS}>",
    f"<eve@{THEIRS};anne@{OURS}>",
    f"<eve@{THEIRS}> <anne@{OURS}>", f"<anne@{OURS}> <eve@{THEIRS}>", f"eve@{THEIRS}", f"<eve@{THEIRS}",
    f"eve@{THEIRS}>", f"<<eve@{THEIRS}>>", f"<staff:eve@{THEIRS};>", f"staff:eve@{THEIRS};", f"<eve {KNOWN}@{THEIRS}>",
    f"<(x)eve@{THEIRS}>", f"<eve@{THEIRS}(x)>", f"<eve@{THEIRS} >", f"<eve@{THEIRS}({OURS})>", f'"Eve" <eve@{THEIRS}>',
    f"<mailto:eve@{THEIRS}>",
    # Address literals, in all spellings, and names of this machine.
    "<eve@[127.0.0.1]>", "<anne@[127.0.0.1]>", "<eve@[IPv6:::1]>", "<eve@[IPv6:::ffff:127.0.0.1]>", "<eve@[::1]>",
    "<eve@[0x7f.1]>", "<eve@[2130706433]>", f"<eve@[dns:{THEIRS}]>", "<eve@127.0.0.1>", "<eve@2130706433>",
    "<eve@localhost>", "<eve@localhost.localdomain>", "<eve@mx.office.example>", "<eve@[IPv6:fe80::1%lo]>",
    # Dots where none belongs.
    f"<eve@{THEIRS}.>", f"<eve@.{OURS}>", f"<eve@{OURS}..>", "<eve@office..example>", "<eve@officexexample>",
    "<eve@example>",
    # Letters that only look alike, or that a careless reader maps to ours.
    "<eve@\u03bfffice.example>", "<eve@\u043effice.example>", "<eve@office\u3002example>", "<eve@office.example\u200b>",
    "<eve@off\u00adice.evil.example>", "<eve@xn--ffice-0ce.example>", "<eve@o\ufb03ce.victim.example>",
    f"<eve\uff20{THEIRS}>", f"<eve@{THEIRS}\uff20{OURS}>",
    # Nobody, and what is no address.
    "<eve>", "<eve@>", f"<@{OURS}>", "<@>", "<>", "< >", "", f"<=?utf-8?q?eve=40{THEIRS}?=@{THEIRS}>",
    f"<=?utf-8?b?ZXZlQHZpY3RpbS5leGFtcGxl?=@{THEIRS}>", f"<|/bin/sh@{THEIRS}>", f"<../../etc/passwd@{THEIRS}>",
    f"<-bounce@{THEIRS}>", "<root>", f"<postmaster%{THEIRS}>", f"<eve@{THEIRS}:25>", f"<eve@{OURS}@>",
)  # fmt: skip
# Another domain's parameters must not make a difference.
_PARAMETERS = f" NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;anne@{OURS}"


@dataclass(frozen=True, slots=True)
class Way:
    """Who asks, and how. `is_stranger` False: a relay client that uses somebody else's name."""

    name: str
    mail: str
    source: str = STRANGER
    parameters: str = ""
    is_encrypted: bool = False
    begins: tuple[str, ...] = ()
    is_pipelined: bool = False

    @property
    def is_stranger(self) -> bool:
        """True for who may relay nothing under any name."""
        return self.source == STRANGER


WAYS: tuple[Way, ...] = (
    Way("a stranger", f"<eve@{THEIRS}>"),
    Way("as one of ours", f"<anne@{OURS}>"),
    Way("null", "<>"),
    Way("as postmaster", f"<postmaster@{OURS}>"),
    Way("AUTH=", f"<eve@{THEIRS}> AUTH=anne@{OURS}"),
    Way("SIZE BODY RET ENVID", f"<anne@{OURS}> SIZE=1 BODY=8BITMIME RET=HDRS ENVID=relay"),
    Way("SMTPUTF8", f"<eve@{THEIRS}> SMTPUTF8"),
    Way("ORCPT", f"<anne@{OURS}>", parameters=_PARAMETERS),
    Way("within TLS", f"<anne@{OURS}>", is_encrypted=True),
    Way("after RSET", f"<anne@{OURS}>", begins=("MAIL FROM:<ann@shop.example>", f"RCPT TO:<{KNOWN}>", "RSET")),
    Way("pipelined", f"<anne@{OURS}>", is_pipelined=True),
    Way("pipelined, null", "<>", is_pipelined=True),
    Way("relay client as others", f"<eve@{THEIRS}>", source=RELAY),
)


@dataclass(slots=True)
class Outcome:
    """Forms that were refused and taken, by way, and what came out behind all the same."""

    refused: int = 0
    taken: list[str] = field(default_factory=list)
    relayed: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """All of them."""
        return self.refused + len(self.taken)


def _begin(door: Door, way: Way) -> Talk:
    talk = door.greeted(way.source, is_encrypted=way.is_encrypted)
    for command in way.begins:
        talk.ask(command)
    return talk


def _asked(door: Door, way: Way, form: str) -> tuple[str, list[str]]:
    """The reply to one form, and the recipients outside that came out behind."""
    before = len(door.sink.taken)
    with _begin(door, way) as talk:
        mail, rcpt = f"MAIL FROM:{way.mail}\r\n".encode(), f"RCPT TO:{form}{way.parameters}\r\n".encode()
        if way.is_pipelined:
            talk.say(mail + rcpt + b"DATA\r\n")
            first, reply, data = talk.reply(), talk.reply(), talk.reply()
        else:
            talk.say(mail)
            first = talk.reply()
            talk.say(rcpt)
            reply, data = talk.reply(), talk.ask("DATA")
        if not first.startswith("250"):
            raise ValueError(f"{way.name}: MAIL got {first!r}")
        if data.startswith("354"):
            talk.say(b"Subject: relayed\r\nFrom: eve@victim.example\r\n\r\nrelayed\r\n.\r\n")
        talk.say(b"QUIT\r\n")
        replies = talk.rest()
    if any("queued as" in each for each in replies):
        # A queueing server may also keep it, or send it back; then nothing comes.
        with suppress(TimeoutError):
            until(lambda: len(door.sink.taken) > before, "it comes", seconds=0.5, pause_seconds=0.005)
    return reply, [rcpt for each in door.sink.taken[before:] for rcpt in each.recipients if f"@{OURS}>" not in rcpt]


def openrelay(door: Door, every: int = 1, ways: tuple[Way, ...] = WAYS) -> Outcome:
    """Each form each way; a line for each way."""
    whole = Outcome()
    for way in ways:
        outcome = Outcome()
        # Who refuses everybody proves nothing.
        if not _asked(door, way, f"<{KNOWN}>")[0].startswith("250"):
            raise ValueError(f"{way.name}: a recipient of ours is refused")
        for form in FORMS[::every]:
            reply, outside = _asked(door, way, form)
            if reply[:1] in ("4", "5", ""):
                outcome.refused += 1
            else:
                outcome.taken.append(form)
            outcome.relayed += outside
        print(f"{door.name:8} {way.name:24} refused {outcome.refused}/{outcome.asked}" + _odd(outcome), flush=True)
        whole.refused += outcome.refused
        whole.taken += outcome.taken
        whole.relayed += outcome.relayed
    return whole


def _odd(outcome: Outcome) -> str:
    return f", taken: {' '.join(outcome.taken)}" if outcome.taken else ""


def _probe(folder: Path, peer: str) -> bool:
    outcomes = {door.name: openrelay(door, ways=_ways(door)) for door in doors(folder, peer)}
    print(
        f"{len(FORMS)} forms: "
        + "; ".join(
            f"{name} refused {each.refused}/{each.asked}, taken {len(each.taken)}, relayed {len(each.relayed)}"
            for name, each in outcomes.items()
        )
    )
    return not outcomes["gateway"].taken and not outcomes["gateway"].relayed


def _ways(door: Door) -> tuple[Way, ...]:
    """Postfix's relay clients may use any name, by design."""
    return WAYS if door.name == "gateway" else tuple(way for way in WAYS if way.is_stranger)


if __name__ == "__main__":
    sys.exit(run("openrelay", __doc__, _probe))
