"""The DNS server of the tests, which can be told to fail and to lie."""

from __future__ import annotations

import asyncio
from typing import Literal

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset

from tests.support.dnsserver import DnsServer
from tests.support.zone import Zone

Manner = Literal["well", "dead", "slow", "wrong-id", "wrong-question", "servfail", "truncated", "huge", "noise"]
LIE = "198.51.100.66"
SLOW_SECONDS = 8.0


class Liar(DnsServer):
    """`manner` holds for every question, over UDP and TCP."""

    manner: Manner = "well"

    @classmethod
    def knowing(cls, zone: str) -> Liar:
        """From zone text."""
        return cls(Zone.of(zone))

    def reply(self, wire: bytes, *, tcp: bool) -> bytes | None:
        """As the manner of the moment wants it."""
        honest = super().reply(wire, tcp=tcp)
        if honest is None:
            return None
        answer = dns.message.from_wire(honest)
        for each in (*answer.answer, *answer.authority):
            # Nothing is remembered: every message asks.
            each.ttl = 0
        match self.manner:
            case "wrong-id":
                answer.id ^= 0x5555
            case "wrong-question":
                answer = self._about_another_name(answer)
            case "servfail":
                answer = self._bare(answer)
                answer.set_rcode(dns.rcode.SERVFAIL)
            case "truncated":
                # Over TCP it hangs up in the middle.
                answer = self._bare(answer)
                answer.flags |= dns.flags.TC
                return answer.to_wire()[: 5 if tcp else None]
            case "huge":
                return answer.to_wire() + bytes(60_000 if tcp else 8_000)
            case "noise":
                return bytes(range(256)) * 4
            case "dead":
                return None
            case _:
                pass
        return answer.to_wire(max_size=65_535)

    async def slowly(self, wire: bytes, *, tcp: bool) -> bytes | None:
        """The same, later where it is slow."""
        if self.manner == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return self.reply(wire, tcp=tcp)

    def _about_another_name(self, answer: dns.message.Message) -> dns.message.Message:
        """An answer to what nobody asked, with an address of the liar's choice."""
        lie = dns.message.make_query("liar.example", "A")
        lie.id = answer.id
        lie.flags = answer.flags
        lie.answer.append(dns.rrset.from_text("liar.example.", 60, "IN", "A", LIE))
        return lie

    def _bare(self, answer: dns.message.Message) -> dns.message.Message:
        answer.sections[1:] = [[], [], []]
        return answer
