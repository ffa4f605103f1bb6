"""What any SMTP door asks, answered in order: may this client, may this recipient, what becomes of this message.

The only place where relaying, existence, judgement and handing on meet. It decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network

from gateway.checks.base import ClientCheck
from gateway.checks.runner import run_client_checks
from gateway.core.address import ReversePath
from gateway.core.envelope import Client, IPAddress, Recipient, Role, Transaction
from gateway.core.event import Fault, MessageHandled, Publish
from gateway.core.facts import NOTHING, Facts
from gateway.core.finding import DnsblFinding, DnsblListing, Finding, ReverseNameFinding, find
from gateway.core.outreach import written_to
from gateway.core.relaying import RelayRights, Way, asks_to_route_on, way_to
from gateway.core.reply import Reply
from gateway.core.settlement import UNKNOWN_RECIPIENT
from gateway.net.clock import Clock
from gateway.pipeline.base import Admission
from gateway.pipeline.brake import NOTICES_PER_HOUR, Brakes
from gateway.pipeline.bypass import Bypass, unfiltered
from gateway.pipeline.codes import Codes
from gateway.pipeline.doubts import with_doubts
from gateway.pipeline.hand_on import HandOn
from gateway.pipeline.judge import Judge, Judgement
from gateway.pipeline.parcels import is_postmaster
from gateway.pipeline.probes import Probes
from gateway.pipeline.report import refusal_record
from gateway.pipeline.routes import Routes
from gateway.recipients.base import Existence, RecipientVerifier, Verification
from gateway.recipients.learning import Learning

# RFC 5321 §4.5.3.2.1 gives us 5 minutes to greet; a block list that is slower than this is not waited for.
CLIENT_CHECKS_SECONDS = 4.0

RECIPIENT_OK = Reply.of(250, "2.1.5", "Recipient ok")
RELAY_DENIED = Reply.of(550, "5.7.1", "Relaying is not allowed")
SENDER_DENIED = Reply.of(550, "5.7.1", "This client may not send as that sender")
NO_WAY_OUT = Reply.of(550, "5.7.1", "No route leads to that domain from here")
# RFC 5321 §4.1.3 lets a host without DNS be named by its address; much else than mail servers could be reached so.
NO_LITERALS = Reply.of(550, "5.1.2", "Mail to an address literal is not sent")
TOO_MANY_NOTICES = Reply.of(451, "4.7.1", "Too many notices for this recipient, please try again later")
TOO_MANY_MESSAGES = Reply.of(451, "4.7.1", "This client sends too much, please try again later")
INSIDE_ONLY = Reply.of(550, "5.7.1", "This recipient takes mail from inside only")
CANT_VERIFY = Reply.of(451, "4.4.1", "The recipient can't be verified now, please try again later")
LISTED = Reply.of(554, "5.7.1", "Your address is on a block list")
CLOSED = Reply.of(554, "5.7.1", "This listener is closed to you")
FAULT = Reply.of(451, "4.3.0", "Local error, please try again later")


@dataclass(frozen=True, slots=True)
class RelayClients:
    """Who may send out, by network: the first match counts."""

    networks: tuple[tuple[IPv4Network | IPv6Network, RelayRights], ...]

    def rights_of(self, ip: IPAddress) -> RelayRights | None:
        """The entry of this address, None for a stranger."""
        return next((rights for network, rights in self.networks if ip in network), None)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the intake is made of.

    `fits` says why a recipient's next hop can't take its address at all, None when it can (RFC 6531).
    `doubting_domains` are those that have mail for nobody held. `hidden_origins` are addresses of routers that hide
    clients (D18). `hostname` is our own, by which loops are known.
    """

    client_checks: tuple[ClientCheck, ...]
    relay_clients: RelayClients
    routes: Routes
    directory: RecipientVerifier
    judge: Judge
    hand_on: HandOn
    codes: Codes
    clock: Clock
    publish: Publish
    fits: Callable[[Recipient], Reply | None]
    bypass: Bypass
    probes: Probes
    hostname: str
    brakes: Brakes
    learning: Learning
    doubting_domains: frozenset[str] = frozenset()
    hidden_origins: frozenset[IPAddress] = frozenset()
    facts: Callable[[], Facts] = lambda: NOTHING
    wrote_to: Callable[[Iterable[str]], None] = lambda addresses: None


