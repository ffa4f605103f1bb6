"""Names: a server that is dead, slow or lying. No mail is lost or refused for it, and no lie is believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.probes.failing.faults import Fault, Outcome, measure
from tests.probes.failing.names import Manner
from tests.probes.failing.stage import Stage, stage

# What must be `temperror`, never a pass nor "no record"; the rest is seen through and answered well in the end.
BLIND: tuple[tuple[str, Manner], ...] = (
    ("DNS dead", "dead"),
    ("DNS slow (8 s)", "slow"),
    ("DNS answers with a wrong id", "wrong-id"),
    ("DNS answers another question", "wrong-question"),
    ("DNS says SERVFAIL", "servfail"),
    ("DNS truncates, and over TCP too", "truncated"),
    ("DNS answers with noise", "noise"),
    ("DNS answers are followed by junk", "huge"),
)


def fault(name: str, manner: Manner) -> Fault:
    """One manner."""

    def begin(at: Stage) -> None:
        at.names.manner = manner

    def end(at: Stage) -> None:
        at.names.manner = "well"

    words = "Names can't be looked up"
    return Fault(name, begin, end, "dns", words=words, own="temperror", recovered_reasons="unscanned")


def run() -> Iterator[Outcome]:
    """Each in turn; what is answered is good for no time, so that every message asks."""
    with stage() as made:
        for name, manner in BLIND:
            yield measure(made, fault(name, manner))
    with stage({"failure": 'rspamd = "mark"\ndns = "defer"'}) as made:
        yield measure(made, replace(fault("DNS dead, failure.dns=defer", "dead"), reply="451 "))
