"""`poterne test`: one message through our own door, all checks and the way out; and what became of it at each step.

The message comes by SMTP from our own outgoing client, so that both are part of the test. It goes to the lane
`internal:test`, which looks at it and keeps nothing, or really to a mailbox.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.app import testmail, translate
from gateway.app.gateway import Gateway
from gateway.config.endpoints import Inet, parse_endpoint
from gateway.config.schema import Backend, BackendTls, Settings
from gateway.control.hopwords import cure_words, unrecognised_words
from gateway.control.values import ListenerStatus
from gateway.control.workvalues import ChainStep, ChainTest
from gateway.control.workwords import step_words
from gateway.core.address import NULL_REVERSE_PATH, ForwardPath, ReversePath
from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope, Recipient
from gateway.core.event import Event
from gateway.core.followup import whole
from gateway.core.message import Edits, Message
from gateway.core.outcome import Outcome, Result
from gateway.core.path import PathError, scan_path
from gateway.core.record import Disposition
from gateway.core.text import safe
from gateway.core.verdict import Action
from gateway.delivery.lane import Lane
from gateway.delivery.opener import Surroundings
from gateway.delivery.way import way_to_backend
from gateway.net.clock import Clock
from gateway.net.dial import Dialer
from gateway.pipeline.probes import DOMAIN, Probe, Probes
from gateway.store.history import History
from gateway.system.interfaces import address_towards

# The answer of our own door takes at most the budget of D1; and a greeting may be delayed.
TEST_SECONDS = 60.0
# A question without a message takes no longer, or mail would not pass either.
ASK_SECONDS = 20.0
_FAILED = ("temperror", "unscannable")
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - a listener's address, not ours to bind


@dataclass(frozen=True, slots=True)
class ChainTester:
    """`present` gives the gateway that takes mail now; `tasks` owns the sending."""

    probes: Probes
    present: Callable[[], Gateway]
    history: History
    clock: Clock
    tasks: asyncio.TaskGroup

    async def run(self, recipient: str, language: str, variant: str = "") -> ChainTest:
        """Send, look, tell. Never raises for what the chain does; StoreError when the history can't be read."""
        told = await self._run(recipient, language, variant)
        failed = next((step for step in told.steps if not step.done), None)
        if failed is None:
            return told
        if variant and failed.name == "judge":
            cause, cure = unrecognised_words(variant, language)
            return replace(told, cause=cause, cure=cure)
        settings = self.present().settings
        name = next((each.backend for each in settings.domain.values()), "NAME")
        cause, cure = cure_words(failed.text, language, name=name, address=_address_towards(settings, name))
        return replace(told, cause=cause, cure=cure)

    async def _run(self, recipient: str, language: str, variant: str) -> ChainTest:
        target = _recipient(recipient) if recipient else None
        if recipient and target is None:
            step = ChainStep("send", False, step_words("no-address", language, address=recipient))
            return ChainTest(False, "", (step,))
        if target is not None and translate.routes(self.present().settings).of(target) is None:
            return await self._outgoing(target, language)
        listener = self._listener()
        if listener is None:
            return ChainTest(False, "", (ChainStep("send", False, step_words("no-listener", language)),))
        probe = self.probes.begin()
        try:
            return await self._tested(probe, target, listener, language, variant)
        finally:
            self.probes.end(probe)

    async def _tested(
        self, probe: Probe, target: Recipient | None, listener: ListenerStatus, language: str, variant: str
    ) -> ChainTest:
        octets = testmail.octets(probe.token, self.clock.now(), target or _recipient_of(probe), variant)
        started = self.clock.monotonic()
        outcome = await self._sent(_listening_address(listener), target or _recipient_of(probe), octets)
        steps = [_sending(outcome, 1_000 * (self.clock.monotonic() - started), language)]
        record = whole(await self.history.find(probe.code)) if probe.code else None
        if probe.judgement is not None:
            steps.append(_recognising(probe, language) if variant else _judging(probe, language))
        if outcome.result is Result.DELIVERED:
            last = record.dispositions[0] if record and record.dispositions else None
            took = dict(record.timings).get("handing on", 0.0) if record else 0.0
            step = _delivery(last, language) if target else _arrival(probe, octets, language)
            steps.append(replace(step, elapsed_ms=took))
            if target is None and not variant and step.done:
                steps += await self._server(language)
            steps.append(_recording(probe.code if record else "", language))
        fields = _fields_on_top(probe.arrival, octets) if probe.arrival else ()
        works = all(step.done for step in steps)
        return ChainTest(works, probe.code, tuple(steps), _checks(probe), fields)

    async def _server(self, language: str) -> list[ChainStep]:
        """Would the office's server take mail for the postmaster? It is asked, and gets no message."""
        gateway = self.present()
        postmaster = _recipient(gateway.settings.postmaster)
        route = translate.routes(gateway.settings).of(postmaster) if postmaster else None
        lane = gateway.lanes.get(route.lane) if route else None
        if postmaster is None or lane is None:
            return []
        started = self.clock.monotonic()
        answer = await lane.ask(postmaster, started + ASK_SECONDS)
        said = str(answer.reply) if answer.reply else answer.detail or answer.stage.value
        takes = answer.meaning == "accepted"
        name = lane.name.partition(":")[2]
        words = step_words(
            "server-takes" if takes else "server-not", language, hop=name, recipient=str(postmaster), reply=said
        )
        return [ChainStep("server", takes, safe(words, 300), 1_000 * (self.clock.monotonic() - started))]

    async def _outgoing(self, target: Recipient, language: str) -> ChainTest:
        """Really to an address outside, by the way that the office's own mail would take."""
        gateway, shown = self.present(), str(target)
        sender = _recipient(gateway.settings.postmaster)
        reverse_path = ReversePath(sender.forward_path.mailbox) if sender else NULL_REVERSE_PATH
        name = translate.routes(gateway.settings).lane_out(reverse_path, target)
        lane = gateway.lanes.get(name) if name else None
        if name is None or lane is None:
            return ChainTest(False, "", (ChainStep("route", False, step_words("no-way", language, recipient=shown)),))
        route = ChainStep("route", True, step_words("way", language, recipient=shown, lane=name))
        token = secrets.token_hex(16)
        message = Message.of(testmail.octets(token, self.clock.now(), target, sender=sender))
        consignment = Consignment("test", name, Envelope(reverse_path, (target,)), message, Edits())
        started = self.clock.monotonic()
        (outcome,) = await lane.start(consignment, started + TEST_SECONDS).known()
        taken = outcome.result is Result.DELIVERED
        said = str(outcome.reply) if outcome.reply else outcome.detail or outcome.result.value
        words = step_words("out-taken" if taken else "out-not", language, hop=outcome.hop, reply=said)
        step = ChainStep("deliver", taken, safe(words, 300), 1_000 * (self.clock.monotonic() - started))
        return ChainTest(taken, "", (route, step))

    async def _sent(self, address: str, recipient: Recipient, octets: bytes) -> Outcome:
        gateway = self.present()
        settings = gateway.settings
        around = Surroundings(settings.hostname, Dialer(gateway.sources.resolver), self.clock, settings.timeouts)
        backend = Backend((address,), tls=BackendTls("opportunistic"))
        lane = Lane("internal:probe", way_to_backend(backend), around, _unheard, self.tasks)
        envelope = Envelope(NULL_REVERSE_PATH, (recipient,))
        consignment = Consignment("probe", lane.name, envelope, Message.of(octets), Edits())
        try:
            (outcome,) = await lane.start(consignment, self.clock.monotonic() + TEST_SECONDS).known()
        finally:
            lane.pool.clear()
        return outcome

    def _listener(self) -> ListenerStatus | None:
        """The first door for the Internet's mail that begins in clear, as the Internet does."""
        gateway = self.present()
        for each in gateway.listeners:
            if each.role == "inbound" and gateway.settings.listener[each.name].tls.mode != "implicit":
                return each
        return None


