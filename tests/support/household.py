"""The whole gateway in this process: `app.house.serve` on a folder, before a scripted server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from gateway.app.bus import Bus
from gateway.app.doorways import Doorways
from gateway.app.house import World, serve
from gateway.app.run import THE_WORLD
from gateway.app.start import begin
from gateway.control.client import Client
from gateway.control.place import socket_path
from gateway.control.protocol import Method
from gateway.core.event import Event
from gateway.net.clock import SystemClock
from gateway.system.folders import prepare_runtime, prepare_state
from gateway.system.notify import Notifier
from tests.support.daemon import settings
from tests.support.nexthop import NextHop
from tests.support.nexthop import running as running_hop
from tests.support.ports import free_port
from tests.support.smtpclient import RawClient

_Result = TypeVar("_Result")


@dataclass
class Household:
    """A gateway that runs; `text` are its first settings, `events` all that was published."""

    folder: Path
    text: str
    port: int
    hop: NextHop
    events: list[Event]
    stop: asyncio.Event

    async def ask(self, method: Method[Any, _Result], params: object) -> _Result:
        """Over the control socket. Raises DeniedError."""
        return await asyncio.to_thread(self._ask, method, params)

    async def client(self) -> RawClient:
        """A connection to its only listener."""
        return await RawClient.connect(self.port)

    def _ask(self, method: Method[Any, _Result], params: object) -> _Result:
        with Client(socket_path(str(self.folder / "run"))) as client:
            return client.call(method, params)


@asynccontextmanager
async def household(
    folder: Path, port: int | None = None, change: Callable[[str], str] = str
) -> AsyncIterator[Household]:
    """Running until the block ends; nobody answers its DNS. `change` makes other settings of the usual ones."""
    port = port or free_port()
    file = folder / "poterne.toml"
    async with running_hop() as hop:
        text = settings(folder, port, hop.address, f"127.0.0.1:{free_port()}").replace(
            "[rspamd]", "timeout_seconds = 0.2\n[rspamd]"
        )
        text = change(text)
        file.write_text(text)
        start = begin(file, "0.1.0")
        prepare_state(folder / "state")
        prepare_runtime(folder / "run")
        doorways, bus, events = Doorways({}), Bus(), []
        bus.listen(events.append)
        doorways.hold({name: each.address for name, each in start.settings.listener.items()})
        world = World(SystemClock(), bus, Notifier(), doorways, file, THE_WORLD)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(serve(start, world, stop))
            try:
                await _until_there(serving, folder / "run" / "control.sock")
                yield Household(folder, text, port, hop, events, stop)
            finally:
                stop.set()
        doorways.close_others([])


async def _until_there(serving: asyncio.Task[None], path: Path) -> None:
    """The socket is bound early, but answers only when everything else is open."""
    async with asyncio.timeout(20):
        while not serving.done():
            try:
                reader, writer = await asyncio.open_unix_connection(os.fspath(path))
            except OSError:
                await asyncio.sleep(0.005)
                continue
            writer.write(b'{"jsonrpc":"2.0","id":1,"method":"secret.list"}\n')
            await reader.readline()
            writer.close()
            return
