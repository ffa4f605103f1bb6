"""Does this backend know who exists? An address that nobody has is the proof.

Exchange's front end says 250 to every RCPT and refuses after the content, or bounces later: then
callout verifies nothing, and the admin must know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from gateway.core.address import ForwardPath, Mailbox
from gateway.core.envelope import Recipient
from gateway.net.clock import Clock
from gateway.recipients.asks import Hop
from gateway.recipients.cache import Cache

State = Literal["untested", "verifying", "unverifying"]

AGAIN_SECONDS = 86_400.0
# While the hop gives no clear answer.
RETRY_SECONDS = 300.0


class Canary:
    """Probes one domain. `random_word` gives a new word each time, not to be guessed, of letters and digits.

    `cache` is emptied when the hop is found to take any address: its answers were worth nothing.
    """

    def __init__(self, domain: str, hop: Hop, cache: Cache, clock: Clock, random_word: Callable[[], str]) -> None:
        self._domain = domain
        self._hop = hop
        self._cache = cache
        self._clock = clock
        self._random_word = random_word
        self.state: State = "untested"

    async def probe(self) -> bool:
        """Ask for an address that can't exist; True when the answer was clear."""
        answer = await self._hop.ask(self._address())
        if answer.meaning == "uncertain":
            return False
        self.state = "unverifying" if answer.meaning == "accepted" else "verifying"
        if self.state == "unverifying":
            self._cache.clear()
        return True

    async def run(self) -> None:
        """At start, then every night or, while unanswered, every few minutes. Ends only by cancellation."""
        while True:
            is_clear = await self.probe()
            await self._clock.sleep(AGAIN_SECONDS if is_clear else RETRY_SECONDS)

    def _address(self) -> Recipient:
        return Recipient(ForwardPath(Mailbox(f"gw-canary-{self._random_word()}", self._domain, self._domain)))