def _unheard(event: Event) -> None:
    """The lane of a test is nobody's business: its health must not alarm."""


def _recipient(address: str) -> Recipient | None:
    try:
        mailbox, end = scan_path(f"<{address}>", 0)
    except PathError:
        return None
    return Recipient(ForwardPath(mailbox)) if mailbox is not None and end == len(address) + 2 else None


def _recipient_of(probe: Probe) -> Recipient:
    recipient = _recipient(f"{probe.token}@{DOMAIN}")
    if recipient is None:
        raise ValueError("the address of a probe is no address")
    return recipient


def _listening_address(listener: ListenerStatus) -> str:
    host, _, port = listener.address.rpartition(":")
    return f"{_ANY_ADDRESS.get(host, host)}:{port}"


def _sending(outcome: Outcome, elapsed_ms: float, language: str) -> ChainStep:
    taken = outcome.result is Result.DELIVERED
    said = str(outcome.reply) if outcome.reply else outcome.detail or outcome.result.value
    words = (
        step_words("taken", language, hop=outcome.hop, reply=said)
        if taken
        else step_words("not-taken", language, hop=outcome.hop, cause=f"{outcome.stage.value}: {said}")
    )
    return ChainStep("send", taken, safe(words, 300), elapsed_ms)


def _judging(probe: Probe, language: str) -> ChainStep:
    judgement = probe.judgement
    if judgement is None or not judgement.evidence:
        return ChainStep("judge", False, step_words("bypassed", language))
    verdict = judgement.verdicts[0]
    failed = [each.check for each in judgement.evidence if each.result in _FAILED]
    words = step_words(
        "judged-partly" if failed else "judged",
        language,
        failed=", ".join(failed),
        points=f"{verdict.score:.1f}",
        action=verdict.action.value,
    )
    return ChainStep("judge", not failed, words, judgement.elapsed_ms)


