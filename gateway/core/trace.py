"""The trace fields we put on top: Received, Authentication-Results and X-Poterne-*.

Every foreign value is quoted or left out; nothing here can start a new header line (reliability.md §8).
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from gateway.core.alignment import DmarcResult
from gateway.core.envelope import Client, Recipient, Transaction
from gateway.core.finding import (
    ArcFinding,
    DkimFinding,
    DkimSignature,
    FailureFinding,
    ReverseNameFinding,
    SpfFinding,
    find,
)
from gateway.core.verdict import Action, Verdict

# RFC 2045 §5.1 token, which RFC 8601 §2.2 uses for values; everything else is a quoted-string.
_TOKEN = re.compile(r"\A[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+\Z")
_DOMAIN = re.compile(r"\A[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\Z")
_LITERAL = re.compile(r"\A\[[A-Za-z0-9.:]+\]\Z")
# A reason list longer than this says no more to anybody.
REASONS_MAXIMUM = 12


def received(transaction: Transaction, hostname: str) -> bytes:
    """Received (RFC 5321 §4.4) with the TLS version and cipher; "for" only for a single recipient (§7.6)."""
    client = transaction.client
    recipients = transaction.envelope.recipients
    tls = client.tls
    by = f"by {hostname} with {_protocol(transaction)}"
    if tls is not None:
        by += f" ({_plain(tls.version)}:{_plain(tls.cipher)}:{tls.bits})"
    lines = [f"Received: from {_helo(client)} ({_address_information(client)})", by, _id(transaction.code, recipients)]
    return _folded(lines, end=f"; {_date(transaction.received_at)}")


def authentication_results(transaction: Transaction, dmarc: DmarcResult, hostname: str) -> bytes:
    """Authentication-Results (RFC 8601 §2.2) for all methods we asked, "none" when there was none."""
    methods = [
        *_iprev(transaction),
        *_spf(transaction),
        *_dkim(transaction),
        *_dmarc(dmarc),
        *_arc(transaction),
    ]
    return _folded([f"Authentication-Results: {hostname}", *(methods or ["none"])], separator=";")


def poterne_fields(code: str, token: str, secret: str, verdict: Verdict) -> tuple[bytes, ...]:
    """Our own fields (DESIGN §4): the id, the secret word for marked mail, the score and the reasons.

    X-Poterne-Verdict only ever says spam, so that forging it harms the forger alone (backends.md §4.2).
    """
    fields = [f"X-Poterne-Id: {code}.{token}\r\n"]
    if verdict.action is Action.MARK:
        fields.append(f"X-Poterne-Verdict: {secret} spam\r\n")
    fields.append(f"X-Poterne-Score: {verdict.score:.1f}\r\n")
    names = ", ".join(_plain(reason.name) for reason in verdict.reasons[:REASONS_MAXIMUM]) or "none"
    fields.append("X-Poterne-Reasons: " + names.replace(", ", ",\r\n\t") + "\r\n")
    return tuple(field.encode("ascii") for field in fields)


# --- Received -------------------------------------------------------------------------------------


def _protocol(transaction: Transaction) -> str:
    """UTF8SMTP* for SMTPUTF8 transactions (RFC 6531 §4.3), else RFC 3848."""
    word = transaction.client.protocol
    return f"UTF8{word.removeprefix('E')}" if transaction.envelope.smtputf8 and word != "SMTP" else word


def _helo(client: Client) -> str:
    """The EHLO name where it is one; the address literal for anything else."""
    if _DOMAIN.match(client.helo) or _LITERAL.match(client.helo):
        return client.helo
    return _literal(client)


def _literal(client: Client) -> str:
    return f"[{client.ip}]" if client.ip.version == 4 else f"[IPv6:{client.ip}]"


def _address_information(client: Client) -> str:
    name = client.hostname if client.hostname and _DOMAIN.match(client.hostname) else "unknown"
    return f"{name} {_literal(client)}"


def _id(code: str, recipients: tuple[Recipient, ...]) -> str:
    if len(recipients) != 1 or not recipients[0].forward_path.mailbox.is_ascii:
        return f"id {code}"
    mailbox = recipients[0].forward_path.mailbox
    domain = f"@{mailbox.ascii_domain}" if mailbox.ascii_domain else ""
    return f"id {code} for <{mailbox.local_part}{domain}>"


def _date(when: datetime) -> str:
    return _to_the_second(when.replace(microsecond=0))


@lru_cache(maxsize=8)
def _to_the_second(when: datetime) -> str:
    """Messages that come in one second share their date."""
    return format_datetime(when)


# --- Authentication-Results -------------------------------------------------------------------------


def _iprev(transaction: Transaction) -> list[str]:
    finding = find(transaction.findings, ReverseNameFinding)
    if finding is None or not transaction.door.origin_known:
        return []
    return [f"iprev={finding.result} policy.iprev={_value(str(transaction.client.ip))}"]


def _spf(transaction: Transaction) -> list[str]:
    finding = find(transaction.findings, SpfFinding)
    if finding is None:
        return _failed(transaction, "spf")
    where = "smtp.helo" if finding.identity == "helo" else "smtp.mailfrom"
    return [f"spf={finding.result}{_property(where, finding.domain)}"]


def _dkim(transaction: Transaction) -> list[str]:
    finding = find(transaction.findings, DkimFinding)
    if finding is None:
        return _failed(transaction, "dkim")
    return [_signature(each) for each in finding.signatures] or ["dkim=none"]


def _signature(signature: DkimSignature) -> str:
    properties = _property("header.d", signature.domain) + _property("header.s", signature.selector)
    if signature.algorithm and _TOKEN.match(signature.algorithm):
        properties += f" header.a={signature.algorithm}"
    reason = f" reason={_quoted(signature.reason)}" if signature.reason and signature.result != "pass" else ""
    return f"dkim={signature.result}{reason}{properties}"


def _dmarc(dmarc: DmarcResult) -> list[str]:
    comment = f" (p={dmarc.policy})" if dmarc.policy else ""
    return [f"dmarc={dmarc.result}{comment}{_property('header.from', dmarc.domain)}"]


def _arc(transaction: Transaction) -> list[str]:
    finding = find(transaction.findings, ArcFinding)
    if finding is None:
        return _failed(transaction, "arc")
    if finding.result == "none":
        return []
    sealer = finding.sets[-1].sealer if finding.sets else ""
    return [f"arc={finding.result}{_property('header.d', sealer)}"]


def _failed(transaction: Transaction, method: str) -> list[str]:
    failures = (each for each in transaction.findings if isinstance(each, FailureFinding))
    return [f"{method}=temperror"] if any(each.check == method for each in failures) else []


def _property(name: str, domain: str) -> str:
    """` name=domain` for a valid A-label domain, nothing for what only looks like one (espoofer)."""
    return f" {name}={domain}" if _DOMAIN.match(domain) else ""


def _value(text: str) -> str:
    return text if _TOKEN.match(text) else _quoted(text)


def _quoted(text: str) -> str:
    """A quoted-string (RFC 5322 §3.2.4) of printable ASCII; what is not becomes "?"."""
    plain = "".join(character if " " <= character <= "~" else "?" for character in text[:200])
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """A word for a comment or a list: everything but token characters becomes "?"; parentheses too."""
    if len(text) <= 80 and _TOKEN.match(text):
        return text
    return "".join(character if _TOKEN.match(character) else "?" for character in text[:80])


def _folded(lines: list[str], separator: str = "", end: str = "") -> bytes:
    """One field, a line each, folded with a tab (RFC 5322 §2.2.3)."""
    return (f"{separator}\r\n\t".join(lines) + end + "\r\n").encode("ascii")
