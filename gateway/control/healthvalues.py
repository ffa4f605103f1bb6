"""What the control socket tells of health beside the status: certificates, DNS, guides. Frozen values, as `values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertificateView:
    """The certificate of listeners: `name` is its files' name in `certificates/`, `file` the path.

    `names`: the hosts it is for; `not_after` its end (None when it can't be read, `cause` says why); `days_left` below
    0 when it is over. `is_self_signed`: made by the gateway or by yourselves.
    """

    name: str
    file: str
    listeners: tuple[str, ...]
    names: tuple[str, ...] = ()
    issuer: str = ""
    not_after: datetime | None = None
    days_left: int = 0
    is_self_signed: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Those of all listeners that offer encryption, in the order of their names."""

    items: tuple[CertificateView, ...]


@dataclass(frozen=True, slots=True)
class DnsItem:
    """One check of a domain: `check` is address, mx, spf, dmarc or ptr; `state` ok, weak, bad or unknown.

    `text` says what was seen, `cure` what to do; the record to publish, where one would help.
    """

    check: str
    state: str
    text: str
    cure: str = ""
    name: str = ""
    kind: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class DnsCheck:
    """What is published about one domain."""

    domain: str
    items: tuple[DnsItem, ...]


@dataclass(frozen=True, slots=True)
class DnsServerView:
    """One of the DNS servers in the settings, just asked."""

    address: str
    answers: bool
    cause: str = ""
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class DnsChecked:
    """The domains that were asked for, the DNS servers, and when it was looked."""

    domains: tuple[DnsCheck, ...]
    servers: tuple[DnsServerView, ...]
    looked: datetime


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A step of a guide: what to do, and lines to paste."""

    title: str
    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuideCheck:
    """One thing that was tried of the server: "ok", "warn" or "bad", in words, and what to do about it."""

    state: str
    text: str
    cure: str = ""
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Guide:
    """What to set on a server, with the office's own values; `checks` are what it does now."""

    name: str
    kind: str
    sections: tuple[GuideSection, ...]
    checks: tuple[GuideCheck, ...] = ()
