"""Where a recipient's mail goes: its domain's backend, a way out for all others, and who answers as postmaster.

Knows the settings' names as plain values; asks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.core.address import ForwardPath, ReversePath
from gateway.core.case import Policy
from gateway.core.envelope import Recipient
from gateway.pipeline import probes


@dataclass(frozen=True, slots=True)
class DomainRoute:
    """One of our domains: the lane of its backend (`backend:NAME`), its policy, and how its mail is accepted.

    `cut_through` False: into the queue first, always (`acceptance = "queue"`).
    """

    lane: str
    policy: Policy
    cut_through: bool = True


# Ways that end in the gateway; only who was admitted by name gets there.
INTERNAL: Final[Mapping[str, DomainRoute]] = {probes.DOMAIN: DomainRoute(probes.LANE, Policy())}


@dataclass(frozen=True, slots=True)
class WayOut:
    """One outbound route. Empty domains (A-labels) match all; `smart_host` names its lane, "" for direct delivery."""

    recipient_domains: frozenset[str] = frozenset()
    sender_domains: frozenset[str] = frozenset()
    smart_host: str = ""

    def takes(self, domain: str) -> bool:
        """True for mail to this domain, whoever sends it."""
        return not self.recipient_domains or domain in self.recipient_domains

    def takes_from(self, sender_domain: str) -> bool:
        """True for mail from this domain."""
        return not self.sender_domains or sender_domain in self.sender_domains

    def lane_to(self, domain: str) -> str:
        """The lane (D21)."""
        return f"smart_host:{self.smart_host}" if self.smart_host else f"mx:{domain}"


@dataclass(frozen=True, slots=True)
class Routes:
    """All our domains by A-label, and the mailbox that answers for `postmaster` (RFC 5321 §4.5.1).

    `elsewhere` is the policy for recipients outside, `ways_out` the ways to them, the first that matches.
    """

    domains: Mapping[str, DomainRoute]
    postmaster: ForwardPath
    elsewhere: Policy = field(default_factory=Policy)
    ways_out: tuple[WayOut, ...] = ()

    def of(self, recipient: Recipient) -> DomainRoute | None:
        """The route of this recipient's domain; the bare `postmaster` goes by the postmaster's. None: not ours."""
        domain = self._addressed(recipient).ascii_domain
        return INTERNAL.get(domain) or self.domains.get(domain)

    def lane_of(self, reverse_path: ReversePath, recipient: Recipient) -> str | None:
        """The lane to this recipient, inside or out; None where there is no way."""
        route = self.of(recipient)
        return route.lane if route else self.lane_out(reverse_path, recipient)

    def lane_out(self, reverse_path: ReversePath, recipient: Recipient) -> str | None:
        """The way out for mail of this reverse-path.

        A null reverse-path names no sender's domain: it goes by a route for all senders, else by the first for anybody.
        """
        if recipient.forward_path.mailbox.is_literal:
            return None
        domain = recipient.forward_path.ascii_domain
        fitting = [each for each in self.ways_out if each.takes(domain)]
        matching = [each for each in fitting if each.takes_from(reverse_path.ascii_domain)]
        chosen = matching or (fitting if reverse_path.is_null else [])
        return chosen[0].lane_to(domain) if chosen else None

    def policy_of(self, recipient: Recipient) -> Policy:
        """The policy of the recipient's domain."""
        route = self.of(recipient)
        return route.policy if route else self.elsewhere

    def addressed(self, recipient: Recipient) -> Recipient:
        """The recipient as the next hop must see it: the bare `postmaster` becomes the postmaster's mailbox."""
        return replace(recipient, forward_path=self._addressed(recipient))

    def to_postmaster(self, recipient: Recipient) -> Recipient:
        """The same recipient, sent to the postmaster's mailbox instead."""
        return replace(recipient, forward_path=self.postmaster)

    def _addressed(self, recipient: Recipient) -> ForwardPath:
        return recipient.forward_path if recipient.forward_path.ascii_domain else self.postmaster