class SmtpIntake:
    """`pipeline.base.Intake` for SMTP listeners."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def new_code(self) -> str:
        """A short code, not used before."""
        return self._parts.codes.new()

    async def admit_client(self, client: Client) -> Admission:
        """Who it is, and whether a block list that the settings trust names it."""
        rights = self._parts.relay_clients.rights_of(client.ip)
        client = replace(client, relay_client=rights.name if rights else None)
        if rights is None and client.role is not Role.INBOUND:
            return Admission(client, (), self._refuse_client(client, CLOSED, ()))
        findings = await self._client_findings(client)
        reverse = find(findings, ReverseNameFinding)
        client = replace(client, hostname=reverse.hostname if reverse else None)
        listed = _rejecting_listing(findings) is not None and rights is None
        if listed and not self._parts.bypass.is_on() and not self._trusts(client):
            return Admission(client, findings, self._refuse_client(client, LISTED, findings))
        return Admission(client, findings)

    async def admit_recipient(self, client: Client, reverse_path: ReversePath, recipient: Recipient) -> Reply:
        """Relaying first, then existence. Every refusal has a code that finds it in the history."""
        reply, hop_reply = await self._recipient_reply(client, reverse_path, recipient)
        if reply.is_positive:
            return reply
        code = self.new_code()
        reply = reply.with_code_word(code)
        now = self._parts.clock.now().timestamp()
        record = refusal_record(code, now, client, reply, refused=(str(reverse_path), recipient, hop_reply))
        self._parts.publish(MessageHandled(record))
        return reply

    async def receive(self, transaction: Transaction) -> Reply:
        """Judge, then hand on. A fault of ours is 451 and its text stays here."""
        try:
            self._count(transaction)
            judgement = await self._judged(transaction)
            reply = await self._parts.hand_on.hand_on(self._parts.probes.judged(judgement))
            if reply.is_positive:
                self._learn(transaction)
            return reply
        except Exception as fault:  # noqa: BLE001 - the last line before the wire: nothing but 451 may leave (STYLE 8)
            self._parts.publish(Fault("pipeline", f"{transaction.code}: {fault!r}"))
            return FAULT.with_code_word(transaction.code)

    async def _judged(self, transaction: Transaction) -> Judgement:
        parts = self._parts
        if parts.bypass.is_on():
            judgement = unfiltered(transaction, parts.hostname)
        else:
            judgement = await parts.judge.judge(transaction)
        return await with_doubts(judgement, parts.directory, parts.doubting_domains)

    def _learn(self, transaction: Transaction) -> None:
        """The office's own mail says who is there and to whom it writes, and its server's notices who is not."""
        if transaction.client.relay_client is None:
            return
        self._parts.wrote_to(written_to(transaction, self._parts.routes.domains))
        if transaction.envelope.reverse_path.is_null:
            self._parts.learning.note_notice(transaction.message)
        else:
            self._parts.learning.note_sender(transaction.envelope.reverse_path)

    def _trusts(self, client: Client) -> bool:
        """True for a server on the office's allow list: it knows better than a block list of the Internet."""
        return self._parts.facts().trusts(client.ip, self._parts.clock.now().timestamp())

    async def _client_findings(self, client: Client) -> tuple[Finding, ...]:
        if client.ip in self._parts.hidden_origins:
            return ()
        timed = await run_client_checks(self._parts.client_checks, client, CLIENT_CHECKS_SECONDS, self._parts.clock)
        return tuple(each.finding for each in timed)

    def _refuse_client(self, client: Client, reply: Reply, findings: tuple[Finding, ...]) -> Reply:
        code = self.new_code()
        reply = reply.with_code_word(code)
        now = self._parts.clock.now().timestamp()
        self._parts.publish(MessageHandled(refusal_record(code, now, client, reply, findings=findings)))
        return reply

    async def _recipient_reply(
        self, client: Client, reverse_path: ReversePath, recipient: Recipient
    ) -> tuple[Reply, Reply | None]:
        if self._parts.probes.knows(recipient):
            return RECIPIENT_OK, None
        rights = self._parts.relay_clients.rights_of(client.ip)
        domains = frozenset(self._parts.routes.domains)
        way = way_to(client, reverse_path, recipient.forward_path, domains, rights)
        if (braked := self._braked(reverse_path, recipient, rights)) is not None:
            return braked, None
        if way is Way.OUTSIDE:
            return self._outside_reply(reverse_path, recipient), None
        if way is not Way.INSIDE:
            return _WAYS[way], None
        verification = await self._parts.directory.verify(recipient)
        return self._existence_reply(recipient, verification, rights), verification.hop_reply

    def _outside_reply(self, reverse_path: ReversePath, recipient: Recipient) -> Reply:
        if recipient.forward_path.mailbox.is_literal:
            return NO_LITERALS
        return RECIPIENT_OK if self._parts.routes.lane_out(reverse_path, recipient) else NO_WAY_OUT

    def _braked(self, reverse_path: ReversePath, recipient: Recipient, rights: RelayRights | None) -> Reply | None:
        """What is too much within the hour is put off: its sender keeps it meanwhile (backends.md §8 row 22)."""
        brakes = self._parts.brakes
        if rights is not None:
            limit = rights.messages_per_hour
            return TOO_MANY_MESSAGES if limit and brakes.messages.count(rights.name) >= limit else None
        if reverse_path.is_null and brakes.notices_in.count(recipient.key) >= NOTICES_PER_HOUR:
            return TOO_MANY_NOTICES
        return None

    def _count(self, transaction: Transaction) -> None:
        """At the end of data, so that those who only ask whether an address exists are not counted."""
        client, envelope = transaction.client, transaction.envelope
        if client.relay_client is not None:
            self._parts.brakes.messages.note(client.relay_client)
        elif envelope.reverse_path.is_null:
            for recipient in envelope.recipients:
                self._parts.brakes.notices_in.note(recipient.key)

    def _existence_reply(self, recipient: Recipient, verification: Verification, rights: RelayRights | None) -> Reply:
        reply = existence_reply(recipient, verification, is_inside=rights is not None)
        return (self._parts.fits(recipient) or reply) if reply.is_positive else reply


def existence_reply(recipient: Recipient, verification: Verification, *, is_inside: bool) -> Reply:
    """What RCPT gets by what is known of the recipient. `is_inside`: the client is one of the office's own."""
    if asks_to_route_on(recipient.forward_path) and verification.source != "list":
        # A server that says 250 to "eve%victim@us" may mean to relay it: only a list knows better.
        return UNKNOWN_RECIPIENT
    if verification.existence is Existence.UNDECIDED:
        return CANT_VERIFY
    if verification.existence is Existence.UNKNOWN and not is_postmaster(recipient):
        return UNKNOWN_RECIPIENT
    if verification.inside_only and not is_inside:
        return INSIDE_ONLY
    return RECIPIENT_OK


_WAYS: Mapping[Way, Reply] = {
    Way.POSTMASTER: RECIPIENT_OK,
    Way.DENIED: RELAY_DENIED,
    Way.DENIED_SENDER: SENDER_DENIED,
}


def _rejecting_listing(findings: tuple[Finding, ...]) -> DnsblListing | None:
    listed = find(findings, DnsblFinding)
    listings = listed.listings if listed else ()
    return next((listing for listing in listings if listing.action == "reject"), None)
