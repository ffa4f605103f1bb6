"""What arrives at the door: commands, content, replies of a next hop."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from ipaddress import ip_address, ip_network
from types import SimpleNamespace
from typing import Any

from gateway.core.command import Dialect, Mail, Rcpt, parse
from gateway.core.lines import Repairer, has_bare
from gateway.core.path import PathError, scan_path
from gateway.core.reply import Reply
from gateway.core.replyparser import LINES_MAXIMUM, ReplyError, ReplyParser
from gateway.smtp.arrival import Peer, behind_proxy
from gateway.smtp.data import ChunkDecoder, DataDecoder, Newlines
from gateway.smtp.wire import Gone
from tests.fuzz.engine import Target, check, checks

_PROXY = Peer(ip_address("10.0.0.2"), 40_000)
_BEHIND: Any = SimpleNamespace(proxies=(ip_network("10.0.0.2/32"),))


class HungUp:
    """A wire on which these octets came, and then nothing more: as much of `smtp.wire` as a PROXY header needs."""

    def __init__(self, octets: bytes) -> None:
        self.rest = octets

    async def exactly(self, count: int, seconds: float) -> bytes:
        """So many octets."""
        if len(self.rest) < count:
            raise Gone
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    async def line(self, maximum_octets: int, seconds: float) -> bytes | Reply:
        """One line without its end."""
        line, end, self.rest = self.rest.partition(b"\r\n")
        if not end:
            raise Gone
        return line if len(line) <= maximum_octets else Reply(500, "5.5.2", ("Too long",))


def pieces(octets: bytes, seed: int) -> list[bytes]:
    """The octets cut as a network would."""
    chance = random.Random(seed)
    cuts = sorted(chance.randrange(len(octets) + 1) for _ in range(chance.randrange(5)))
    return [octets[at:to] for at, to in zip([0, *cuts], [*cuts, len(octets)], strict=True)]


def command(octets: bytes) -> None:
    for dialect in (Dialect(), Dialect(extended=False), Dialect(smtputf8=True)):
        found = parse(octets, dialect)
        if isinstance(found, Reply):
            assert found.code >= 500
        elif isinstance(found, Mail):
            path = str(found.envelope.reverse_path)
            assert not set(path) & set("\r\n\0")
        elif isinstance(found, Rcpt):
            path = str(found.recipient.forward_path)
            assert not set(path) & set("\r\n\0")
            assert found.recipient.key


def proxy(octets: bytes) -> None:
    """A header that is none is no client; one that is leaves what follows it."""
    wire: Any = HungUp(octets)
    peer = asyncio.run(behind_proxy(_PROXY, _BEHIND, wire))
    if peer is not None:
        assert octets.endswith(wire.rest)
        assert len(wire.rest) < len(octets)
        assert 0 <= peer.port <= 65_535
        assert ip_address(str(peer.ip)) == peer.ip


def path(octets: bytes) -> None:
    text = octets.decode("utf-8", "replace")
    with suppress(PathError):
        mailbox, end = scan_path(text, 0)
        assert 0 < end <= len(text)
        assert mailbox is None or mailbox.key


def data(octets: bytes) -> None:
    kept = []
    for newlines in Newlines:
        ways = []
        for seed in (0, 1):
            decoder = DataDecoder(newlines, 10_000)
            for piece in [octets] if not seed else pieces(octets, len(octets)):
                if decoder.is_complete:
                    decoder.rest += piece
                else:
                    decoder.feed(piece)
            ways.append((decoder.is_complete, bytes(decoder.content.kept), decoder.content.refusal, decoder.rest))
            if decoder.is_complete and decoder.content.refusal is None:
                assert not has_bare(decoder.content.kept)
                assert b"\0" not in decoder.content.kept
        # Where the network cuts decides nothing.
        assert ways[0] == ways[1]
        kept.append(ways[0])


def chunks(octets: bytes) -> None:
    decoder = ChunkDecoder(50_000)
    repairer = Repairer()
    for piece in pieces(octets, len(octets)):
        decoder.feed(piece)
        repairer.feed(piece)
    decoder.finish()
    if decoder.content.refusal is None:
        assert not has_bare(decoder.content.kept)
        assert not octets or decoder.content.kept.endswith(b"\r\n")


def reply(octets: bytes) -> None:
    parser = ReplyParser()
    with suppress(ReplyError):
        for piece in pieces(octets, len(octets)):
            parser.feed(piece)
            while (found := parser.take()) is not None:
                assert 200 <= found.code <= 599
                assert len(found.lines) <= LINES_MAXIMUM
                assert all(line.isprintable() and line.isascii() for line in found.lines)


_PATH = (b"<", b">", b"@", b":", b",", b".", b"[127.0.0.1]", b"[IPv6:::1]", b"<@a,@b:c@d>", b"a" * 70, b"xn--", b"<>")
_MAIL = b"MAIL FROM:<ann@shop.example> SIZE=100 BODY=8BITMIME RET=FULL ENVID=a+2Bb SMTPUTF8 AUTH=<>"
# The PROXY protocol's text, §2.2.
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
TARGETS = (
    Target(
        "command",
        command,
        (
            _MAIL,
            b"RCPT TO:<bob@office.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob@x",
            b"EHLO [1.2.3.4]",
            b"BDAT 5 LAST",
        ),
        (*_PATH, b"MAIL FROM:", b"RCPT TO:", b"DATA", b" SIZE=", b" ORCPT=utf-8;", b"\\x{41}", b" NOTIFY=", b"=", b" "),
    ),
    Target("path", path, (b"<ann@shop.example>", b'<"a b"@[IPv6:::1]>', b"<@a.b,@c.d:x@y>"), _PATH),
    Target(
        "PROXY header",
        proxy,
        (
            b"PROXY TCP4 192.0.2.1 10.0.0.1 40000 25\r\nEHLO x\r\n",
            b"PROXY TCP6 2001:db8::1 ::1 40000 25\r\n",
            b"PROXY UNKNOWN\r\n",
            _SIGNATURE + b"\x21\x11\0\x0c\xc0\0\2\1\x0a\0\0\1\x9c\x40\0\x19EHLO x\r\n",
            _SIGNATURE + b"\x21\x21\0\x24" + b"\x20\1" * 16 + b"\x9c\x40\0\x19",
            _SIGNATURE + b"\x20\0\0\0",
        ),
        (b"PROXY ", b"TCP4 ", b"TCP6 ", b" ", b"\r\n", b"::ffff:1.2.3.4", b"%eth0", b"65536", _SIGNATURE, b"\x21\x31"),
        share=0.1,
        examples=80,
        floods=False,
    ),
    Target(
        "data",
        data,
        (b"a\r\n..b\r\n.\r\nQUIT\r\n", b".\r\n", b"x" * 300 + b"\r\n\r\n.\r\n"),
        (b".", b"\r\n.", b"\r\n.\r\n", b"\n.\n", b"\r.\r", b"\r\n.\n", b".\r"),
    ),
    Target("chunks", chunks, (b"a\nb\r\nc\rd",), (b"\r\r\n", b"\n\r")),
    Target(
        "reply",
        reply,
        (b"250-mx\r\n250-SIZE 100\r\n250 DSN\r\n", b"550 5.1.1 no\r\n", b"354 go\r\n250 2.0.0 ok\r\n"),
        (b"250-", b"250 ", b"5.1.1 ", b"4.", b"999", b"\r\n", b"x" * 600),
    ),
)


@checks(TARGETS)
def test_whatever_arrives_is_read_or_refused(target: Target) -> None:
    check(target)
