"""Where a recipient's mail goes: its domain's backend, and the postmaster for whom every domain has to answer.

Knows the settings' names as plain values; asks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.core.address import ForwardPath
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
class Routes:
    """All our domains by A-label, and the mailbox that answers for `postmaster` (RFC 5321 §4.5.1).

    `elsewhere` is the policy for recipients outside.
    """

    domains: Mapping[str, DomainRoute]
    postmaster: ForwardPath
    elsewhere: Policy = field(default_factory=Policy)

    def of(self, recipient: Recipient) -> DomainRoute | None:
        """The route of this recipient's domain; the bare `postmaster` goes by the postmaster's. None: not ours."""
        domain = self._addressed(recipient).ascii_domain
        return INTERNAL.get(domain) or self.domains.get(domain)

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
