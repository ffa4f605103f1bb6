"""Messages that an administrator sends through the whole chain to see that it works; and how they are known.

A probe is known by a random word in its Message-ID, which is worth something only while its sender waits. It goes to
a name that nobody else can be told of, by the lane `internal:test`, or to a real mailbox. It is judged like any
other message, and passes whatever the verdict.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gateway.core.consignment import Consignment
from gateway.core.envelope import Recipient, Transaction
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.core.verdict import Action, Reason, Verdict
from gateway.pipeline.judge import Judgement

# RFC 6761 §6.4: names below `invalid` exist nowhere.
DOMAIN = "test.poterne.invalid"
LANE = "internal:test"
ARRIVED = Reply.of(250, "2.0.0", "Arrived")


@dataclass(slots=True)
class Probe:
    """One test under way: what was found out so far."""

    token: str
    code: str = ""
    judgement: Judgement | None = None
    arrival: bytes | None = None


class Probes:
    """Those under way."""

    def __init__(self) -> None:
        self._live: dict[str, Probe] = {}

    def begin(self) -> Probe:
        """A new one, known from now on."""
        probe = Probe(secrets.token_hex(16))
        self._live[probe.token] = probe
        return probe

    def end(self, probe: Probe) -> None:
        """Nobody waits for it any more."""
        self._live.pop(probe.token, None)

    def knows(self, recipient: Recipient) -> bool:
        """True for the address of a probe under way."""
        return self._addressed(recipient) is not None

    def judged(self, judgement: Judgement) -> Judgement:
        """A probe passes, and its verdict is noted; every other message is left as it was judged."""
        probe = self._of(judgement.transaction)
        if probe is None:
            return judgement
        probe.code, probe.judgement = judgement.transaction.code, judgement
        return replace(judgement, verdicts=tuple(map(_passing, judgement.verdicts)))

    async def arrived(self, consignment: Consignment) -> Sequence[Outcome]:
        """The end of the lane `internal:test`: look at what came."""
        outcomes = []
        for recipient in consignment.recipients:
            probe = self._addressed(recipient)
            if probe is not None:
                probe.arrival = b"".join(consignment.octets())
            result = Result.REFUSED_RECIPIENT if probe is None else Result.DELIVERED
            outcomes.append(Outcome(recipient, result, Stage.DOT, LANE, ARRIVED if probe else None, "nobody waits"))
        return outcomes

    def _addressed(self, recipient: Recipient) -> Probe | None:
        if recipient.forward_path.ascii_domain != DOMAIN:
            return None
        return self._live.get(recipient.forward_path.mailbox.local_part)

    def _of(self, transaction: Transaction) -> Probe | None:
        fields = transaction.message.named("message-id") if self._live else ()
        for each in fields[:1]:
            with suppress(UnicodeDecodeError):
                return self._live.get(each.value.decode("ascii").strip().strip("<>").removesuffix(f"@{DOMAIN}"))
        return None


def _passing(verdict: Verdict) -> Verdict:
    why = Reason("test", details=(("action", verdict.action.value),), decides=True)
    return replace(verdict, action=Action.ACCEPT, reasons=(why, *verdict.reasons))
