"""The DNS server of `dnsserver` in a thread with its own loop: it outlives a test, and shows what was asked."""

from __future__ import annotations

import asyncio
import threading

from tests.support.dnsserver import DnsServer


class DnsThread:
    """Serves zone text from construction to `stop`. `asked` grows; clear it to begin anew."""

    def __init__(self, zone: str) -> None:
        self._server = DnsServer.of(zone)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        self._ready.wait(10)

    @property
    def address(self) -> str:
        """ "127.0.0.1:PORT"."""
        return self._server.address

    @property
    def asked(self) -> list[tuple[str, str]]:
        """(name, type) in order."""
        return self._server.asked

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        async with self._server:
            self._ready.set()
            await self._end.wait()
