"""The content check: what rspamd makes of the message, told our own authentication results (D2).

Knows no other check; reads earlier findings only to hand them on. What an unscanned message gets is
decided elsewhere, from the health it reports to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from typing import Protocol

from gateway.core.envelope import Transaction
from gateway.core.finding import FailureFinding, Finding, ReverseNameFinding, RspamdFinding, find
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.net.rspamd import CutOff, ScanRequest

# Rules that read silence of DNS as a sign of spam: off while our own probe fails (D2).
_DNS_GROUPS = ("hfilter", "rbl", "surbl")
_REVERSE_NAME_SYMBOLS = ("RDNS_NONE", "RDNS_DNSFAIL", "HFILTER_HOSTNAME_UNKNOWN")
# rspamd would take the topmost Received for a missing address; loopback makes it ask nothing about the origin.
_UNKNOWN_ORIGIN = IPv4Address("127.0.0.1")

AuthSymbols = Callable[[tuple[Finding, ...]], tuple[str, ...]]


class Scanner(Protocol):
    """What the check needs of the client."""

    async def scan(self, request: ScanRequest, *, is_down: bool, cut_off: CutOff) -> RspamdFinding:
        """Raises RspamdError; `cut_off` hears it when the caller is cancelled."""
        ...


class Health(Protocol):
    """Who keeps count of scans."""

    @property
    def is_up(self) -> bool:
        """False while rspamd is known to be down."""
        ...

    def passed(self, message: Message) -> None:
        """A scan succeeded."""
        ...

    def failed(self, message: Message, error: RspamdError) -> None:
        """A scan failed."""
        ...


class RspamdCheck:
    """`auth_symbols` names our results in rspamd's words; `hostname` is our own, the authserv-id.

    `dns_is_healthy` is the state of our own probe. The authentication checks must have ended before.
    """

    name = "rspamd"

    def __init__(
        self,
        client: Scanner,
        dns_is_healthy: Callable[[], bool],
        auth_symbols: AuthSymbols,
        health: Health,
        hostname: str = "",
    ) -> None:
        self._client = client
        self._dns_is_healthy = dns_is_healthy
        self._auth_symbols = auth_symbols
        self._health = health
        self._hostname = hostname

    async def check(self, transaction: Transaction) -> RspamdFinding | FailureFinding:
        """The scan, or "temperror" with rspamd's failure in words.

        Cancelled, because the time for all checks was over, it is not scanned either; the client knows whether
        that says anything of rspamd.
        """
        failed = partial(self._health.failed, transaction.message)
        try:
            finding = await self._client.scan(
                self._request(transaction), is_down=not self._health.is_up, cut_off=failed
            )
        except RspamdError as error:
            failed(error)
            return FailureFinding(self.name, str(error))
        self._health.passed(transaction.message)
        return finding

    def _request(self, transaction: Transaction) -> ScanRequest:
        client, envelope = transaction.client, transaction.envelope
        known = transaction.door.origin_known
        return ScanRequest(
            pieces=(transaction.message.octets,),
            ip=client.ip if known else _UNKNOWN_ORIGIN,
            helo=client.helo if known else "",
            hostname=(client.hostname or "") if known else "",
            reverse_path=str(envelope.reverse_path),
            recipients=tuple(str(recipient) for recipient in envelope.recipients),
            user=client.authenticated_as or client.relay_client or "",
            queue_id=transaction.code,
            mta_name=self._hostname,
            auth_symbols=self._auth_symbols(transaction.findings),
            settings=self._settings(transaction),
        )

    def _settings(self, transaction: Transaction) -> dict[str, object] | None:
        """What rspamd must not hold against this message, because nobody could know it."""
        zeroed = dict.fromkeys(_REVERSE_NAME_SYMBOLS, 0.0)
        if not self._dns_is_healthy() or not transaction.door.origin_known:
            return {"groups_disabled": list(_DNS_GROUPS), "scores": zeroed}
        reverse = find(transaction.findings, ReverseNameFinding)
        if reverse is not None and reverse.result == "temperror":
            return {"scores": zeroed}
        return None
