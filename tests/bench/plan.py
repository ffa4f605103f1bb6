"""What is measured in which order: kinds of mail, numbers of connections, forms, and who takes the next turn. Pure."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

GATEWAY: Final = "gateway"
UNAUTHENTICATED: Final = "gateway, no authentication"
UNCHECKED: Final = "gateway, no checks"
FILTERED: Final = "postfix + rspamd"
PLAIN: Final = "postfix"
# Each is compared with the one behind it.
PEER_OF: Final = {GATEWAY: FILTERED, UNAUTHENTICATED: FILTERED, UNCHECKED: PLAIN}
EVERYBODY: Final = (GATEWAY, UNAUTHENTICATED, FILTERED, UNCHECKED, PLAIN)
KINDS: Final = ("small", "mixed", "large")


@dataclass(frozen=True, slots=True)
class Load:
    """One line of the plan: so many messages of a kind over so many connections, in so many rounds."""

    kind: str
    connections: int
    messages: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is run. `samples` says how many different messages of each kind there are."""

    loads: tuple[Load, ...]
    peers: tuple[str, ...]
    samples: dict[str, int]


@dataclass(frozen=True, slots=True)
class Form:
    """How long it takes: rounds, different messages, messages a turn for each kind."""

    rounds: int
    samples: dict[str, int]
    messages: dict[str, int]
    connections: dict[str, tuple[int, ...]]


SHORT: Final = Form(
    3,
    {"small": 40, "mixed": 50, "large": 3},
    {"small": 100, "mixed": 50, "large": 6},
    {"small": (1, 10, 50), "mixed": (1, 10, 50), "large": (1, 8)},
)
FULL: Final = Form(
    5,
    {"small": 40, "mixed": 300, "large": 8},
    {"small": 300, "mixed": 300, "large": 16},
    {"small": (1, 10, 50), "mixed": (1, 10, 50), "large": (1, 8)},
)


def order(peers: Sequence[str], round_number: int) -> tuple[str, ...]:
    """The peers in the order of this round: each begins as often as the others."""
    at = round_number % len(peers)
    return (*peers[at:], *peers[:at])


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = argparse.ArgumentParser(prog="make bench", description="Measure the gateway against Postfix with rspamd.")
    made.add_argument("--interface", action="store_true", help="only the interface (a minute)")
    made.add_argument("--full", action="store_true", help="more messages and five rounds (about 25 minutes)")
    made.add_argument("--kinds", default=",".join(KINDS), help="of small,mixed,large")
    made.add_argument("--connections", default="", help="such as 1,10 (default: 1,10,50; for large mail 1,8)")
    made.add_argument("--peers", default=",".join(EVERYBODY), help="names as in the table, with commas: see README")
    made.add_argument("--rounds", type=int, default=0, help="turns of each peer")
    made.add_argument("--messages", type=int, default=0, help="messages in one turn")
    made.add_argument("--json", default="", help="a file for the figures, one object a line")
    made.add_argument(
        "--trace", default="", help="a folder: the gateway runs under cProfile and leaves its profile there"
    )
    return made


# What is short to type for each peer.
NAMES: Final = {
    "gateway": GATEWAY,
    "noauth": UNAUTHENTICATED,
    "filtered": FILTERED,
    "nochecks": UNCHECKED,
    "plain": PLAIN,
}


def plan_of(options: argparse.Namespace) -> Plan:
    """The plan that these options ask for. Raises ValueError for a word that means nothing."""
    form = FULL if options.full else SHORT
    kinds = _words(options.kinds, KINDS, "kind of mail")
    peers = _peers(options.peers)
    chosen = tuple(int(word) for word in options.connections.split(",") if word)
    loads = tuple(
        Load(kind, connections, options.messages or form.messages[kind], options.rounds or form.rounds)
        for kind in kinds
        for connections in chosen or form.connections[kind]
    )
    return Plan(loads, peers, {kind: form.samples[kind] for kind in kinds})


def _peers(text: str) -> tuple[str, ...]:
    if text == ",".join(EVERYBODY):
        return EVERYBODY
    return tuple(NAMES[word] for word in _words(text, tuple(NAMES), "peer"))


def _words(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    found = tuple(text.split(","))
    for word in found:
        if word not in known:
            raise ValueError(f"{word!r} is no {what}: {', '.join(known)}")
    return found
