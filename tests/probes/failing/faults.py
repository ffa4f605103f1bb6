"""One fault from its beginning to the recovery: what is asked of the gateway, and what it did."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.probes.failing.stage import Sent, Stage

TOLD_SECONDS = 5.0
ANSWERED_SECONDS = 15.0
# A sender's own pause is minutes; a person who has mended something waits for as long as this.
BACK_SECONDS = 30.0
# reliability.md §10 row 25.
MEMORY_MIB = 120.0
MEMORY_GROWTH = 0.2

Act = Callable[[Stage], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """`begin` makes it and `end` mends it. `part` is whose state must be told, as one of `states`, None for none.

    `reply` is a pattern for what the sender gets meanwhile, `reasons` one for X-Poterne-Reasons when it is delivered,
    `words` one for `poterne status`. `mail_first`: the state is seen by the first mail that meets it.
    `told_after_answer`: not before that mail's sender has its answer. `own` is the result of our SPF check that it
    must have all the same. `meanwhile` is done when all that was looked at, before the end.
    """

    name: str
    begin: Act
    end: Act
    part: str | None
    states: tuple[str, ...] = ("down",)
    reply: str = "250 "
    reasons: str = ""
    words: str = ""
    mail_first: bool = False
    own: str = "pass"
    recovered_reasons: str = ""
    meanwhile: Act | None = None
    told_after_answer: bool = False
    told_within_seconds: float = TOLD_SECONDS


@dataclass
class Outcome:
    """What was measured; `failures` in words, none when all was as it should be."""

    fault: str
    sent: Sent
    told_seconds: float | None
    back_seconds: float | None
    failures: list[str] = field(default_factory=list)
    memory_mib: float = 0.0

    def line(self) -> str:
        """For people."""
        told = "-" if self.told_seconds is None else f"{self.told_seconds:.1f} s"
        back = "-" if self.back_seconds is None else f"{self.back_seconds:.1f} s"
        said = f"{self.sent.code} after {self.sent.seconds:.1f} s"
        memory = f"{self.memory_mib:.0f} MiB" if self.memory_mib else "-"
        verdict = "; ".join(self.failures) or "ok"
        return f"{self.fault:36} {said:19} told {told:6} back {back:7} {memory:8} {verdict}"


def measure(stage: Stage, fault: Fault) -> Outcome:
    """Break it, send, look, mend it, look and send again."""
    at_rest = stage.memory_at_rest()
    delivered = len(stage.hop.messages)
    began = time.monotonic()
    fault.begin(stage)
    told = None
    if fault.part is not None and not fault.mail_first:
        told = stage.await_told(fault.part, fault.states, began, fault.told_within_seconds + 2)
        sent = stage.send()
    else:
        sent = stage.send()
        if fault.part is not None:
            told = stage.await_told(fault.part, fault.states, began, fault.told_within_seconds + 2)
        if told is not None and fault.told_after_answer:
            told = max(0.0, told - sent.seconds)
    outcome = Outcome(fault.name, sent, told, None)
    try:
        _judge(stage, fault, outcome, delivered)
        if fault.meanwhile is not None:
            fault.meanwhile(stage)
    except (TimeoutError, RuntimeError) as error:
        outcome.failures.append(str(error))
    _recover(stage, fault, outcome)
    outcome.memory_mib = stage.memory_mib()
    if outcome.memory_mib > min(MEMORY_MIB, at_rest * (1 + MEMORY_GROWTH)):
        outcome.failures.append(f"{outcome.memory_mib:.0f} MiB of memory, {at_rest:.0f} at rest")
    return outcome


def _judge(stage: Stage, fault: Fault, outcome: Outcome, delivered: int) -> None:
    fail = outcome.failures.append
    sent = outcome.sent
    if fault.part is not None and (outcome.told_seconds is None or outcome.told_seconds > fault.told_within_seconds):
        fail(f"{fault.part} was not told within {fault.told_within_seconds:g} s")
    if not re.match(fault.reply, f"{sent.code} {sent.text}"):
        fail(f"the sender got {sent.code} {sent.text}")
    if sent.seconds > ANSWERED_SECONDS:
        fail("the sender waited too long")
    new = stage.hop.messages[delivered:]
    if sent.code != 250 and new:
        fail("it was delivered although the sender was put off")
    if fault.reasons and not (new and re.search(fault.reasons, reasons_of(new[-1].octets))):
        fail(f"it was not delivered with the reason {fault.reasons}")
    if fault.words and not re.search(fault.words, words := stage.words()):
        fail(f"status does not say {fault.words}: {words[:300]}")
    if fault.own and (result := stage.evidence().get("spf")) != fault.own:
        fail(f"our own SPF check says {result}")


def _recover(stage: Stage, fault: Fault, outcome: Outcome) -> None:
    mended = time.monotonic()
    fault.end(stage)
    if fault.part is not None:
        outcome.back_seconds = stage.await_told(fault.part, ("up",), mended, BACK_SECONDS)
        if outcome.back_seconds is None:
            outcome.failures.append("it did not recover")
    again = stage.send()
    if again.code != 250:
        outcome.failures.append(f"after recovery the sender got {again.code} {again.text}")
    elif "unscanned" in reasons_of(stage.hop.messages[-1].octets) and fault.recovered_reasons != "unscanned":
        outcome.failures.append("after recovery mail is not scanned")


def reasons_of(octets: bytes) -> str:
    """The reasons in a delivered message's header."""
    found = re.search(rb"(?im)^X-Poterne-Reasons:((?:.*\r\n[ \t])*.*)\r$", octets)
    return found[1].decode() if found else ""
