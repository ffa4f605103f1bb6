"""How rspamd is: as any scanner, and it may be slow, and without its Redis."""

from __future__ import annotations

from gateway.config.schema import Failure, Rspamd
from gateway.core.event import DependencyChanged, Publish
from gateway.net.clock import Clock
from gateway.net.scannerhealth import ScannerHealth

REDIS_AWAY = "rspamd can't reach it"


class ScanHealth(ScannerHealth):
    """`settings` gives the grace time, `failure` what to do while rspamd is away."""

    def __init__(self, clock: Clock, publish: Publish, settings: Rspamd, failure: Failure) -> None:
        super().__init__("rspamd", clock, publish, settings.unscanned_grace_seconds, failure.rspamd)
        self._is_slow = False
        self.redis_is_up = True
        self.version = ""

    @property
    def word(self) -> str:
        """ "up", "slow" (it works, but mail waits for it) or "down"."""
        return ("slow" if self._is_slow else "up") if self.is_up else "down"

    def down(self, cause: str) -> None:
        """The next that answers may be another release."""
        self.version = ""
        super().down(cause)

    def slow(self, cause: str) -> None:
        """A small harmless message waits for its scan for longer than a healthy rspamd lets it; mail waits too."""
        self._is_slow = True
        self._tell(cause)

    def quick(self) -> None:
        """Such a message was scanned as quickly as it should be."""
        self._is_slow = False
        self._tell("a message was scanned")

    def redis_answers(self, is_up: bool) -> None:
        """What rspamd says of its Redis. Without it rspamd scans, but knows nothing of what it was taught."""
        if is_up is not self.redis_is_up:
            self.redis_is_up = is_up
            self._publish(DependencyChanged("redis", "up" if is_up else "down", "" if is_up else REDIS_AWAY))
