"""What arrives at the door: commands, content, replies of a next hop."""

from __future__ import annotations

import random
from contextlib import suppress

from gateway.core.command import Dialect, Mail, Rcpt, parse
from gateway.core.lines import Repairer, has_bare
from gateway.core.path import PathError, scan_path
from gateway.core.reply import Reply
from gateway.core.replyparser import LINES_MAXIMUM, ReplyError, ReplyParser
from gateway.smtp.data import ChunkDecoder, DataDecoder, Newlines
from tests.fuzz.engine import Target, check, checks


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
