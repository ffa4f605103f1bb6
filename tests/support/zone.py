"""DNS for tests from a few lines of zone text: what a name holds, and which names fail how.

One record a line: `NAME TYPE DATA`, names absolute with or without the final dot, DATA as in a master
file (TXT strings in quotes). `NAME SERVFAIL [TYPE…]` and `NAME TIMEOUT [TYPE…]` make look-ups fail.
`*.NAME` is a wildcard; `;` or `#` begins a comment line. Everything else is NXDOMAIN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import dns.rdata
import dns.rdataclass
import dns.rdatatype

from gateway.net.dns import Answer, TemporaryFailure

FAULTS = ("SERVFAIL", "TIMEOUT")
CNAME_CHAIN_MAXIMUM = 10


@dataclass
class Zone:
    """Records by name and type, faults by name and type ("*" for all types)."""

    records: dict[str, dict[str, list[dns.rdata.Rdata]]] = field(default_factory=dict)
    faults: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Zone:
        """Read zone text. Raises ValueError for a line that says nothing."""
        zone = cls()
        for line in text.splitlines():
            stripped = line.strip()
            if stripped and stripped[0] not in ";#":
                zone.add(stripped)
        return zone

    def add(self, line: str) -> None:
        """Add one line."""
        name, kind, *rest = line.split(None, 2)
        owner = name.rstrip(".").lower()
        data = rest[0] if rest else ""
        if kind.upper() in FAULTS:
            for each in data.split() or ["*"]:
                self.faults.setdefault(owner, {})[each.upper()] = kind.upper()
            return
        if not data:
            raise ValueError(f"a line without data: {line}")
        self.put(owner, kind.upper(), data)

    def put(self, name: str, kind: str, data: str) -> None:
        """Add one record whose name may hold anything, spaces too."""
        rdata = dns.rdata.from_text(
            dns.rdataclass.IN, dns.rdatatype.from_text(kind), data, dns.name.root, relativize=False
        )
        self.records.setdefault(name.rstrip(".").lower(), {}).setdefault(kind, []).append(rdata)

    def fault(self, name: str, kind: str) -> str:
        """ "SERVFAIL", "TIMEOUT" or ""."""
        faults = self.faults.get(name.rstrip(".").lower(), {})
        return faults.get(kind) or faults.get("*", "")

    def node(self, name: str) -> dict[str, list[dns.rdata.Rdata]] | None:
        """What stands at a name, by wildcard too; {} for an empty non-terminal, None where nothing is."""
        owner = name.rstrip(".").lower()
        if owner in self.records:
            return self.records[owner]
        if any(known.endswith("." + owner) for known in (*self.records, *self.faults)):
            return {}
        parent = owner
        while "." in parent:
            parent = parent.partition(".")[2]
            if "*." + parent in self.records:
                return self.records["*." + parent]
            if parent in self.records:
                return None
        return None

    def chain(self, name: str, kind: str) -> tuple[list[tuple[str, str, Sequence[dns.rdata.Rdata]]], bool]:
        """The record sets that answer a question, CNAMEs first, and whether the last name exists."""
        sets: list[tuple[str, str, Sequence[dns.rdata.Rdata]]] = []
        for _ in range(CNAME_CHAIN_MAXIMUM):
            node = self.node(name)
            if node is None:
                return sets, False
            if kind in node:
                return [*sets, (name, kind, node[kind])], True
            if "CNAME" not in node:
                return sets, True
            sets.append((name, "CNAME", node["CNAME"]))
            name = node["CNAME"][0].target.to_text(omit_final_dot=True)
        return sets, True


@dataclass
class ZoneResolver:
    """A `gateway.net.dns.Resolver` that answers from a zone and keeps what it was asked."""

    zone: Zone
    asked: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> ZoneResolver:
        """From zone text."""
        return cls(Zone.of(text))

    async def lookup(self, name: str, kind: str) -> Answer:
        """As the protocol says."""
        self.asked.append((name, kind))
        labels = name.rstrip(".").split(".")
        if not all(0 < len(label) < 64 for label in labels) or len(name) > 253 or not name.isascii():
            return Answer((), exists=False)
        if fault := self.zone.fault(name, kind):
            raise TemporaryFailure(f"{fault} for {name}")
        sets, exists = self.zone.chain(name, kind)
        for owner, _, _ in sets:
            if fault := self.zone.fault(owner, kind):
                raise TemporaryFailure(f"{fault} for {owner}")
        values = [value_of(rdata) for _, each, rdatas in sets if each == kind for rdata in rdatas]
        return Answer(tuple(values), exists=exists)


def value_of(rdata: dns.rdata.Rdata) -> str:
    """The text form that `gateway.net.dns.Answer` promises."""
    match rdata.rdtype:
        case dns.rdatatype.TXT:
            return b"".join(rdata.strings).decode("latin-1")
        case dns.rdatatype.MX:
            return f"{rdata.preference} {rdata.exchange.to_text(omit_final_dot=True)}"
        case dns.rdatatype.PTR | dns.rdatatype.CNAME:
            return rdata.target.to_text(omit_final_dot=True)
        case _:
            return rdata.to_text()
