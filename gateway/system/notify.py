"""Tells systemd how the service fares (sd_notify(3)), and proves to its watchdog that the loop turns (D19).

Knows nothing else: a dead DNS or a slow card is a state of the gateway, never a reason to be restarted.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

# systemd wants a sign of life within WATCHDOG_USEC; three in that time survive one that is late.
BEATS_PER_INTERVAL = 3


@dataclass(frozen=True, slots=True)
class Notifier:
    """Where to send, as systemd names it in NOTIFY_SOCKET; "" when nobody listens, then every call does nothing."""

    address: str = ""

    def ready(self) -> None:
        """All sockets are open and mail is taken."""
        self._send("READY=1")

    def stopping(self) -> None:
        """The stop began: what is in progress is being finished."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send("STATUS=" + " ".join(text.split()))

    def alive(self) -> None:
        """The loop turns."""
        self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if not self.address:
            return
        name = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.sendto(state.encode(), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL, name)
        except OSError:
            # A manager that is away or busy must not stop the mail; its watchdog will notice.
            return


def notifier_from(environment: Mapping[str, str]) -> Notifier:
    """The notifier for this process."""
    return Notifier(environment.get("NOTIFY_SOCKET", ""))


def watchdog_seconds(environment: Mapping[str, str], pid: int) -> float | None:
    """How often systemd wants a sign of life from this process; None when it wants none."""
    usec = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID", str(pid))
    if not (usec.isascii() and usec.isdigit()) or meant != str(pid) or int(usec) == 0:
        return None
    return int(usec) / 1_000_000


async def keep_alive(notifier: Notifier, interval_seconds: float, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Give signs of life for ever; started in the outermost TaskGroup and cancelled with it."""
    while True:
        notifier.alive()
        await sleep(interval_seconds / BEATS_PER_INTERVAL)
