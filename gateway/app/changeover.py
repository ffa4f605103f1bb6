"""Puts a gateway of other settings in the place of the one that runs: same sockets, no refused connection.

The new one listens before the old one stops; sessions under way end in theirs. Which settings, and for how
long, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable

from gateway.app import translate
from gateway.app.doorways import Doorways
from gateway.app.gateway import Gateway, House
from gateway.config.schema import Settings
from gateway.delivery.cutthrough import CutThrough
from gateway.net.tls import CertificateError
from gateway.smtp.limits import seconds
from gateway.system.routes import default_gateways
from gateway.system.sockets import ListenError


class NotApplied(Exception):
    """The settings are valid, but can't run here now; those before go on. The text says why."""


class Changeover:
    """`present` is the gateway that takes mail now."""

    def __init__(self, house: House, doorways: Doorways) -> None:
        self._house = house
        self._doorways = doorways
        self._present: Gateway | None = None
        self._stopping: list[Gateway] = []
        self._stopped: list[Gateway] = []
        # A try of spooled mail may last longer than the gateway that began it.
        self._deliveries: weakref.WeakSet[CutThrough] = weakref.WeakSet()
        self._is_holding = False
        self._listeners: list[Callable[[], None]] = []

    @property
    def present(self) -> Gateway:
        """Raises RuntimeError before the first."""
        if self._present is None:
            raise RuntimeError("no gateway is open yet")
        return self._present

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every change."""
        self._listeners.append(listener)

    async def to(self, settings: Settings, *, may_return: bool = False) -> None:
        """Run these settings. Raises NotApplied; then those before go on.

        `may_return`: the parts of those before stay at work until `settle`, for they may be needed again.
        """
        before = self._present
        self._is_holding = self._is_holding or may_return
        after = await self._opened(settings, before)
        self._present = after
        self._deliveries.add(after.delivery)
        self._doorways.close_others([each.address for each in settings.listener.values()])
        for listener in self._listeners:
            listener()
        if before is not None:
            self._stopping.append(before)
            self._house.tasks.create_task(self._end(before))

    def settle(self) -> None:
        """The settings of now are kept: what belongs to others only may end."""
        self._is_holding = False
        self._sweep()

    def hurry(self) -> None:
        """The process ends soon: who waits for a next hop is answered now."""
        for each in tuple(self._deliveries):
            each.hurry()

    async def close(self, grace_seconds: float) -> None:
        """Stop all, also those that are still about to."""
        async with asyncio.TaskGroup() as group:
            for each in self._all():
                group.create_task(each.stop(grace_seconds))

    async def _opened(self, settings: Settings, before: Gateway | None) -> Gateway:
        """The new gateway, listening. Raises NotApplied with everything as before."""
        if why := translate.opened_to_all(settings, default_gateways()):
            raise NotApplied(why)
        addresses = {name: each.address for name, each in settings.listener.items()}
        in_the_way = self._doorways.in_the_way(addresses.values()) if before else frozenset()
        left = await before.leave(in_the_way, _patience(before)) if before else ()
        self._doorways.close(in_the_way)
        after = Gateway(settings, self._house)
        try:
            await after.open(self._doorways.open(addresses))
        except BaseException as error:
            await after.stop(0.0)
            after.give_back()
            if before is not None:
                await self._go_on(before, left)
            if isinstance(error, ListenError | CertificateError | OSError):
                raise NotApplied(str(error)) from error
            raise
        return after

    async def _go_on(self, before: Gateway, left: tuple[str, ...]) -> None:
        """Listen again where room had been made, and nowhere else than before."""
        addresses = {name: each.address for name, each in before.settings.listener.items()}
        self._doorways.close_others(addresses.values())
        if left:
            await before.open(self._doorways.open({name: addresses[name] for name in left}))

    async def _end(self, gateway: Gateway) -> None:
        await gateway.stop(_patience(gateway))
        self._stopping.remove(gateway)
        self._stopped.append(gateway)
        self._sweep()

    def _sweep(self) -> None:
        if self._is_holding:
            return
        stopped, self._stopped = self._stopped, []
        for each in stopped:
            each.give_back()

    def _all(self) -> list[Gateway]:
        return [*([self._present] if self._present else []), *self._stopping]


def _patience(gateway: Gateway) -> float:
    """Nobody's transaction is broken off by a change of settings."""
    return seconds(gateway.settings.timeouts.transaction_seconds)
