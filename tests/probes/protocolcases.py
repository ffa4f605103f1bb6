"""What the standards ask of a mail server, as dialogues: the table that `protocol` plays.

A step is `what is said => what the reply matches`, either side may lack; octets are sent as they are. `TLS` is the
handshake, `SILENCE` and `CLOSED` are what must come next. `body` is a message with a token by which the next hop's
copy is found; `arrives` and `envelope` are what every copy must have there, `lacks` what none may have, `comes` how
many copies there must be.
"""

from __future__ import annotations

from dataclasses import dataclass

MUST, SAFE, WANT = "MUST", "SAFE", "WANT"
# The token of a run is as long as this, so that the length of a chunk stays right.
TOKEN = b"@token@"
TLS, SILENCE, CLOSED = "TLS", "SILENCE", "CLOSED"

Step = str | bytes


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table; `source` is the RFC and its section."""

    grade: str
    source: str
    what: str
    steps: tuple[Step, ...]
    arrives: bytes | None = None
    envelope: str | None = None
    lacks: bytes | None = None
    comes: int | None = None


def body(text: bytes, header: bytes = b"") -> bytes:
    """A whole message with its end."""
    fields = b"From: ann@shop.example\r\nTo: anne@office.example\r\nSubject: probe " + TOKEN + b"\r\n"
    return fields + header + b"\r\n" + text + b"\r\n.\r\n"


def _chunk(text: bytes, *, is_last: bool = False) -> bytes:
    return b"BDAT %d%s\r\n" % (len(text), b" LAST" if is_last else b"") + text


E = ("=> 220 ", "EHLO mail.shop.example => 250")
M = "MAIL FROM:<ann@shop.example> => 250"
R = "RCPT TO:<anne@office.example> => 250"
D = "DATA => 354"
OK = "=> 250"
Q = "QUIT => 221"
SEND = (*E, M, R, D)
S = (*E, "STARTTLS => 220", TLS, "EHLO mail.shop.example => 250")
NONE = "=> 5"
PLAIN = body(b"hello")
RECEIVED = b"".join(
    b"Received: from a%d.example by b%d.example; Tue, 24 Nov 2026 10:00:00 +0000\r\n" % (n, n) for n in range(60)
)
TWO = RECEIVED.split(b"\r\n")[0] + b"\r\nX-Odd:  two  blanks \r\n\tand a fold\r\nx-oDd: again\r\n"

CHECKS: tuple[Check, ...] = (
    # Greeting, hello, goodbye.
    Check(MUST, "5321 §4.2", "greeting: 220 and our name", ("=> 220 [a-z]+[.]office[.]example ",)),
    Check(MUST, "5321 §4.1.1.1", "EHLO: 250, our name first", ("=> 220", "EHLO mail.shop.example => 250[- ]mx[.]office[.]example")),
    Check(MUST, "5321 §4.2.1", "all lines but the last of a reply have a hyphen", ("=> 220", "EHLO a.example => (?:250-.*\n)+250 [^\n]*$")),
    Check(MUST, "5321 §4.1.1.1", "HELO: one line", ("=> 220", "HELO mail.shop.example => 250 [^\n]*$", M, R)),
    Check(MUST, "5321 §2.4", "verbs in any case", ("=> 220", "ehlo a.example => 250", "nOoP => 250", "mail from:<> => 250")),
    Check(MUST, "5321 §4.1.3", "EHLO with an IPv4 literal", ("=> 220", "EHLO [127.0.0.1] => 250")),
    Check(MUST, "5321 §4.1.3", "EHLO with an IPv6 literal", ("=> 220", "EHLO [IPv6:2001:db8::1] => 250")),
    Check(MUST, "5321 §4.1.1.1", "EHLO without a name", ("=> 220", "EHLO => 501")),
    Check(MUST, "5321 §4.1.4", "EHLO again forgets the transaction", (*E, M, R, "EHLO a.example => 250", "DATA => 50|554", M)),
    Check(MUST, "5321 §4.1.4", "NOOP before EHLO", ("=> 220", "NOOP => 250")),
    Check(MUST, "5321 §4.1.4", "RSET before EHLO", ("=> 220", "RSET => 250")),
    Check(MUST, "5321 §4.1.4", "HELP before EHLO is not out of order", ("=> 220", "HELP => 2|50[02]")),
    Check(MUST, "5321 §4.1.4", "VRFY before EHLO is not out of order", ("=> 220", "VRFY anne => 2|50[02]|55")),
    Check(MUST, "5321 §4.1.1.10", "QUIT: 221, then the end", (*E, Q, CLOSED)),
    Check(MUST, "5321 §4.1.1.10", "QUIT before EHLO", ("=> 220", Q, CLOSED)),
    Check(MUST, "5321 §4.1.1.10", "QUIT inside a transaction sends nothing", (*E, M, R, Q, CLOSED), comes=0),
    Check(MUST, "5321 §4.1.1.9", "NOOP with an argument", (*E, "NOOP ignored words => 250")),
    # The order of commands.
    Check(MUST, "5321 §4.1.1.5", "RSET forgets sender and recipients", (*E, M, R, "RSET => 250", "DATA => 50|554")),
    Check(MUST, "5321 §4.1.1.5", "RSET keeps the hello", (*E, M, R, "RSET => 250", M, R, D, PLAIN, OK), comes=1),
    Check(MUST, "5321 §4.1.1.5", "RSET with an argument", (*E, "RSET now => 501")),
    Check(MUST, "5321 §3.3", "RCPT without MAIL", (*E, "RCPT TO:<anne@office.example> => 503")),
    Check(MUST, "5321 §3.3", "DATA without MAIL", (*E, "DATA => 503|554")),
    Check(MUST, "5321 §3.3", "DATA without a recipient", (*E, M, "DATA => 503|554")),
    Check(MUST, "5321 §3.3", "DATA when all recipients were refused", (*E, M, "RCPT TO:<eve@victim.example> => [45]", "DATA => 503|554")),
    Check(MUST, "5321 §4.1.4", "MAIL inside a transaction", (*E, M, "MAIL FROM:<b@shop.example> => 503")),
    Check(MUST, "5321 §4.1.1.4", "DATA again after the message", (*SEND, PLAIN, OK, "DATA => 503|554"), comes=1),
    Check(MUST, "5321 §3.3", "two messages in one session", (*SEND, PLAIN, OK, M, R, D, PLAIN, OK), comes=2),
    Check(MUST, "5321 §4.2.4", "an unknown command", (*E, "XYZZY => 500|502", "NOOP => 250")),
    Check(MUST, "5321 §4.1.1", "a known command that we have not", (*E, "TURN => 50[02]", "NOOP => 250")),
    Check(MUST, "5321 §4.1.1.6", "VRFY", (*E, "VRFY anne => 25[0-2]|50[02]|55")),
    Check(MUST, "5321 §4.1.1.11", "an unknown parameter of MAIL", (*E, "MAIL FROM:<ann@shop.example> XODD=1 => 555|50[14]")),
    Check(MUST, "5321 §4.1.1.11", "an unknown parameter of RCPT", (*E, M, "RCPT TO:<anne@office.example> XODD=1 => 555|50[14]")),
    # Paths.
    Check(MUST, "5321 §4.5.5", "the null reverse-path goes on as it is", (*E, "MAIL FROM:<> => 250", R, D, PLAIN, OK), envelope="^MAIL FROM:<>"),
    Check(MUST, "5321 §4.5.1", "bare postmaster", (*E, M, "RCPT TO:<postmaster> => 250")),
    Check(MUST, "5321 §4.5.1", "postmaster of our domain in any case", (*E, M, "RCPT TO:<PostMaster@office.example> => 250")),
    Check(MUST, "5321 §2.4", "a domain in any case", (*E, M, "RCPT TO:<anne@OFFICE.Example> => 250")),
    Check(MUST, "5321 §2.4", "a local part keeps its case", (*E, M, "RCPT TO:<AnNe@office.example> => 250", D, PLAIN, OK), envelope="TO:<AnNe@"),
    Check(MUST, "5321 §4.1.1.3", "a source route is understood", (*E, M, "RCPT TO:<@a.example,@b.example:anne@office.example> => 250")),
    Check(MUST, "5321 §4.1.2", "a quoted local part", (*E, M, 'RCPT TO:<"anne smith"@office.example> => 250', D, PLAIN, OK), envelope='TO:<"anne smith"@'),
    Check(MUST, "5321 §4.1.1.2", "the reverse-path goes on as it is", (*E, "MAIL FROM:<b-1=x+y@Shop.example> => 250", R, D, PLAIN, OK), envelope="(?i)^MAIL FROM:<b-1=x[+]y@shop[.]example>"),
    Check(MUST, "5321 §4.1.1.3", "a forward-path is never null", (*E, M, "RCPT TO:<> => 5")),
    Check(MUST, "5321 §4.1.2", "a path without its end", (*E, "MAIL FROM:<ann@shop.example => 50")),
    Check(MUST, "5321 §4.1.2", "a domain with an empty label", (*E, M, "RCPT TO:<anne@office..example> => 5")),
    # Sizes.
    Check(MUST, "5321 §4.5.3.1.1", "a local part of 64 octets", (*E, M, f"RCPT TO:<{'a' * 64}@office.example> => 250")),
    Check(MUST, "5321 §4.5.3.1.2", "a long domain", (*E, f"MAIL FROM:<a@{'.'.join(['d' * 60] * 4)}> => 250")),
    Check(MUST, "5321 §4.5.3.1.4", "a command line of 512 octets", (*E, f"NOOP {'x' * 505} => 250")),
    Check(MUST, "5321 §4.5.3.1.6", "a text line of 1,000 octets", (*SEND, body(b"L" * 998), OK), arrives=b"\r\n" + b"L" * 998 + b"\r\n"),
    Check(MUST, "5321 §4.5.3.1.7", "a message of 64 KiB and more", (*SEND, body(b"0123456789abcdef\r\n" * 8_000), OK), arrives=b"(?:0123456789abcdef\r\n){8000}"),
    Check(MUST, "5321 §4.5.3.1.8", "100 recipients", (*E, M, *(f"RCPT TO:<u{n}@office.example> => 250" for n in range(100)))),
    # Content.
    Check(MUST, "5321 §4.5.2", "dots at the beginning of a line", (*SEND, body(b"..\r\n...\r\n..a\r\n. "), OK), arrives=b"\r\n\\.\r\n\\.\\.\r\n\\.a\r\n \r\n"),
    Check(MUST, "5321 §4.1.1.4", "an empty body", (*SEND, body(b""), OK), comes=1),
    Check(MUST, "5321 §4.4", "Received on top, with from and by", (*SEND, PLAIN, OK), arrives=b"Received: from mail\\.shop\\.example[^;]*by mx\\.office\\.example[^;]*with ESMTP"),
    Check(MUST, "5321 §4.4", "fields go on as they are, in their order", (*SEND, body(b"x", TWO), OK), arrives=TWO.replace(b".", b"\\.").replace(b"+", b"\\+")),
    Check(MUST, "5321 §6.3", "60 hops are a loop", (*SEND, body(b"x", RECEIVED), NONE), comes=0),
    Check(MUST, "5321 §2.3.8", "7-bit controls but CR, LF and NUL go on", (*SEND, body(b"\x01\x08\x0b\x0c\x1b\x7f|"), OK), arrives=b"\x01\x08\x0b\x0c\x1b\x7f\\|"),
    # Extensions.
    Check(MUST, "1870 §3", "SIZE is announced", ("=> 220", "EHLO a.example => (?s:.*)250[- ]SIZE [0-9]+")),
    Check(MUST, "1870 §6.1", "a declared size beyond the limit", (*E, "MAIL FROM:<ann@shop.example> SIZE=99999999999 => 552")),
    Check(MUST, "1870 §4", "a declared size", (*E, "MAIL FROM:<ann@shop.example> SIZE=1000 => 250")),
    Check(MUST, "1870 §4", "a size that is no number", (*E, "MAIL FROM:<ann@shop.example> SIZE=large => 50|552")),
    Check(MUST, "6152 §2", "8BITMIME is announced", ("=> 220", "EHLO a.example => (?s:.*)250[- ]8BITMIME")),
    Check(MUST, "6152 §3", "8-bit content and its BODY go on", (*E, "MAIL FROM:<ann@shop.example> BODY=8BITMIME => 250", R, D, body(b"caf\xc3\xa9"), OK), arrives=b"caf\xc3\xa9\r\n", envelope="BODY=8BITMIME"),
    Check(MUST, "6152 §2", "another BODY", (*E, "MAIL FROM:<ann@shop.example> BODY=9BIT => 50|555")),
    Check(MUST, "2920 §3.2", "PIPELINING is announced", ("=> 220", "EHLO a.example => (?s:.*)250[- ]PIPELINING")),
    Check(MUST, "2920 §3.2", "a group is answered in order", (*E, b"MAIL FROM:<ann@shop.example>\r\nRCPT TO:<eve@victim.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\n", OK, "=> [45]", OK, "=> 354", PLAIN, OK), comes=1),
    Check(MUST, "2920 §3.2", "the next transaction behind the dot", (*SEND, PLAIN + b"MAIL FROM:<ann@shop.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\n", OK, OK, OK, "=> 354", PLAIN, OK), comes=2),
    Check(MUST, "2920 §3.2", "RSET, MAIL, RCPT in one group", (*E, b"RSET\r\nMAIL FROM:<>\r\nRCPT TO:<anne@office.example>\r\nNOOP\r\n", OK, OK, OK, OK)),
    Check(MUST, "3207 §4", "STARTTLS is announced", ("=> 220", "EHLO a.example => (?s:.*)250[- ]STARTTLS")),
    Check(MUST, "3207 §4", "a message within TLS", (*S, M, R, D, PLAIN, OK), comes=1),
    Check(MUST, "3207 §4.2", "STARTTLS is not announced within TLS", (*E, "STARTTLS => 220", TLS, "EHLO a.example => (?!(?s:.*)STARTTLS)250")),
    Check(MUST, "3207 §4.2", "what was said before TLS is forgotten", (*E, M, R, "STARTTLS => 220", TLS, "DATA => 50|554")),
    Check(MUST, "3207 §4", "STARTTLS with an argument", (*E, "STARTTLS now => 501")),
    Check(MUST, "3207 §4", "STARTTLS within TLS", (*S, "STARTTLS => 50|554")),
    Check(MUST, "3461 §4", "DSN is announced", ("=> 220", "EHLO a.example => (?s:.*)250[- ]DSN")),
    Check(MUST, "3461 §5.2.1", "NOTIFY and ORCPT go on", (*E, M, "RCPT TO:<anne@office.example> NOTIFY=FAILURE ORCPT=rfc822;Anne+40office.example => 250", D, PLAIN, OK), envelope="(?s)NOTIFY=FAILURE.*ORCPT=rfc822;Anne(?:[+]40|@)office[.]example|ORCPT=rfc822;Anne(?:[+]40|@)office[.]example.*NOTIFY=FAILURE"),
    Check(MUST, "3461 §5.2.1", "RET and ENVID go on", (*E, "MAIL FROM:<ann@shop.example> RET=HDRS ENVID=QQ314159 => 250", R, D, PLAIN, OK), envelope="(?s)(?=.*RET=HDRS).*ENVID=QQ314159"),
    Check(MUST, "3461 §4.1", "NEVER stands alone", (*E, M, "RCPT TO:<anne@office.example> NOTIFY=NEVER,FAILURE => 501")),
    Check(MUST, "3461 §4.3", "another RET", (*E, "MAIL FROM:<ann@shop.example> RET=SOME => 501")),
    Check(MUST, "2034 §4", "enhanced status codes", (*E, "MAIL FROM:<> => 250 2[.]1[.]0 ", "RCPT TO:<anne@office.example> => 250 2[.]1[.]5 ", "NOOP => 250 2[.]0[.]0 ")),
    Check(MUST, "2034 §4", "none in greeting and hello", ("=> 220 (?!2[.])", "EHLO a.example => 250-(?!2[.])", M, R, "DATA => 354 (?!2[.])", PLAIN, OK)),
    Check(MUST, "6531 §3.2", "SMTPUTF8 goes on with the address", (*E, "MAIL FROM:<ann@shop.example> SMTPUTF8 => 250", "RCPT TO:<andré@office.example> => 250", D, PLAIN, OK), envelope="(?s)SMTPUTF8.*TO:<andré@"),
    Check(MUST, "3030 §2", "chunks are one message", (*E, M, R, _chunk(b"Subject: "), OK, _chunk(TOKEN + b"\r\nFrom: ann@shop.example\r\n\r\n"), OK, "BDAT 0 LAST => 250"), comes=1),
    Check(MUST, "3030 §2", "the octets of a refused chunk are no commands", (*E, _chunk(b"NOOP\r\nNOOP\r\n", is_last=True), NONE, "NOOP => 250", SILENCE)),
    Check(MUST, "3030 §2", "a dot line in a chunk is content", (*E, M, R, _chunk(b"Subject: " + TOKEN + b"\r\nFrom: a@shop.example\r\n\r\na\r\n.\r\nb\r\n", is_last=True), OK), arrives=b"a\r\n\\.\r\nb\r\n"),
    # What a hostile client tries.
    Check(SAFE, "3207 §6", "commands behind STARTTLS are not run", (*E, b"STARTTLS\r\nNOOP hidden\r\n", "=> 220", TLS, SILENCE, "EHLO a.example => 250")),
    Check(SAFE, "3207 §6", "a transaction behind STARTTLS is not begun", (*E, b"STARTTLS\r\nEHLO a.example\r\nMAIL FROM:<>\r\nRCPT TO:<anne@office.example>\r\n", "=> 220", TLS, SILENCE, "DATA => 50|554")),
    Check(SAFE, "2920 §3.1", "commands behind a refused DATA are not run", (*E, M, b"DATA\r\n" + body(b"MAIL FROM:<>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\n" + TOKEN)), comes=0),
    Check(SAFE, "5321 §4.1.1.4", "LF.LF is no end", (*SEND, body(b"a\n.\nMAIL FROM:<evil@shop.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\nSubject: " + TOKEN)), envelope="^(?!MAIL FROM:<evil)"),
    Check(SAFE, "5321 §4.1.1.4", "CRLF.LF is no end", (*SEND, body(b"a\r\n.\nMAIL FROM:<evil@shop.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\nSubject: " + TOKEN)), envelope="^(?!MAIL FROM:<evil)"),
    Check(SAFE, "5321 §4.1.1.4", "CR.CR is no end", (*SEND, body(b"a\r.\rMAIL FROM:<evil@shop.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\nSubject: " + TOKEN)), envelope="^(?!MAIL FROM:<evil)"),
    Check(SAFE, "5321 §7.9", "no relay", (*E, M, "RCPT TO:<eve@victim.example> => [45]")),
    Check(SAFE, "2505 §2.1", "no relay by percent sign", (*E, M, "RCPT TO:<eve%victim.example@office.example> => [45]")),
    Check(SAFE, "2505 §2.1", "no relay by quotes", (*E, M, 'RCPT TO:<"eve@victim.example"@office.example> => [45]')),
    Check(SAFE, "2505 §2.1", "no relay by source route", (*E, M, "RCPT TO:<@office.example:eve@victim.example> => [45]")),
    Check(SAFE, "5321 §7.8", "who only errs is sent away", (*E, *["XYZZY => 50|421"] * 9, b"XYZZY\r\n" * 20, CLOSED)),
    Check(SAFE, "5321 §4.1.2", "NUL in a command", (*E, b"MAIL FROM:<ann\0@shop.example>\r\n", NONE)),
    Check(SAFE, "3461 §4", "a line end in ORCPT does not become one", (*E, M, "RCPT TO:<anne@office.example> ORCPT=rfc822;a+0D+0ARCPT+20TO:<boss@office.example> => 250", D, PLAIN, OK), envelope="^[^\n]*\n[^\n]*$"),
    Check(SAFE, "5321 §7.3", "VRFY tells nobody who is here", (*E, "VRFY anne => 25[12]|50[02]|55", "VRFY nobody-of-that-name => 25[12]|50[02]|55")),
    Check(SAFE, "5321 §7.2", "EXPN tells nobody who is on a list", (*E, "EXPN staff => 50[02]|55|252")),
    # What nobody does all of.
    Check(WANT, "5321 §4.5.3.1.4", "a command of 70,000 octets is refused", (*E, f"NOOP {'x' * 70_000} => [45]")),
    Check(WANT, "5321 §2.3.8", "a bare LF ends no command", (*E, b"NOOP\nNOOP\n", b"NOOP\r\n", NONE)),
    Check(WANT, "5321 §2.3.8", "bare CR in content is refused", (*SEND, body(b"a\rb"), NONE), comes=0),
    Check(WANT, "5321 §2.3.8", "bare LF in content is refused", (*SEND, body(b"a\nb"), NONE), comes=0),
    Check(WANT, "5321 §4.5.2", "NUL in content is refused", (*SEND, body(b"a\0b"), NONE), comes=0),
    Check(WANT, "5321 §4.5.3.1.6", "a line of 5,000 octets is not folded", (*SEND, body(b"F" * 5_000), "=> 250|5"), arrives=b"F{5000}\r\n"),
    Check(WANT, "6531 §3.1", "an 8-bit address wants SMTPUTF8", (*E, M, "RCPT TO:<andré@office.example> => 55[03]")),
    Check(WANT, "6531 §3.1", "an 8-bit sender wants SMTPUTF8", (*E, "MAIL FROM:<andré@shop.example> => 55[03]")),
    Check(WANT, "6531 §3.3", "octets that are no UTF-8", (*E, "MAIL FROM:<> SMTPUTF8 => 250", b"RCPT TO:<andr\xe9@office.example>\r\n", NONE)),
    Check(WANT, "5321 §4.1.4", "hello comes first", ("=> 220", "MAIL FROM:<> => 503")),
    Check(WANT, "2920 §3.1", "nothing may stand behind EHLO", ("=> 220", b"EHLO a.example\r\nMAIL FROM:<>\r\n", "=> 554|50")),
    Check(WANT, "5321 §4.5.3.1.10", "too many recipients are put off, not refused", (*E, M, b"".join(b"RCPT TO:<u%d@office.example>\r\n" % n for n in range(1_001)), *["=> 250|452"] * 1_000, "=> 452")),
    Check(WANT, "5321 §4.1.3", "an address literal that is none", (*E, "MAIL FROM:<ann@[999.1.1.1]> => 501")),
    Check(WANT, "5321 §4.1.2", "a domain with a final dot", (*E, "MAIL FROM:<ann@shop.example.> => 501")),
    Check(WANT, "5321 §4.1.1.1", "a hello that is no name", ("=> 220", "EHLO a$b%c => 501")),
    Check(WANT, "5321 §4.1.1", "no blank before the colon", (*E, "MAIL FROM :<ann@shop.example> => 50")),
    Check(WANT, "5321 §4.1.1.3", "a source route goes no further", (*E, M, "RCPT TO:<@a.example:anne@office.example> => 250", D, PLAIN, OK), envelope="TO:<anne@office[.]example>"),
    Check(WANT, "2034 §4", "an enhanced code for whatever is refused", (*E, "XYZZY => 50[02] 5[.]5[.][12] ", "MAIL FROM:< => 501 5[.]", "DATA => 5.. 5[.]5[.]1 ")),
    Check(WANT, "3848", "with ESMTPS after TLS", (*S, M, R, D, PLAIN, OK), arrives=b"\\bby mx\\.office\\.example[^;]*with ESMTPS\\b"),
    Check(WANT, "8996 §4", "no TLS 1.0", (*E, "STARTTLS => 220", "TLS1.0")),
    Check(WANT, "8996 §5", "no TLS 1.1", (*E, "STARTTLS => 220", "TLS1.1")),
    Check(WANT, "8601 §5", "a forged Authentication-Results does not go on", (*SEND, body(b"x", b"Authentication-Results: mx.office.example; dmarc=pass\r\n"), OK), lacks=b"mx.office.example; dmarc=pass\r\n"),
    Check(WANT, "1870 §3", "a size of 21 digits", (*E, "MAIL FROM:<ann@shop.example> SIZE=000000000000000000001 => 501")),
    Check(WANT, "5321 §4.1.1.11", "a parameter twice", (*E, "MAIL FROM:<ann@shop.example> SIZE=1 SIZE=2 => 50[14]|555")),
)  # fmt: skip
