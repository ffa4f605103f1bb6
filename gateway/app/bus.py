"""Carries each event to all who listen; whoever publishes does not know them.

A listener's fault must not reach the publisher, who may be in the middle of a delivery.
"""

from __future__ import annotations

import logging

from gateway.core.event import Event, Publish

logger = logging.getLogger(__name__)


class Bus:
    """Synchronous and in order; listeners never wait."""

    def __init__(self) -> None:
        self._listeners: list[Publish] = []

    def listen(self, listener: Publish) -> None:
        """Tell this one too, from now on."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Tell everybody."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                logger.exception("a listener failed on %s", type(event).__name__)
