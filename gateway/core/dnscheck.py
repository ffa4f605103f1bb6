"""What is published about one of our domains, and whether it is as it should be. Pure: the look-ups are done before.

Says what was found by names that `control` puts in words, with the record to publish where one would help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final, Literal

from gateway.core.dmarc_record import select_dmarc_record

Values = tuple[str, ...] | None  # None: DNS did not say
State = Literal["ok", "weak", "bad", "unknown"]

CHECKS: Final = ("address", "mx", "spf", "dmarc", "ptr")
_SPF: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_ALL: Final = re.compile(r"(?:^| )([-+~?]?)all(?: |$)", re.IGNORECASE)
_SHOWN: Final = 5
_INNER: Final = tuple(
    ip_network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)


@dataclass(frozen=True, slots=True)
class Published:
    """What DNS says: addresses of our own name, MX, TXT and DMARC records of the domain, names of our addresses."""

    hostname: str
    domain: str
    addresses: Values
    mx: Values
    txt: Values
    dmarc: Values
    pointers: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to publish. A part in pointed brackets is the office's to fill in."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class DnsFinding:
    """One check: how it stands, what was seen (a name for words, with its details), and what to publish."""

    check: str
    state: State
    seen: str
    details: tuple[tuple[str, str], ...] = ()
    record: DnsRecord | None = None


def examine(published: Published, postmaster: str) -> tuple[DnsFinding, ...]:
    """All checks in their order. `postmaster` gets the reports that a DMARC record asks for."""
    return (
        _address(published),
        _mx(published),
        _spf(published),
        _dmarc(published, postmaster),
        *_pointers(published),
    )


def _address(published: Published) -> DnsFinding:
    hostname = published.hostname
    if published.addresses is None:
        return _silent("address", hostname)
    if not published.addresses:
        return DnsFinding("address", "bad", "none", _of(name=hostname), DnsRecord(hostname, "A", "<your address>"))
    if not _public(published):
        shown = _listed(published.addresses)
        return DnsFinding("address", "weak", "private", _of(name=hostname, addresses=shown))
    return DnsFinding("address", "ok", "known", _of(name=hostname, addresses=_listed(published.addresses)))


def _mx(published: Published) -> DnsFinding:
    domain, hostname = published.domain, published.hostname.lower()
    if published.mx is None:
        return _silent("mx", domain)
    names = [value.partition(" ")[2].lower().rstrip(".") for value in published.mx]
    record = DnsRecord(domain, "MX", f"10 {published.hostname}.")
    if not names:
        return DnsFinding("mx", "bad", "none", _of(domain=domain), record)
    if names == [""]:
        # RFC 7505: this domain takes no mail.
        return DnsFinding("mx", "bad", "null", _of(domain=domain), record)
    if hostname not in names:
        return DnsFinding("mx", "bad", "others", _of(domain=domain, names=_listed(names)), record)
    others = [each for each in names if each != hostname]
    if others:
        return DnsFinding("mx", "weak", "also", _of(domain=domain, names=_listed(others)))
    return DnsFinding("mx", "ok", "ours", _of(domain=domain, name=hostname))


def _spf(published: Published) -> DnsFinding:
    domain = published.domain
    if published.txt is None:
        return _silent("spf", domain)
    records = [each for each in published.txt if _SPF.match(each)]
    advice = DnsRecord(domain, "TXT", "v=spf1 mx -all")
    if not records:
        return DnsFinding("spf", "bad", "none", _of(domain=domain), advice)
    if len(records) > 1:
        # RFC 7208 §4.5: more than one record is an error for whoever asks.
        return DnsFinding("spf", "bad", "several", _of(domain=domain, count=str(len(records))))
    (record,) = records
    said = _ALL.search(record)
    if said is None and "redirect=" not in record.lower():
        return DnsFinding(
            "spf", "weak", "open", _of(record=record), DnsRecord(domain, "TXT", f"{record.rstrip()} -all")
        )
    if said is not None and said[1] in ("", "+", "?"):
        closed = f"{record[: said.start()]} -all".replace("  ", " ")
        return DnsFinding("spf", "weak", "anybody", _of(record=record), DnsRecord(domain, "TXT", closed))
    return DnsFinding("spf", "ok", "sane", _of(record=record))


def _dmarc(published: Published, postmaster: str) -> DnsFinding:
    name = f"_dmarc.{published.domain}"
    if published.dmarc is None:
        return _silent("dmarc", name)
    found, is_unusable = select_dmarc_record(published.dmarc)
    begin = DnsRecord(name, "TXT", f"v=DMARC1; p=none; rua=mailto:{postmaster}")
    if is_unusable:
        return DnsFinding("dmarc", "bad", "unusable", _of(name=name), begin)
    if found is None:
        return DnsFinding("dmarc", "bad", "none", _of(domain=published.domain), begin)
    if found.p == "none" or found.testing:
        reports = f"; rua={','.join(found.rua)}" if found.rua else ""
        firm = DnsRecord(name, "TXT", f"v=DMARC1; p=quarantine{reports}")
        return DnsFinding("dmarc", "weak", "lenient", _of(policy=found.p), firm)
    return DnsFinding("dmarc", "ok", "firm", _of(policy=found.p))


def _pointers(published: Published) -> Iterator[DnsFinding]:
    """RFC 1912 §2.1: the address's name and the name's address should agree; many servers refuse others."""
    hostname = published.hostname.lower()
    for address in _public(published):
        names = published.pointers.get(address)
        record = DnsRecord(ip_address(address).reverse_pointer, "PTR", f"{published.hostname}.")
        if names is None:
            yield _silent("ptr", address)
        elif hostname in (each.lower().rstrip(".") for each in names):
            yield DnsFinding("ptr", "ok", "ours", _of(address=address, name=hostname))
        elif names:
            yield DnsFinding("ptr", "weak", "others", _of(address=address, names=_listed(names)), record)
        else:
            yield DnsFinding("ptr", "bad", "none", _of(address=address), record)


def is_public(address: str) -> bool:
    """False for an address of inner networks (RFC 1918, RFC 4193, RFC 6598), which the world does not reach."""
    parsed = ip_address(address)
    return not any(parsed in each for each in _INNER if each.version == parsed.version)


def _public(published: Published) -> list[str]:
    return [each for each in published.addresses or () if is_public(each)][:_SHOWN]


def _silent(check: str, name: str) -> DnsFinding:
    return DnsFinding(check, "unknown", "silent", _of(name=name))


def _listed(values: list[str] | tuple[str, ...]) -> str:
    return ", ".join(values[:_SHOWN]) + (" …" if len(values) > _SHOWN else "")


def _of(**details: str) -> tuple[tuple[str, str], ...]:
    return tuple(details.items())
