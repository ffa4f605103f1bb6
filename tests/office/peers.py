"""Starts the whole office, part after part, each with a line that says how long it took; stops it in reverse order.

Knows neither the letters nor how their fate is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.office.world import FULL, USERS, SigningKey, zone_text
from tests.support.dnsprogram import DnsProgram
from tests.support.dovecot import Dovecot, remove
from tests.support.gateway import Gateway, settings_for
from tests.support.rspamd import RunningRspamd, start_rspamd

Say = Callable[[str, str], None]  # a text, and what ends it
_Part = TypeVar("_Part")
FULL_QUOTA_OCTETS = 20_000


@dataclass(frozen=True, slots=True)
class Office:
    """Everything runs: DNS, rspamd (with its Redis), Dovecot and the gateway before it."""

    key: SigningKey
    dns: DnsProgram
    rspamd: RunningRspamd
    dovecot: Dovecot
    gateway: Gateway


@contextmanager
def office(
    folder: Path, *, port: int | None = None, extra_settings: str = "", say: Say = lambda _text, _end: None
) -> Iterator[Office]:
    """A running office below `folder`; `port` as in `Gateway.start`. Raises NotStarted."""
    with ExitStack() as stack:
        key = _timed(say, "signing key of shop.example", SigningKey.make)
        dns = _timed(say, "DNS", lambda: DnsProgram.start(folder / "dns", zone_text(key)))
        stack.callback(dns.stop)
        rspamd = _timed(say, "rspamd and Redis", lambda: start_rspamd(folder / "rspamd", dns.address))
        stack.callback(rspamd.stop)
        dovecot = _timed(say, "Dovecot", lambda: Dovecot.start(folder / "dovecot", USERS, {FULL: FULL_QUOTA_OCTETS}))
        stack.callback(remove if (folder / "dovecot").is_symlink() else Dovecot.stop, dovecot)
        sockets = str(rspamd.scan_socket), str(rspamd.controller_socket)
        settings = settings_for(dns=dns.address, lmtp=str(dovecot.lmtp), rspamd=sockets, extra=extra_settings)
        gateway = _timed(say, "Poterne", lambda: Gateway.start(folder / "gateway", settings, port=port))
        stack.callback(gateway.stop)
        yield Office(key, dns, rspamd, dovecot, gateway)


def _timed(say: Say, name: str, start: Callable[[], _Part]) -> _Part:
    say(f"{name} … ", "")
    begun = time.monotonic()
    part = start()
    say(f"ready in {time.monotonic() - begun:.1f} s", "\n")
    return part
