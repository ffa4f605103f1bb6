"""Where the answers to people come from: what one gateway gives its desk. Values and references only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.app.evidence import Sources
from gateway.app.release import Warden
from gateway.checks.dnsbl import DnsblCheck
from gateway.config.schema import Settings
from gateway.control.values import ListenerStatus
from gateway.delivery.lanes import Lanes
from gateway.net.clock import Clock
from gateway.recipients.directory import Directory
from gateway.smtp.limits import Gate
from gateway.smtp.memory import MemoryBudget
from gateway.smtp.room import Room
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class DeskParts:
    """Where the answers come from. `listeners` gives the doors as they are now."""

    settings: Settings
    version: str
    since: datetime
    store: Store
    warden: Warden
    lanes: Lanes
    directory: Directory
    dnsbl: DnsblCheck
    sources: Sources
    gate: Gate
    memory: MemoryBudget
    room: Room
    listeners: Callable[[], tuple[ListenerStatus, ...]]
    clock: Clock
