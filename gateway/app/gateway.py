"""The gateway from start to stop: builds each part once, owns the outermost TaskGroup, stops in order.

A wiring diagram: no decision is made here. Order of the start: state, evidence, deliveries, doors; the stop is
the reverse, so that nothing is taken in that could not be kept.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gateway.app import evidence, translate
from gateway.app.bus import Bus
from gateway.app.desk import DeskParts, GatewayDesk
from gateway.app.fit import Fit
from gateway.app.release import Warden
from gateway.app.statusline import StatusLine
from gateway.checks.dnsbl import DnsblCheck
from gateway.checks.reverse import ReverseNameCheck
from gateway.config.schema import Listener, Settings
from gateway.control.answer import Office
from gateway.control.door import door
from gateway.control.peer import this_house
from gateway.control.place import socket_path
from gateway.control.server import ControlServer
from gateway.control.subscriber import Hub
from gateway.control.values import ListenerStatus
from gateway.core.event import Event, Fault, LaneChanged, MessageHandled
from gateway.delivery.cutthrough import CutThrough
from gateway.delivery.lanes import Lanes
from gateway.delivery.opener import Surroundings as LaneSurroundings
from gateway.delivery.piecemeal import Piecemeal
from gateway.delivery.spool import SpoolParts, SpoolRunner
from gateway.net.clock import Clock
from gateway.net.dial import Dialer
from gateway.net.scanprobe import ScanProbe
from gateway.net.tls import CertificateFiles, ServerTls
from gateway.pipeline.codes import Codes
from gateway.pipeline.hand_on import HandOn, Means
from gateway.pipeline.intake import Parts, SmtpIntake
from gateway.pipeline.parcels import Parcels
from gateway.pipeline.returned import Returned
from gateway.recipients.directory import Directory
from gateway.smtp.limits import Gate, normal
from gateway.smtp.memory import MemoryBudget
from gateway.smtp.server import SmtpServer
from gateway.smtp.surroundings import Surroundings
from gateway.store.errors import StoreError
from gateway.store.quarantine import QuarantineLimits
from gateway.store.store import Store, StoreLimits
from gateway.system.credentials import installation_secret
from gateway.system.notify import Notifier, keep_alive, watchdog_seconds
from gateway.system.route import default_gateways
from gateway.worker.host import WorkerPool

# A stop waits so long for transactions under way; with the ends of sessions and store this stays below systemd's 30 s.
GRACE_SECONDS = 23.0
# Then whoever waits for a next hop is answered: what is in doubt is spooled as such.
HURRY_SECONDS = 18.0
HOUR_SECONDS = 3_600.0
DNS_PROBE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class World:
    """What the process is given from outside: the time, the bus of events, systemd, the listening sockets."""

    clock: Clock
    bus: Bus
    notifier: Notifier
    sockets: Mapping[str, Sequence[socket.socket]]


async def serve(settings: Settings, world: World, stop: asyncio.Event) -> None:
    """Run until `stop` is set. Raises StoreError, CertificateError or DoorError when it can't start."""
    state = Path(settings.state_directory)
    clock, bus = world.clock, world.bus
    secret = installation_secret(state / "secrets")
    with door(socket_path(settings.runtime_directory)) as control_socket:
        store = await Store.open(state, clock, bus.publish, _store_limits(settings))
        try:
            async with asyncio.TaskGroup() as tasks, evidence.worker() as worker:
                gateway = Gateway(settings, world, store, worker, tasks, Codes(secret, clock))
                await gateway.open(control_socket)
                await stop.wait()
                await gateway.close()
                raise _Stopped
        except* _Stopped:
            # The group has cancelled all that still went on; what it was about stands on disk.
            pass
        finally:
            await store.close()


class _Stopped(Exception):
    """The end of the gateway's work, by which the outermost group ends every task."""


