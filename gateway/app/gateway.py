"""The gateway of one version of the settings: all its parts wired, its doors opened and closed.

A wiring diagram: no decision is made here. What outlives the settings is the house's; a part whose settings are
the same as before is taken over from the workshop as it is.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from gateway.app import evidence, translate, ways
from gateway.app.bus import Bus
from gateway.app.deskparts import DeskParts
from gateway.app.directories import directory_reader
from gateway.app.fit import Fit
from gateway.app.release import Warden
from gateway.app.workshop import Workshop
from gateway.checks.dnsbl import DnsblCheck
from gateway.checks.reverse import ReverseNameCheck
from gateway.config.schema import Listener, Settings
from gateway.control.values import ListenerStatus
from gateway.core.queued import QueueEntry
from gateway.delivery.base import Attempted
from gateway.delivery.cutthrough import CutThrough
from gateway.delivery.internal import WithInternal
from gateway.delivery.lanes import Lanes
from gateway.delivery.mx import Reach
from gateway.delivery.opener import Surroundings as LaneSurroundings
from gateway.net.clock import Clock
from gateway.net.dial import Dial, Dialer
from gateway.net.tls import CertificateFiles, ServerTls
from gateway.pipeline.brake import Brakes
from gateway.pipeline.bypass import Bypass
from gateway.pipeline.codes import Codes
from gateway.pipeline.hand_on import HandOn, Means
from gateway.pipeline.intake import Parts, SmtpIntake
from gateway.pipeline.notices import Notices
from gateway.pipeline.parcels import Parcels
from gateway.pipeline.probes import Probes
from gateway.recipients.directory import Directory, Ground
from gateway.recipients.known import Known
from gateway.recipients.learning import Learning
from gateway.smtp.limits import ClientsSeen, Gate, normal
from gateway.smtp.memory import MemoryBudget
from gateway.smtp.repeating import Repeating
from gateway.smtp.room import Room
from gateway.smtp.server import SmtpServer
from gateway.smtp.surroundings import Surroundings
from gateway.store.store import Store
from gateway.system.routes import default_gateways
from gateway.worker.host import WorkerPool


@dataclass(frozen=True, slots=True)
class House:
    """What outlives the settings. `tasks` owns all that goes on; `watch` waits for what is spooled in doubt."""

    clock: Clock
    bus: Bus
    store: Store
    worker: WorkerPool
    codes: Codes
    tasks: asyncio.TaskGroup
    workshop: Workshop
    watch: Callable[[QueueEntry, Attempted], None]
    bypass: Bypass
    probes: Probes
    brakes: Brakes
    notices: Notices
    reach: Reach
    known: Known
    learning: Learning
    since: datetime


class Gateway:
    """All parts, wired by these settings. `open` takes mail, `stop` no more, `give_back` ends its parts."""

    def __init__(self, settings: Settings, house: House) -> None:
        self.settings = settings
        self._house = house
        self._bench = house.workshop.bench()
        clock, publish, take = house.clock, house.bus.publish, self._bench.take
        self.sources = evidence.shared_sources(settings, house.clock, publish, house.worker, self._bench)
        resolver = self.sources.resolver
        self._dnsbl = take(
            "dnsbl",
            (settings.dnsbl, resolver),
            lambda: DnsblCheck(settings.dnsbl, resolver),
            lambda check: check.watch(clock),
        )
        around = LaneSurroundings(settings.hostname, Dialer(resolver), clock, settings.timeouts)
        self.lanes = take(
            "lanes",
            (settings.backend, settings.outbound_route, settings.hostname, settings.timeouts, resolver),
            lambda: _knocking(
                Lanes(settings.backend, around, publish, house.tasks, ways.ways_out(settings, resolver, house.reach))
            ),
            Lanes.run,
        )
        self.directory = take(
            "directory",
            (settings.domain, settings.backend, self.lanes, settings.state_directory),
            lambda: Directory(settings.domain, settings.backend, self._ground(Dialer(resolver))),
            Directory.run,
        )
        limits = settings.limits
        self.gate = take("gate", (limits.connections, limits.connections_per_client), lambda: Gate(limits))
        self.memory = take(
            "memory",
            (limits.memory_octets, settings.state_directory),
            lambda: MemoryBudget(normal(settings.limits.memory_octets), Path(settings.state_directory)),
        )
        self._room = take(
            "room",
            (limits.memory_octets,),
            lambda: Room(house.store.usable_octets, normal(settings.limits.memory_octets), publish),
            lambda room: room.watch(clock.sleep),
        )
        self._seen = take("seen", (), ClientsSeen)
        self._repeating = take("repeating", (), lambda: Repeating(clock))
        self.delivery = CutThrough(self.lanes)
        self._intake = self._make_intake()
        self._servers: dict[str, list[tuple[SmtpServer, ListenerStatus]]] = {}

    @property
    def listeners(self) -> tuple[ListenerStatus, ...]:
        """The doors as they are now."""
        return tuple(status for servers in self._servers.values() for _, status in servers)

    def desk_parts(self) -> DeskParts:
        """Where the answers to people come from."""
        house, settings = self._house, self.settings
        return DeskParts(
            settings=settings,
            version=version("poterne"),
            since=house.since,
            store=house.store,
            warden=Warden(
                house.store.quarantine,
                self.delivery,
                translate.routes(settings),
                self.sources.rspamd,
                house.clock,
                house.bus.publish,
            ),
            lanes=self.lanes,
            directory=self.directory,
            dnsbl=self._dnsbl,
            sources=self.sources,
            gate=self.gate,
            memory=self.memory,
            room=self._room,
            listeners=lambda: self.listeners,
            clock=house.clock,
        )

    def give_back(self) -> None:
        """Its parts end, but for those that another gateway uses."""
        self._bench.give_back()

    # --- the doors for mail -----------------------------------------------------------------------------

    async def open(self, sockets: Mapping[str, Sequence[socket.socket]]) -> None:
        """Take mail on these, by listener. Raises CertificateError, OSError; what was opened then is still open."""
        around = self._surroundings()
        for name, listener in self.settings.listener.items():
            if name not in sockets:
                continue
            tls = await self._tls(listener)
            for sock in sockets[name]:
                server = SmtpServer(name, listener, around, tls)
                await server.start(self._house.tasks, sock)
                host = sock.getsockname()[0]
                shown = f"[{host}]:{server.port}" if ":" in host else f"{host}:{server.port}"
                status = ListenerStatus(name, shown, listener.role, "listening")
                self._servers.setdefault(name, []).append((server, status))

    async def leave(self, addresses: Collection[str], grace_seconds: float) -> tuple[str, ...]:
        """Listen no more on these addresses; sessions end in their own time. The names of the listeners."""
        names = tuple(name for name, each in self.settings.listener.items() if each.address in addresses)
        for name in names:
            for server, _ in self._servers.pop(name, []):
                self._house.tasks.create_task(server.stop(grace_seconds))
        # Each server looks away from its socket before it waits for anything.
        await asyncio.sleep(0)
        return names

    async def stop(self, grace_seconds: float) -> None:
        """Take nothing more, let what is under way end, break off what lasts longer."""
        async with asyncio.TaskGroup() as group:
            for servers in self._servers.values():
                for server, _ in servers:
                    group.create_task(server.stop(grace_seconds))

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            hostname=self.settings.hostname,
            limits=self.settings.limits,
            timeouts=self.settings.timeouts,
            intake=self._intake,
            clock=self._house.clock,
            publish=self._house.bus.publish,
            size_limit=self._size_limit,
            gate=self.gate,
            memory=self.memory,
            repeating=self._repeating,
            room=self._room,
            seen=self._seen,
            hidden_origins=default_gateways(),
        )

    async def _tls(self, listener: Listener) -> ServerTls | None:
        if listener.tls.mode == "none":
            return None
        folder = Path(self.settings.state_directory) / "certificates"
        files = CertificateFiles.named(folder, listener.tls.certificate)
        tls = ServerTls(files, self.settings.hostname, self._house.bus.publish)
        await tls.prepare()
        return tls

    def _size_limit(self) -> int:
        """What the settings allow and every backend takes (D6)."""
        ours = normal(self.settings.limits.message_size_octets)
        theirs = self.lanes.size_limit()
        return ours if theirs is None else min(ours, theirs)

    def _ground(self, dial: Dial) -> Ground:
        house = self._house
        return Ground(
            self.lanes,
            house.clock,
            house.bus.publish,
            house.tasks,
            lambda: secrets.token_hex(8),
            house.known,
            house.learning,
            directory_reader(self.settings, dial),
        )

    # --- wiring -----------------------------------------------------------------------------------------

    def _make_intake(self) -> SmtpIntake:
        settings, house = self.settings, self._house
        routes = translate.routes(settings)
        means = Means(
            delivery=WithInternal(self.delivery, {"test": house.probes.arrived}),
            quarantine=house.store.quarantine,
            queue=house.store.queue,
            parcels=Parcels(routes, self.directory, house.codes, settings.hostname),
            codes=house.codes,
            clock=house.clock,
            publish=house.bus.publish,
            watch=house.watch,
            tell=house.notices.tell,
            brakes=house.brakes,
            may_spool=settings.failure.backend == "spool",
            subjects=settings.history.subjects,
            budget_seconds=settings.timeouts.answer_budget_seconds,
        )
        parts = Parts(
            client_checks=(ReverseNameCheck(self.sources.resolver), self._dnsbl),
            relay_clients=translate.relay_clients(settings),
            routes=routes,
            directory=self.directory,
            judge=evidence.judge(settings, house.clock, self.sources, lambda: house.store.lists.facts),
            hand_on=HandOn(means),
            codes=house.codes,
            clock=house.clock,
            publish=house.bus.publish,
            fits=Fit(routes, self.lanes),
            bypass=house.bypass,
            probes=house.probes,
            hostname=settings.hostname,
            brakes=house.brakes,
            learning=house.learning,
            doubting_domains=translate.doubting_domains(settings),
            hidden_origins=default_gateways(),
            facts=lambda: house.store.lists.facts,
            wrote_to=house.store.correspondents.learn,
        )
        return SmtpIntake(parts)


def _knocking(lanes: Lanes) -> Lanes:
    """The lanes, with the question under way how each hop is and what it announces."""
    lanes.knock()
    return lanes
