"""The office's server: refusing, resetting, full, tarpitting. The spool takes what cannot go on to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.probes.failing.faults import Fault, Outcome, measure
from tests.probes.failing.stage import Stage, stage
from tests.support.nexthop import Profile
from tests.support.waiting import until

WELL = Profile()
AWAY = "does not answer"
SICK = "refuses the gateway itself"


def fault(name: str, profile: Profile, states: tuple[str, ...], words: str, reply: str = "250 ") -> Fault:
    """What its profile says."""

    def begin(at: Stage) -> None:
        at.hop.profile = profile
        # The end of the fault before it let every dot be answered.
        at.backstage.call(at.hop.may_answer_dot.clear)
        at.backstage.call(at.hop.hang_up)

    def end(at: Stage) -> None:
        at.hop.profile = WELL
        at.backstage.call(at.hop.may_answer_dot.set)
        if not profile.stores_silently:
            at.backstage.call(at.hop.hang_up)

    return Fault(
        name, begin, end, "backend:office", states, reply, "", words, mail_first=True, recovered_reasons="unscanned"
    )


FAULTS = (
    fault("backend refuses everybody (554)", replace(WELL, greeting="554 5.7.1 Go away"), ("sick",), SICK),
    fault("backend is busy (421)", replace(WELL, greeting="421 4.3.2 Busy"), ("away",), AWAY),
    fault("backend resets each connection", replace(WELL, greeting="!"), ("away",), AWAY),
    fault("backend resets in the content", replace(WELL, drops_after_octets=1), ("away",), AWAY),
    fault("backend is full (452 4.3.1)", replace(WELL, mail="452 4.3.1 Insufficient resources"), ("away",), AWAY),
    fault("backend demands a login (530)", replace(WELL, mail="530 5.7.1 Not authenticated"), ("sick",), SICK),
)
# The budget of a sender is 45 s by default; here it is what a sender may wait for a bare answer.
SHORT = {
    "timeouts": "answer_budget_seconds = 12.0\nchecks_seconds = 10.0",
    "rspamd": 'scan_socket = "/nowhere"\ncontroller_socket = "/nowhere"\ntimeout_seconds = 5.0',
    "clamd": "timeout_seconds = 2.0",
}
POLICY = (
    fault(
        "backend away, failure.backend=defer",
        replace(WELL, greeting="!"),
        ("away",),
        AWAY,
        reply=r"451 4\.4\.1|451",
    ),
)


def run() -> Iterator[Outcome]:
    """Each in turn; then the tarpits, whose senders wait for the whole budget; then the other policy."""
    with stage() as made:
        for each in FAULTS:
            yield measure(made, each)
    with stage(SHORT) as made:
        yield measure(made, tarpit("backend never greets", replace(WELL, greeting="")))
        yield measure(made, tarpit("backend is slow at MAIL (60 s)", replace(WELL, mail_delay_seconds=60.0)))
        yield _silent_after_the_dot(made)
    with stage({"failure": 'rspamd = "mark"\nbackend = "defer"'}) as made:
        for each in POLICY:
            yield measure(made, each)


def _silent_after_the_dot(made: Stage) -> Outcome:
    """The doubtful one: the server has it and answers late. There is one copy, and nothing waits in the end."""
    made.memory_at_rest()
    before = len(made.hop.messages)
    outcome = measure(made, tarpit("backend silent after the dot", replace(WELL, stores_silently=True)))
    try:
        until(lambda: not made.ask("queue", "list")["items"], "the late answer settles what was in doubt", 20, 0.5)
    except TimeoutError as error:
        outcome.failures.append(str(error))
    # The doubtful one, and the one that was sent after the recovery.
    if (copies := len(made.hop.messages) - before) != 2:
        outcome.failures.append(f"{copies} copies of 2 messages")
    return outcome


def tarpit(name: str, profile: Profile) -> Fault:
    """Its sender has 250 from the spool when the budget ends, and the state is told then."""
    return replace(fault(name, profile, ("away",), AWAY), told_after_answer=True)