def _recognising(probe: Probe, language: str) -> ChainStep:
    """What a test virus or test spam would have got."""
    judgement = probe.judgement
    if judgement is None or not judgement.evidence:
        return ChainStep("judge", False, step_words("bypassed", language))
    action = judgement.verdicts[0].action
    known = action in (Action.REJECT, Action.QUARANTINE)
    words = step_words("recognised" if known else "not-recognised", language, action=action.value)
    return ChainStep("judge", known, words, judgement.elapsed_ms)


def _address_towards(settings: Settings, name: str) -> str:
    backend = settings.backend.get(name)
    host = parse_endpoint(backend.hosts[0]) if backend and backend.hosts else None
    return address_towards(host.host) if isinstance(host, Inet) else ""


def _checks(probe: Probe) -> tuple[tuple[str, str], ...]:
    evidence = probe.judgement.evidence if probe.judgement else ()
    return tuple((each.check, safe(each.result, 60)) for each in evidence)


def _arrival(probe: Probe, octets: bytes, language: str) -> ChainStep:
    if probe.arrival is None:
        return ChainStep("deliver", False, step_words("not-arrived", language))
    if not probe.arrival.endswith(octets):
        return ChainStep("deliver", False, step_words("arrived-changed", language))
    number = str(len(_fields_on_top(probe.arrival, octets)))
    return ChainStep("deliver", True, step_words("arrived", language, fields=number))


def _delivery(last: Disposition | None, language: str) -> ChainStep:
    if last is None:
        return ChainStep("deliver", False, step_words("not-arrived", language))
    done = last.state == "delivered"
    words = (
        step_words("delivered", language, hop=last.hop, reply=last.hop_reply)
        if done
        else step_words("not-delivered", language, state=last.state, reply=last.hop_reply)
    )
    return ChainStep("deliver", done, safe(words, 300))


def _recording(code: str, language: str) -> ChainStep:
    words = step_words("recorded", language, code=code) if code else step_words("not-recorded", language)
    return ChainStep("record", bool(code), words)


def _fields_on_top(arrival: bytes, octets: bytes) -> tuple[str, ...]:
    """Each added header field on one line."""
    added = Message.of(arrival.removesuffix(octets) + b"\r\n")
    return tuple(safe(each.octets.decode("ascii", "replace").replace("\r\n", ""), 300).strip() for each in added.fields)
