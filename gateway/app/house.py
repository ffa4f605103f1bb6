"""The house that gateways come and go in: builds once what outlives the settings, and stops everything in order.

Order of the start: state, evidence, deliveries, doors; the stop is the reverse, so that nothing is taken in
that could not be kept.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from gateway.app import begun, evidence, translate
from gateway.app.backendprobe import BackendProber
from gateway.app.bus import Bus
from gateway.app.chaintest import ChainTester
from gateway.app.changeover import Changeover, NotApplied
from gateway.app.desk import GatewayDesk
from gateway.app.doorways import Doorways
from gateway.app.gateway import House
from gateway.app.health_desk import GatewayHealth
from gateway.app.letters import AdminLetters, LetterParts
from gateway.app.papers import certificates
from gateway.app.present import PresentDelivery
from gateway.app.probes import Prober
from gateway.app.recipients_desk import GatewayRecipients
from gateway.app.rules_desk import GatewayRules
from gateway.app.settings_desk import GatewaySettings
from gateway.app.start import Start
from gateway.app.statusline import StatusLine
from gateway.app.trials import Keeper
from gateway.app.trials import Means as KeeperMeans
from gateway.app.work import GatewayWork, WorkParts
from gateway.app.workshop import Workshop
from gateway.control.answer import Office
from gateway.control.door import door
from gateway.control.health import assess
from gateway.control.peer import this_house
from gateway.control.place import socket_path
from gateway.control.server import ControlServer
from gateway.control.sessions import Sessions
from gateway.control.subscriber import Hub
from gateway.control.values import Status
from gateway.core.event import Event, Fault, LaneChanged, MessageFollowed, MessageHandled
from gateway.core.listed import entries_hit
from gateway.delivery.mx import Reach
from gateway.delivery.spool import SpoolParts, SpoolRunner
from gateway.net.clock import Clock
from gateway.net.leaps import CarefulClock
from gateway.pipeline.brake import Brakes
from gateway.pipeline.bypass import Bypass
from gateway.pipeline.codes import Codes
from gateway.pipeline.notices import NoticeParts, Notices
from gateway.pipeline.probes import Probes
from gateway.pipeline.returned import Returned
from gateway.recipients.byhand import ByHand
from gateway.recipients.known import Known
from gateway.recipients.learning import Learning
from gateway.store.errors import StoreError
from gateway.store.recipients import RecipientRows
from gateway.store.store import Store
from gateway.store.versions import Versions
from gateway.system.credentials import Secrets, installation_secret
from gateway.system.notify import Notifier, keep_alive, watchdog_seconds
from gateway.system.ntp import kernel_time_is_kept
from gateway.worker.host import WorkerPool

# A stop waits so long for transactions under way; with the ends of sessions and store this stays below systemd's 30 s.
GRACE_SECONDS = 23.0
# Then whoever waits for a next hop is answered: what is in doubt is spooled as such.
HURRY_SECONDS = 18.0
MINUTE_SECONDS = 60.0
# Who was hit and who got a letter: losing some minutes of it harms nobody, and each write wears the card.
FACTS_SECONDS = 300.0
# The reserve of a small disk is filled within a minute by a fast sender; a look at it costs a call of the kernel.
RELIEF_SECONDS = 10.0
HOUR_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class World:
    """What the process is given from outside: the time, the bus of events, systemd, the listening sockets."""

    clock: Clock
    bus: Bus
    notifier: Notifier
    doorways: Doorways
    config_path: Path
    reach: Reach


async def serve(start: Start, world: World, stop: asyncio.Event) -> None:
    """Begin with these settings, run until `stop` is set. Raises StoreError, NotApplied, DoorError: it can't start."""
    settings = start.settings
    state = Path(settings.state_directory)
    clock, bus = CarefulClock(world.clock, kernel_time_is_kept), world.bus
    secret = installation_secret(state / "secrets")
    with door(socket_path(settings.runtime_directory)) as control_socket:
        store = await Store.open(state, clock, bus.publish, translate.store_limits(settings))
        try:
            clock.begin(await store.newest())
            await store.move_time()
            codes = Codes(secret, clock)
            codes.go_on_behind(await store.newest_codes())
            async with asyncio.TaskGroup() as tasks, evidence.worker() as worker:
                household = Household(replace(world, clock=clock), store, worker, tasks, codes)
                tasks.create_task(_watch_time(clock, bus, store))
                await household.open(start, control_socket)
                await stop.wait()
                await household.close()
                raise _Stopped
        except* _Stopped:
            # The group has cancelled all that still went on; what it was about stands on disk.
            pass
        finally:
            await store.close()