class Gateway:
    """All parts, wired. `tasks` owns everything that goes on beside the doors."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        store: Store,
        worker: WorkerPool,
        tasks: asyncio.TaskGroup,
        codes: Codes,
    ) -> None:
        self._settings, self._world, self._store, self._tasks = settings, world, store, tasks
        clock, publish = world.clock, world.bus.publish
        self._sources = evidence.sources(settings, clock, publish, worker)
        self._dnsbl = DnsblCheck(settings.dnsbl, self._sources.resolver)
        around = LaneSurroundings(settings.hostname, Dialer(self._sources.resolver), clock, settings.timeouts)
        self._lanes = Lanes(settings.backend, around, publish, tasks)
        self._delivery = CutThrough(self._lanes)
        self._directory = Directory(
            settings.domain, settings.backend, self._lanes, clock, tasks, lambda: secrets.token_hex(8)
        )
        returned = Returned(store.quarantine, codes, clock)
        self._spool = SpoolRunner(
            SpoolParts(store.queue, store.queue_desk, Piecemeal(self._lanes), returned.take, clock, publish), tasks
        )
        self._gate = Gate(settings.limits)
        self._memory = MemoryBudget(normal(settings.limits.memory_octets))
        self._status = StatusLine(world.notifier)
        self._servers: list[tuple[SmtpServer, ListenerStatus]] = []
        self._hub = Hub()
        self._intake = self._make_intake(codes)

    async def open(self, control_socket: socket.socket) -> None:
        """Start everything; the doors for mail last."""
        self._listen_to_events()
        for work in self._background(control_socket):
            self._tasks.create_task(work)
        self._lanes.knock()
        await self._open_doors()
        self._world.notifier.ready()
        self._status.serving([listener.address for _, listener in self._servers])

    async def close(self) -> None:
        """Take nothing more and let what is under way end, within the grace; the background goes on meanwhile."""
        self._world.notifier.stopping()
        self._status.stopping(self._gate.open_connections)
        async with asyncio.TaskGroup() as group:
            hurry = group.create_task(self._hurry())
            async with asyncio.TaskGroup() as ending:
                for server, _ in self._servers:
                    ending.create_task(server.stop(GRACE_SECONDS))
                ending.create_task(self._end_spooling())
            hurry.cancel()

    async def _hurry(self) -> None:
        await self._world.clock.sleep(HURRY_SECONDS)
        self._delivery.hurry()

    async def _end_spooling(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self._spool.stop()

    # --- wiring ---------------------------------------------------------------------------------------

    def _make_intake(self, codes: Codes) -> SmtpIntake:
        settings, clock, publish = self._settings, self._world.clock, self._world.bus.publish
        routes = translate.routes(settings)
        means = Means(
            delivery=self._delivery,
            quarantine=self._store.quarantine,
            queue=self._store.queue,
            parcels=Parcels(routes, self._directory, codes, settings.hostname),
            codes=codes,
            clock=clock,
            publish=publish,
            watch=self._spool.watch,
            may_spool=settings.failure.backend == "spool",
            subjects=settings.history.subjects,
            budget_seconds=settings.timeouts.answer_budget_seconds,
        )
        parts = Parts(
            client_checks=(ReverseNameCheck(self._sources.resolver), self._dnsbl),
            relay_clients=translate.relay_clients(settings),
            routes=routes,
            directory=self._directory,
            judge=evidence.judge(settings, clock, self._sources),
            hand_on=HandOn(means),
            codes=codes,
            clock=clock,
            publish=publish,
            fits=Fit(routes, self._lanes),
            hidden_origins=default_gateways(),
        )
        return SmtpIntake(parts)

    def _listen_to_events(self) -> None:
        bus = self._world.bus
        bus.listen(self._hub.publish)
        bus.listen(self._on_event)
        bus.listen(self._status.hear)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, MessageHandled):
            self._store.history.append(event.record)
        elif isinstance(event, LaneChanged) and event.state == "up":
            self._spool.lane_is_up(event.lane)

    def _background(self, control_socket: socket.socket) -> Iterator[Coroutine[object, object, None]]:
        clock = self._world.clock
        desk = GatewayDesk(self._desk_parts())
        office = Office(desk, self._world.bus.publish, self._settings.language, self._settings.quarantine.keep_days)
        yield ControlServer(office, self._hub, this_house()).run(control_socket)
        yield self._store.history.run()
        yield self._lanes.run()
        yield self._directory.run()
        yield self._spool.run()
        yield self._dnsbl.watch(clock)
        if self._sources.rspamd is not None:
            yield ScanProbe(self._sources.rspamd, self._sources.scan_health).watch(clock)
        yield self._watch_dns()
        yield self._expire()
        if (interval := watchdog_seconds(os.environ, os.getpid())) is not None:
            yield keep_alive(self._world.notifier, interval, clock.sleep)

    def _desk_parts(self) -> DeskParts:
        return DeskParts(
            settings=self._settings,
            version=version("poterne"),
            since=self._world.clock.now(),
            store=self._store,
            warden=Warden(
                self._store.quarantine,
                self._delivery,
                translate.routes(self._settings),
                self._sources.rspamd,
                self._world.clock,
            ),
            lanes=self._lanes,
            sources=self._sources,
            gate=self._gate,
            memory=self._memory,
            listeners=lambda: tuple(status for _, status in self._servers),
            clock=self._world.clock,
        )

    # --- what goes on beside the doors --------------------------------------------------------------------

    async def _watch_dns(self) -> None:
        """Prove what failed look-ups made likely, and see the end of an outage."""
        while True:
            health = self._sources.dns_health
            if health.is_suspicious() or not health.healthy():
                await self._sources.resolver.probe()
            await self._world.clock.sleep(DNS_PROBE_SECONDS)

    async def _expire(self) -> None:
        """Once an hour; a full disk then is a state, not an end."""
        while True:
            await self._world.clock.sleep(HOUR_SECONDS)
            try:
                await self._store.expire()
            except StoreError as error:
                self._world.bus.publish(Fault("expiry", str(error)))

    # --- the doors for mail -----------------------------------------------------------------------------

    async def _open_doors(self) -> None:
        around = Surroundings(
            hostname=self._settings.hostname,
            limits=self._settings.limits,
            timeouts=self._settings.timeouts,
            intake=self._intake,
            clock=self._world.clock,
            publish=self._world.bus.publish,
            size_limit=self._size_limit,
            gate=self._gate,
            memory=self._memory,
            hidden_origins=default_gateways(),
        )
        for name, listener in self._settings.listener.items():
            tls = await self._tls(listener)
            for sock in self._world.sockets[name]:
                server = SmtpServer(name, listener, around, tls)
                await server.start(self._tasks, sock)
                host = sock.getsockname()[0]
                shown = f"[{host}]:{server.port}" if ":" in host else f"{host}:{server.port}"
                self._servers.append((server, ListenerStatus(name, shown, listener.role, "listening")))

    async def _tls(self, listener: Listener) -> ServerTls | None:
        if listener.tls.mode == "none":
            return None
        folder = Path(self._settings.state_directory) / "certificates"
        files = CertificateFiles.named(folder, listener.tls.certificate)
        tls = ServerTls(files, self._settings.hostname, self._world.bus.publish)
        await tls.prepare()
        return tls

    def _size_limit(self) -> int:
        """What the settings allow and every backend takes (D6)."""
        ours = normal(self._settings.limits.message_size_octets)
        theirs = self._lanes.size_limit()
        return ours if theirs is None else min(ours, theirs)


def _store_limits(settings: Settings) -> StoreLimits:
    quarantine = QuarantineLimits(settings.quarantine.keep_days, settings.quarantine.size_octets)
    return StoreLimits(normal(settings.limits.spool_octets), quarantine, settings.history.keep_days)
