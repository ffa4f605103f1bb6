"""Recipients grouped for handing on: one parcel for each lane and verdict, edited as that verdict says.

Knows routes, not how a parcel travels or where it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.core.address import ReversePath
from gateway.core.consignment import Consignment
from gateway.core.envelope import Recipient
from gateway.core.origin import origin_of, without_success
from gateway.core.schedule import is_outside
from gateway.core.verdict import Verdict
from gateway.delivery.finish import Signature, finished, finished_for_outside
from gateway.pipeline.codes import Codes
from gateway.pipeline.judge import Judgement
from gateway.pipeline.routes import Routes
from gateway.recipients.base import Existence, RecipientVerifier


@dataclass(frozen=True, slots=True)
class Parcel:
    """Recipients of one lane that share a verdict, with the envelope they are handed on by.

    `positions` are their places in the transaction's envelope: a recipient may be addressed anew on the way.
    """

    consignment: Consignment
    verdict: Verdict
    positions: tuple[int, ...]
    cut_through: bool = True


@dataclass(frozen=True, slots=True)
class _Way:
    lane: str
    cut_through: bool


class Parcels:
    """Makes them. `directory` is asked only where a postmaster may have to answer for another domain."""

    def __init__(self, routes: Routes, directory: RecipientVerifier, codes: Codes, hostname: str) -> None:
        self._routes = routes
        self._directory = directory
        self._codes = codes
        self._hostname = hostname

    async def of(self, judgement: Judgement, wanted: Callable[[Verdict], bool]) -> tuple[Parcel, ...]:
        """Group recipients by lane and verdict, each group with the edits of its verdict."""
        groups: dict[tuple[_Way, Verdict], list[tuple[int, Recipient]]] = {}
        transaction = judgement.transaction
        is_stranger = transaction.client.relay_client is None and transaction.client.authenticated_as is None
        for position, (recipient, verdict) in enumerate(judgement.pairs()):
            if wanted(verdict):
                named = without_success(recipient) if is_stranger else recipient
                addressed, way = await self._addressed(transaction.envelope.reverse_path, named)
                groups.setdefault((way, verdict), []).append((position, addressed))
        return tuple(self._parcel(judgement, *key, members) for key, members in groups.items())

    async def _addressed(self, reverse_path: ReversePath, recipient: Recipient) -> tuple[Recipient, _Way]:
        """The recipient as its next hop knows it, and the way there. What leaves always leaves by the queue."""
        routes = self._routes
        if routes.of(recipient) is None and (lane := routes.lane_out(reverse_path, recipient)) is not None:
            return recipient, _Way(lane, cut_through=False)
        addressed = routes.addressed(recipient)
        if is_postmaster(recipient) and addressed.key != routes.postmaster.key:
            verification = await self._directory.verify(addressed)
            if verification.existence is Existence.UNKNOWN:
                addressed = routes.to_postmaster(recipient)
        route = routes.of(addressed)
        if route is None:
            raise LookupError(f"no route for a recipient that was accepted: {addressed.forward_path.ascii_domain}")
        return addressed, _Way(route.lane, route.cut_through)

    def _parcel(
        self, judgement: Judgement, way: _Way, verdict: Verdict, members: list[tuple[int, Recipient]]
    ) -> Parcel:
        transaction = judgement.transaction
        codes = self._codes
        signature = Signature(self._hostname, codes.token(transaction.code), codes.marking_word)
        leaves = is_outside(way.lane)
        if leaves:
            edits = finished_for_outside(transaction, signature)
        else:
            edits = finished(transaction, judgement.dmarc, verdict, signature)
        envelope = replace(transaction.envelope, recipients=tuple(recipient for _, recipient in members))
        # Whoever may send to the outside was asked for the reverse-path at RCPT.
        is_own_sender = leaves or envelope.reverse_path.ascii_domain in self._routes.domains
        origin = origin_of(transaction, verdict, is_own_sender=is_own_sender)
        consignment = Consignment(transaction.code, way.lane, envelope, transaction.message, edits, origin)
        return Parcel(consignment, verdict, tuple(position for position, _ in members), way.cut_through)


def is_postmaster(recipient: Recipient) -> bool:
    """RFC 5321 §4.5.1: it exists everywhere; where the server does not know it, the office's postmaster gets it."""
    return recipient.key.partition("@")[0] == "postmaster"
