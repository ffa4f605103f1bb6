"""`recipient_verification = learned`: who exists is learned from mail, for servers that say yes to any address.

While learning goes on, an unknown address is taken when the next hop takes it; afterwards it is nobody's.
"""

from __future__ import annotations

from gateway.config.schema import RecipientVerification
from gateway.core.envelope import Recipient
from gateway.core.recipientfact import LEARNED, Source
from gateway.recipients.asks import Hop, verification
from gateway.recipients.base import Existence, Verification
from gateway.recipients.known import Known, base_of
from gateway.recipients.learning import Learning

REMOVED = Verification(Existence.UNKNOWN, "removed")
# D1: what nobody knows is not taken into a spool, or it becomes backscatter; and nobody is struck off meanwhile.
AWAY = Verification(Existence.UNDECIDED, "learned", cause="the next hop is away, and the address is not known yet")


class Learned:
    """One domain. `delimiter` is the backend's subaddress delimiter, "" for none."""

    def __init__(
        self, domain: str, hop: Hop, known: Known, learning: Learning, how: RecipientVerification, delimiter: str
    ) -> None:
        self._domain = domain
        self._hop = hop
        self._known = known
        self._learning = learning
        self._how = how
        self._delimiter = delimiter

    def state(self) -> str:
        """ "learning" or "verifying"."""
        return "learning" if self._is_learning() else "verifying"

    async def verify(self, recipient: Recipient) -> Verification:
        """Known when it was learned or added; else as the time of learning, the hop and the settings say."""
        found = known_by_us(self._known, recipient.key, self._delimiter)
        if found is not None:
            return found
        if self._hop.is_closed:
            return AWAY
        if self._is_learning():
            return await self._asked(recipient)
        return nobody(recipient, self._how.unknown, "learned")

    async def _asked(self, recipient: Recipient) -> Verification:
        """The hop's no is worth something, its yes only that somebody else will judge."""
        answer = verification(await self._hop.ask(recipient), "learning")
        return AWAY if answer.existence is Existence.UNDECIDED else answer

    def _is_learning(self) -> bool:
        return self._learning.is_going_on(self._domain, self._how.learn_days)


def known_by_us(known: Known, key: str, delimiter: str, learned: bool = True) -> Verification | None:
    """What people and, where `learned`, mail say of this address, or of it without its detail. None: nothing."""
    for each in dict.fromkeys((key, base_of(key, delimiter))):
        facts = known.facts(each)
        if Source.REMOVED in facts:
            return REMOVED
        if Source.PERSON in facts:
            return Verification(Existence.KNOWN, "list")
        if learned and LEARNED & facts.keys():
            return Verification(Existence.KNOWN, "learned")
    return None


def nobody(recipient: Recipient, unknown: str, source: str) -> Verification:
    """What an address that nobody knows gets, by the setting. The postmaster is always somebody's (RFC 5321 §4.5.1)."""
    is_postmaster = recipient.key.partition("@")[0] == "postmaster"
    is_held = unknown == "quarantine" and not is_postmaster
    return Verification(Existence.DOUBTED if is_held else Existence.UNKNOWN, source)