async def _watch_time(clock: CarefulClock, bus: Bus, store: Store) -> None:
    """Tell of leaps of the time of day; when one was the truth, the ages of the queue follow."""

    async def moved(seconds: float) -> None:
        try:
            await store.move_time(seconds)
        except StoreError as error:
            bus.publish(Fault("time", str(error)))

    await clock.watch(bus.publish, moved)


class _Stopped(Exception):
    """The end of the gateway's work, by which the outermost group ends every task."""


class Household:
    """What outlives the settings, at work. `tasks` owns everything that goes on."""

    def __init__(self, world: World, store: Store, worker: WorkerPool, tasks: asyncio.TaskGroup, codes: Codes) -> None:
        self._world, self._store, self._tasks = world, store, tasks
        clock, publish = world.clock, world.bus.publish
        self._delivery = PresentDelivery()
        returned = Returned(store.quarantine, codes, clock)
        self._notices = Notices(NoticeParts(store.queue, returned, codes, clock, publish))
        self._spool = SpoolRunner(
            SpoolParts(store.queue, store.queue_desk, self._delivery, self._notices, clock, publish), tasks
        )
        bypass, probes = Bypass(clock, publish, tasks), Probes()
        self._known = Known(RecipientRows(store.database), clock)
        self._learning = Learning(self._known, clock, publish)
        house = House(
            clock=clock,
            bus=world.bus,
            store=store,
            worker=worker,
            codes=codes,
            tasks=tasks,
            workshop=Workshop(tasks),
            watch=self._spool.watch,
            bypass=bypass,
            probes=probes,
            brakes=Brakes(clock),
            notices=self._notices,
            reach=world.reach,
            known=self._known,
            learning=self._learning,
            since=clock.now(),
        )
        self._changeover = Changeover(house, world.doorways)
        tester = ChainTester(probes, lambda: self._changeover.present, store.history, clock, tasks)
        prober = BackendProber(lambda: self._changeover.present, clock, tasks, lambda: secrets.token_hex(8))
        self._work = GatewayWork(
            WorkParts(
                store,
                self._spool,
                bypass,
                tester,
                settings=lambda: self._changeover.present.settings,
                trouble=lambda lane: self._changeover.present.lanes.trouble(lane),
                clock=clock,
                publish=publish,
                prober=prober,
            )
        )
        self._health = GatewayHealth(lambda: self._changeover.present, prober, clock, codes.marking_word)
        self._hub = Hub()
        self._status = StatusLine(world.notifier)

    async def open(self, start: Start, control_socket: socket.socket) -> None:
        """Start everything; the doors for mail before those for people, who are told of a gateway that is there."""
        await self._known.load()
        self._listen_to_events()
        start = await self._run_first(start)
        settings_desk, store = await self._settings_desk(start), self._store
        present = self._changeover
        rules = GatewayRules(store.lists, store.history, lambda: present.present.settings, self._world.clock)
        recipients = GatewayRecipients(
            self._known,
            ByHand(self._known),
            lambda: present.present.settings,
            lambda: present.present.directory,
        )
        desk = GatewayDesk(
            lambda: present.present.desk_parts(), self._work, settings_desk, rules, recipients, self._health
        )
        office = Office(desk, self._world.bus.publish, Sessions(self._world.clock.now))
        self._changeover.listen(lambda: self._adopt(office))
        self._adopt(office)
        for work in self._background(office, control_socket):
            self._tasks.create_task(work)
        self._world.notifier.ready()

    async def close(self) -> None:
        """Take nothing more and let what is under way end, within the grace; the background goes on meanwhile."""
        self._world.notifier.stopping()
        self._status.stopping(self._changeover.present.gate.open_connections)
        async with asyncio.TaskGroup() as group:
            hurry = group.create_task(self._hurry())
            async with asyncio.TaskGroup() as ending:
                ending.create_task(self._changeover.close(GRACE_SECONDS))
                ending.create_task(self._end_spooling())
            hurry.cancel()
        with suppress(StoreError):
            await self._known.flush()

    async def _run_first(self, start: Start) -> Start:
        """These settings, or the last that were kept when they were edited by hand and can't run here."""
        try:
            await self._changeover.to(start.settings)
        except NotApplied as error:
            other = start.instead(str(error))
            if other is None:
                raise
            await self._changeover.to(other.settings)
            return other
        return start

    async def _settings_desk(self, start: Start) -> GatewaySettings:
        world, store = self._world, self._store
        versions, release = Versions(store.database), version("poterne")
        kept = await begun.note(start, versions, world.config_path, release, world.clock, world.bus.publish)
        prober = Prober(world.clock)
        means = KeeperMeans(
            runs=self._changeover,
            look=lambda: prober.look(self._changeover.present),
            versions=versions,
            file=world.config_path,
            release=release,
            clock=world.clock,
            publish=world.bus.publish,
            tasks=self._tasks,
        )
        secret_store = Secrets(Path(start.settings.state_directory) / "secrets")
        return GatewaySettings(
            Keeper(kept, means), versions, secret_store, replace(start, version=kept.version), world.clock
        )

    async def _hurry(self) -> None:
        await self._world.clock.sleep(HURRY_SECONDS)
        self._changeover.hurry()

    async def _end_spooling(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self._spool.stop()

    def _adopt(self, office: Office) -> None:
        """Other settings hold from now on."""
        gateway = self._changeover.present
        settings = gateway.settings
        self._delivery.adopt(gateway.delivery, translate.routes(settings))
        self._notices.adopt(translate.notices(settings))
        self._learning.adopt(translate.delimiters(settings))
        self._store.adopt(translate.store_limits(settings))
        office.adopt(settings.language, settings.quarantine.keep_days)
        self._status.serving([listener.address for listener in gateway.listeners])

    def _listen_to_events(self) -> None:
        bus = self._world.bus
        bus.listen(self._hub.publish)
        bus.listen(self._on_event)
        bus.listen(self._status.hear)
        bus.listen(self._learning.hear)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, MessageHandled | MessageFollowed):
            self._store.history.append(event.record)
            for number in entries_hit(event.record):
                self._store.lists.hit(number, event.record.time)
            if any(each.state == "spooled" for each in event.record.dispositions):
                self._spool.nudge()
        elif isinstance(event, LaneChanged) and event.state == "up":
            self._spool.lane_is_up(event.lane)

    def _background(self, office: Office, control_socket: socket.socket) -> Iterator[Coroutine[object, object, None]]:
        clock = self._world.clock
        yield ControlServer(office, self._hub, this_house()).run(control_socket)
        yield self._store.history.run()
        yield self._spool.run()
        yield self._letters(office).run()
        yield self._tidy(self._store.quarantine.flush, MINUTE_SECONDS)
        yield self._tidy(self._store.flush_facts, FACTS_SECONDS)
        yield self._tidy(self._known.flush, MINUTE_SECONDS)
        yield self._tidy(self._store.expire, HOUR_SECONDS)
        yield self._tidy(self._store.relieve, RELIEF_SECONDS)
        if (interval := watchdog_seconds(os.environ, os.getpid())) is not None:
            yield keep_alive(self._world.notifier, interval, clock.sleep)

    def _letters(self, office: Office) -> AdminLetters:
        present, clock = self._changeover, self._world.clock

        async def status(language: str) -> Status:
            return assess(await office.desk.status(), language)

        return AdminLetters(
            LetterParts(
                status=status,
                papers=lambda: certificates(present.present.settings, clock),
                settings=lambda: present.present.settings,
                closed=lambda lane: present.present.lanes.trouble(lane),
                notices=self._notices,
                quarantine=self._store.quarantine,
                memory=Path(present.present.settings.state_directory) / "told.json",
                clock=clock,
                publish=self._world.bus.publish,
            )
        )

    async def _tidy(self, work: Callable[[], Awaitable[object]], interval_seconds: float) -> None:
        """Again and again; a full disk then is a state, not an end."""
        while True:
            await self._world.clock.sleep(interval_seconds)
            try:
                await work()
            except StoreError as error:
                self._world.bus.publish(Fault("tidying", str(error)))
