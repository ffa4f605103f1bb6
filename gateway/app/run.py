"""The process around the gateway: journal, folders, sockets, signals, and what it says when it can't start."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from gateway.app.bus import Bus
from gateway.app.changeover import NotApplied
from gateway.app.doorways import Doorways
from gateway.app.house import World, serve
from gateway.app.start import Start, begin
from gateway.control.door import DoorError
from gateway.delivery.mx import Reach
from gateway.net.clock import Clock, SystemClock
from gateway.store.errors import StoreError
from gateway.system.allocator import give_back_large_memory
from gateway.system.credentials import SecretError
from gateway.system.folders import FolderError, prepare_runtime, prepare_state
from gateway.system.interfaces import is_local_address
from gateway.system.journal import configure_logging, open_journal
from gateway.system.notify import notifier_from
from gateway.system.sockets import ListenError, inherited_sockets, unused_names

EXIT_DONE = 0
EXIT_REFUSED = 1

# Python's 700 means twice a message. A cycle that holds a large message must not live for long either.
COLLECT_EVERY_OBJECTS = 3_000

# SIGHUP comes when the terminal goes away: that is no reason to end without order.
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_CANT_START = (DoorError, NotApplied, StoreError, SecretError, FolderError, ListenError)


# Equal servers are mixed without a secret: nobody gains by a guess.
THE_WORLD = Reach(is_local_address, random.shuffle)

MakeLoop = Callable[[], asyncio.AbstractEventLoop]

logger = logging.getLogger(__name__)


def run(
    config_path: Path,
    *,
    clock: Clock | None = None,
    loop_factory: MakeLoop | None = None,
    reach: Reach | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP. Returns the exit code; what went wrong stands on stderr, in words.

    `clock` and the event loop are the machine's unless a probe brings others, in which time runs faster; `reach` is
    the world's unless a test brings a small one.
    Raises SettingsError when neither the file nor any earlier version of the settings can be used.
    """
    give_back_large_memory()
    start = begin(config_path, version("poterne"))
    try:
        _run(start, config_path, clock or SystemClock(), loop_factory, reach or THE_WORLD)
    except BaseExceptionGroup as group:
        expected, unexpected = group.split(_CANT_START)
        if unexpected is not None:
            raise
        return _say(expected)
    except _CANT_START as error:
        return _say(BaseExceptionGroup("", [error]))
    return EXIT_DONE


def _run(start: Start, config_path: Path, clock: Clock, loop_factory: MakeLoop | None, reach: Reach) -> None:
    journal = open_journal(os.environ, sys.stderr, clock.now)
    configure_logging(journal)
    bus = Bus()
    bus.listen(journal.publish)
    prepare_state(Path(start.settings.state_directory))
    prepare_runtime(Path(start.settings.runtime_directory))
    inherited = inherited_sockets(os.environ, os.getpid())
    doorways = Doorways(inherited)
    start = _listening(start, doorways)
    for name in unused_names(inherited, doorways.held):
        logger.warning("no listener takes the socket %s that systemd passed: clients wait there in vain", name)
    world = World(clock, bus, notifier_from(os.environ), doorways, config_path, reach)
    _spare_the_collector()
    logger.info("serving as %s with the settings of %s", start.settings.hostname, config_path)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_until_stopped(start, world))
    logger.info("stopped")


def _listening(start: Start, doorways: Doorways) -> Start:
    """Its sockets open; or those of the last kept settings, when these were edited by hand and can't listen here."""
    try:
        doorways.hold(_addresses(start))
    except ListenError as error:
        other = start.instead(str(error))
        if other is None:
            raise
        doorways.hold(_addresses(other))
        return other
    return start


def _addresses(start: Start) -> dict[str, str]:
    return {name: each.address for name, each in start.settings.listener.items()}


async def _until_stopped(start: Start, world: World) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin_to_stop() -> None:
        stop.set()
        # Whoever asks a second time does not want to wait: then the kernel ends us, and the next start recovers.
        for name in _STOPS:
            loop.remove_signal_handler(name)
            signal.signal(name, signal.SIG_DFL)

    for name in _STOPS:
        loop.add_signal_handler(name, begin_to_stop)
    await serve(start, world, stop)


def _spare_the_collector() -> None:
    """What the start made stays: the search for cycles need not look at it again and again.

    A message makes some thousand objects and few cycles, so the search need not come several times a message.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY_OBJECTS)


def _say(group: BaseExceptionGroup[BaseException] | None) -> int:
    for error in _leaves(group) if group else []:
        sys.stderr.write(f"poterne can't run: {error}\n")
    return EXIT_REFUSED


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
