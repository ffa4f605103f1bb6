"""Try a server without a message: is it there, does it encrypt, does it know who exists; and is the mail sent to us.

For a server of the settings, and for one that somebody is about to write there. Nothing of it counts for the
health of a lane, except for a smart host, whose login is its lane's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.app.gateway import Gateway
from gateway.config.schema import Backend, BackendTls
from gateway.control.probewords import probe_words
from gateway.control.refusal import Refusal
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, ProbeStep
from gateway.core.address import ForwardPath, Mailbox
from gateway.core.domain import to_ascii
from gateway.core.envelope import Recipient
from gateway.core.event import Event
from gateway.core.text import safe
from gateway.delivery.lane import HopAnswer, Lane
from gateway.delivery.link import Link
from gateway.delivery.opener import Surroundings
from gateway.delivery.way import NoLink, way_to_backend
from gateway.net.clock import Clock
from gateway.net.dial import Dialer, endpoint
from gateway.net.dns import TemporaryFailure
from gateway.recipients.asks import LIMIT_SECONDS

# A server that does not greet in this time would not do for mail either, and somebody waits.
SESSION_SECONDS = 15.0
CAUSE_CHARACTERS = 300
_SMART_HOST = "smart_host:"


@dataclass(frozen=True, slots=True)
class BackendProber:
    """`present` gives the gateway that takes mail now; `random_word` a word nobody guesses, for the canary."""

    present: Callable[[], Gateway]
    clock: Clock
    tasks: asyncio.TaskGroup
    random_word: Callable[[], str]

    async def probe(self, wanted: ProbeBackend, language: str) -> BackendProbed | Refusal | None:
        """Never raises for what servers do. As `control.workdesk.WorkDesk.probe`."""
        gateway = self.present()
        if wanted.name.startswith(_SMART_HOST):
            lane = gateway.lanes.get(wanted.name)
            return await self._smart_host(lane, language) if lane is not None else None
        backend = gateway.settings.backend.get(wanted.name) if wanted.name else _backend(wanted)
        if backend is None:
            return None
        for host in backend.hosts:
            if not _is_hop(host):
                return Refusal(_sentence(probe_words("no-host", language, host=safe(host, CAUSE_CHARACTERS))))
        if wanted.domain and to_ascii(wanted.domain) is None:
            return Refusal(_sentence(probe_words("no-domain", language, domain=safe(wanted.domain, CAUSE_CHARACTERS))))
        steps = [await self._mx(gateway, wanted.domain, language)] if wanted.domain else []
        if backend.transport == "imap-append":
            return BackendProbed(True, (*steps, ProbeStep("session", "warn", probe_words("not-tried", language))))
        tried = [await self._host(gateway, replace(backend, hosts=(host,)), wanted, language) for host in backend.hosts]
        answers = [answer.verifies for answer in tried if answer.verifies is not None]
        found = (*steps, *(step for answer in tried for step in answer.steps))
        return BackendProbed(any(each.works for each in tried), found, all(answers) if answers else None)

    async def _host(self, gateway: Gateway, backend: Backend, wanted: ProbeBackend, language: str) -> BackendProbed:
        """One host of it, by a lane of its own."""
        settings = gateway.settings
        around = Surroundings(settings.hostname, Dialer(gateway.sources.resolver), self.clock, settings.timeouts)
        lane = Lane("internal:probe", way_to_backend(backend), around, _unheard, self.tasks)
        try:
            opened = await self._opened(lane, backend.tls.mode, language)
            if not opened.works or not wanted.domain:
                return opened
            started = self.clock.monotonic()
            answer = await lane.ask(_canary(wanted.domain, self.random_word()), started + LIMIT_SECONDS)
            step, verifies = _knows(answer, language)
            step = replace(step, elapsed_ms=self._passed(started))
            return BackendProbed(True, (*opened.steps, step), verifies)
        finally:
            lane.pool.clear()

    async def _smart_host(self, lane: Lane, language: str) -> BackendProbed:
        return await self._opened(lane, "verify", language)

    async def _opened(self, lane: Lane, mode: str, language: str) -> BackendProbed:
        """A session, and whether it is within TLS."""
        started = self.clock.monotonic()
        link = await lane.pool.acquire(started + SESSION_SECONDS, fresh=True)
        took = self._passed(started)
        if isinstance(link, NoLink):
            cause = link.ending.failure or str(link.ending.reply or "")
            text = probe_words("no-session", language, hop=link.hop, cause=f"{link.ending.stage.value}: {cause}")
            return BackendProbed(False, (ProbeStep("session", "bad", safe(text, CAUSE_CHARACTERS), took),))
        lane.pool.release(link, is_reusable=True)
        size = link.capabilities.size_octets
        said = probe_words("size", language, megabytes=str(size // 1_000_000)) if size else ""
        session = ProbeStep("session", "ok", probe_words("session", language, hop=link.hop, size=said), took)
        return BackendProbed(True, (session, _encryption(link, mode, language)))

    async def _mx(self, gateway: Gateway, domain: str, language: str) -> ProbeStep:
        """Where the world sends mail for this domain; another place is no fault, for it is changed last."""
        hostname = gateway.settings.hostname
        started = self.clock.monotonic()
        try:
            found = await gateway.sources.resolver.lookup(to_ascii(domain) or domain, "MX")
        except TemporaryFailure as error:
            text = probe_words("mx-silent", language, domain=domain, cause=safe(str(error), CAUSE_CHARACTERS))
            return ProbeStep("mx", "warn", text, self._passed(started))
        names = [value.partition(" ")[2].lower() for value in found.values]
        key = "mx-none" if not names else "mx-ours" if hostname.lower() in names else "mx-others"
        shown = safe(", ".join(names[:5]), CAUSE_CHARACTERS)
        text = probe_words(key, language, domain=domain, names=shown, hostname=hostname)
        return ProbeStep("mx", "ok" if key == "mx-ours" else "warn", text, self._passed(started))

    def _passed(self, started: float) -> float:
        return 1_000 * (self.clock.monotonic() - started)


def _backend(wanted: ProbeBackend) -> Backend:
    return Backend(wanted.hosts, wanted.transport, tls=BackendTls(wanted.tls))


def _is_hop(host: str) -> bool:
    try:
        endpoint(host)
    except ValueError:
        return False
    return host.isprintable()


def _canary(domain: str, word: str) -> Recipient:
    return Recipient(ForwardPath(Mailbox(f"gw-canary-{word}", domain, to_ascii(domain) or domain)))


def _encryption(link: Link, mode: str, language: str) -> ProbeStep:
    if link.is_encrypted:
        return ProbeStep("tls", "ok", probe_words("encrypted", language, hop=link.hop))
    if link.hop.startswith("/"):
        return ProbeStep("tls", "ok", probe_words("local", language, hop=link.hop))
    key = "clear-as-set" if mode == "none" else "clear"
    return ProbeStep("tls", "warn", probe_words(key, language, hop=link.hop))


def _knows(answer: HopAnswer, language: str) -> tuple[ProbeStep, bool | None]:
    if answer.meaning == "refused":
        return ProbeStep("recipients", "ok", probe_words("verifies", language)), True
    if answer.meaning == "accepted":
        return ProbeStep("recipients", "warn", probe_words("accepts-all", language)), False
    cause = safe(answer.detail or str(answer.reply or ""), CAUSE_CHARACTERS)
    return ProbeStep("recipients", "warn", probe_words("unclear", language, cause=cause)), None


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _unheard(event: Event) -> None:
    """The lane of a probe is nobody's business: its health must not alarm."""
