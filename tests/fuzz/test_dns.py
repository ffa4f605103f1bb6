"""What DNS says: answers on the wire, SPF, DMARC and key records."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

from gateway.checks.dkim_keys import PublicKey, read_key
from gateway.checks.spf import SpfCheck
from gateway.core.dmarc_record import parse_dmarc_record, select_dmarc_record
from gateway.core.domain import is_domain, to_ascii
from gateway.net.dns import Answer, TemporaryFailure
from gateway.net.resolver import DnsHealth, DnsResolver
from tests.fuzz.engine import Target, check, checks
from tests.support.tableresolver import TableResolver
from tests.support.values import transaction

_SPF_RESULTS = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"}


def spf(octets: bytes) -> None:
    first, _, second = octets.decode("latin-1").partition("\n")
    table = {
        ("sender.example", "TXT"): ("v=spf1 " + first,),
        ("other.example", "TXT"): ("v=spf1 " + second, second),
        ("sender.example", "A"): ("192.0.2.1",),
        ("sender.example", "MX"): ("10 mail.sender.example",),
        ("7.2.0.192.in-addr.arpa", "PTR"): ("mail.sender.example",),
    }
    finding = asyncio.run(SpfCheck(TableResolver(table)).check(transaction()))
    assert finding.result in _SPF_RESULTS


def dmarc(octets: bytes) -> None:
    text = octets.decode("latin-1")
    record = parse_dmarc_record(text)
    assert record is None or {record.p, record.sp, record.np} <= {"none", "quarantine", "reject"}
    select_dmarc_record((text, text[::-1]))


def key(octets: bytes) -> None:
    found = read_key.__wrapped__(octets.decode("latin-1"))
    assert not isinstance(found, PublicKey) or found.bits >= 256


def domain(octets: bytes) -> None:
    name = to_ascii(octets.decode("utf-8", "replace"))
    assert name is None or (is_domain(name) and name.isascii() and to_ascii(name) == name)


class _Liar(asyncio.DatagramProtocol):
    """A server that answers every question with these octets, under the question's number."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        self._transport.sendto(data[:2] + self._octets[2:], addr)


async def _lie(octets: bytes) -> None:
    loop = asyncio.get_running_loop()
    server, _ = await loop.create_datagram_endpoint(lambda: _Liar(octets), local_addr=("127.0.0.1", 0))
    try:
        host, port = server.get_extra_info("sockname")
        resolver = DnsResolver((f"{host}:{port}",), 0.05, DnsHealth(lambda event: None))
        with suppress(TemporaryFailure):
            found = await resolver.lookup("a.example", "MX" if octets[-20:].find(b"\x0f") >= 0 else "TXT")
            assert isinstance(found, Answer)
            assert all(isinstance(value, str) for value in found.values)
    finally:
        server.close()


def answer(octets: bytes) -> None:
    asyncio.run(_lie(octets))


_QUESTION = b"\x01a\x07example\0\0\x10\0\x01"
_HEAD = b"\0\0\x81\x80\0\x01\0\x01\0\0\0\0"
_TXT = _HEAD + _QUESTION + b"\xc0\x0c\0\x10\0\x01\0\0\0\x3c\0\x07\x06v=spf1"
_MX = _HEAD + _QUESTION.replace(b"\0\x10", b"\0\x0f") + b"\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x04\0\x0a\xc0\x0c"
_MACROS = (b"%{s}", b"%{l2r.-}", b"%{d99999r}", b"%", b"%%", b"%_", b"%{h}", b"%{p}", b"%{c}", b"%{x}", b"%{")
_TERMS = (
    b"a",
    b" mx",
    b" ptr",
    b" ip4:192.0.2.0/24",
    b" ip6:::/0",
    b" include:other.example",
    b" exists:",
    b"/99",
    b"//129",
    b" redirect=other.example",
    b" exp=other.example",
    b" -all",
    b"?",
    b"~",
    b" a:%{d}",
    b"\n",
)
_TAGS = (b";", b"=", b"v=DMARC1", b"p=", b"reject", b"sp=", b"np=", b"rua=mailto:a@b.c!10m", b"psd=y", b"t=y", b"pct=0")
_KEY = b"v=DKIM1; k=ed25519; p=" + b"A" * 43 + b"="
_RSA = (
    b"v=DKIM1; k=rsa; h=sha256; t=y:s; p="
    b"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
    b"IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPS"
    b"PDdQPNUYckcQ2QIDAQAB"
)
TARGETS = (
    Target(
        "SPF records and macros",
        spf,
        (b"a mx include:other.example -all\nip4:192.0.2.7 exp=other.example", b"exists:%{ir}.%{v}._spf.%{d2} ~all"),
        (*_MACROS, *_TERMS),
        share=0.1,
        examples=80,
        floods=False,
    ),
    Target("DMARC record", dmarc, (b"v=DMARC1; p=reject; sp=none; rua=mailto:a@b.c",), _TAGS),
    Target("DKIM key", key, (_KEY, _RSA), (*_TAGS, b"v=DKIM1", b"h=sha1", b"k=", b"MIGf", b"AQAB"), share=0.5),
    Target(
        "domain names",
        domain,
        (b"shop.example", "bücher.example".encode(), b"xn--bcher-kva.example"),
        (b"xn--", b".", b"-", b"_", b"\xe2\x80\xae", b"\xe3\x80\x82", b"a" * 63),
    ),
    Target(
        "DNS answers",
        answer,
        (_TXT, _MX),
        (b"\xc0\x0c", b"\xff", b"\0\x05", b"\0\x06", b"\0\x01", b"\xc0\xff"),
        share=0.01,
        examples=12,
        floods=False,
    ),
)


@checks(TARGETS)
def test_whatever_dns_says_is_read_or_refused(target: Target) -> None:
    check(target)
