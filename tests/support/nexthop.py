"""A scripted next hop: says what its profile says, keeps what it was told. Knows sockets, no gateway.

It waits on the clock it is given or on events, never on real time.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.net.clock import Clock
from tests.support.clock import HandClock


@dataclass(frozen=True)
class Profile:
    """What a hop answers. Replies are whole, without CRLF; "" is silence, "!" drops the connection.

    `recipients`: the RCPT reply by address, else `recipient`. `tarpit_seconds`: before each RCPT refusal.
    `refuses_whole`: after the dot this reply when one of `unknown` is among the recipients.
    `early`: said when the content begins; then it reads no more, and after a 421 it hangs up.
    `at_dot`: LMTP, the reply after the dot by address. `drops_after_octets`: of content.
    `users`: who may log in, by password, within TLS or not; without any, AUTH is unknown.
    `stores_silently`, or `is_silent_for` these: keeps the message and answers when `may_answer_dot` is set.
    """

    greeting: str = "220 hop.example ESMTP"
    ehlo: str = ""
    announces: tuple[str, ...] = ("PIPELINING", "SIZE 37748736", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN")
    is_lmtp: bool = False
    starttls: str = "220 2.0.0 Go ahead"
    injects: bytes = b""
    mail: str = "250 2.1.0 Sender OK"
    mail_delay_seconds: float = 0.0
    recipient: str = "250 2.1.5 Recipient OK"
    recipients: Mapping[str, str] = field(default_factory=dict)
    tarpit_seconds: float = 0.0
    data: str = "354 Start mail input; end with <CRLF>.<CRLF>"
    early: str = ""
    drops_after_octets: int | None = None
    dot: str = "250 2.6.0 <id@hop> [InternalId=5111011082268] Queued mail for delivery"
    at_dot: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    refuses_whole: str = ""
    stores_silently: bool = False
    is_silent_for: frozenset[tuple[str, ...]] = frozenset()
    rset: str = "250 2.0.0 Resetting"
    users: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """A message the hop has taken: its MAIL line, its recipients, its octets without the stuffed dots."""

    mail: str
    recipients: tuple[str, ...]
    octets: bytes


@dataclass
class Session:
    """One connection: the command lines in order, whether it was encrypted, and who logged in."""

    commands: list[str] = field(default_factory=list)
    is_encrypted: bool = False
    logged_in_as: str = ""


class NextHop:
    """Use `running`. `profile` may be replaced at any time; `next_profile` takes its place with the next connection."""

    def __init__(self, profile: Profile, clock: Clock, tls: ssl.SSLContext | None) -> None:
        self.profile = profile
        self.next_profile: Profile | None = None
        self.address = ""
        self.sessions: list[Session] = []
        self.messages: list[Stored] = []
        self.open_connections = 0
        self.most_connections = 0
        self.heard = asyncio.Event()
        self.may_answer_dot = asyncio.Event()
        self._clock = clock
        self._tls = tls
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def commands(self) -> list[str]:
        """All command lines of all sessions."""
        return [command for session in self.sessions for command in session.commands]

    async def wait_for(self, command: str) -> None:
        """Until a command that begins so was heard."""
        while not any(each.startswith(command) for each in self.commands):
            self.heard.clear()
            await self.heard.wait()

    def hang_up(self) -> None:
        """Close every connection, as a restart does."""
        for writer in self._writers:
            writer.transport.abort()

    async def end(self) -> None:
        """Close every connection and wait until nobody serves one."""
        self.hang_up()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.profile, self.next_profile = self.next_profile or self.profile, None
        session = Session()
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.sessions.append(session)
        self._writers.add(writer)
        self.open_connections += 1
        self.most_connections = max(self.most_connections, self.open_connections)
        try:
            await _Talk(self, session, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, _Hangup, ssl.SSLError, asyncio.CancelledError):
            pass  # the end of a test cancels what still waits, and the stream's own callback would log it
        finally:
            self.open_connections -= 1
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.transport.abort()


class _Hangup(Exception):
    pass


class _Talk:
    def __init__(
        self, hop: NextHop, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.hop = hop
        self.session = session
        self.reader = reader
        self.writer = writer
        self.mail = ""
        self.recipients: list[str] = []

    @property
    def profile(self) -> Profile:
        return self.hop.profile

    async def run(self) -> None:
        await self.say(self.profile.greeting)
        while line := await self.reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.session.commands.append(text)
            self.hop.heard.set()
            verb = text.split(" ")[0].split(":")[0].upper()
            if verb == "QUIT":
                await self.say("221 2.0.0 Bye")
                return
            await self.answer(verb, text)

    async def answer(self, verb: str, text: str) -> None:
        if verb in ("EHLO", "LHLO", "HELO"):
            await self.hello(verb)
        elif verb == "STARTTLS":
            await self.starttls()
        elif verb == "AUTH" and self.profile.users:
            await self.login(text)
        elif verb == "MAIL":
            if self.profile.mail_delay_seconds:
                await self.hop._clock.sleep(self.profile.mail_delay_seconds)
            self.mail, self.recipients = (text if self.profile.mail.startswith("2") else ""), []
            await self.say(self.profile.mail)
        elif verb == "RCPT":
            await self.rcpt(text)
        elif verb == "DATA":
            await self.data()
        elif verb == "RSET":
            self.mail, self.recipients = "", []
            await self.say(self.profile.rset)
        else:
            await self.say("502 5.5.1 Command not implemented")

    async def hello(self, verb: str) -> None:
        if self.profile.ehlo and verb != "HELO":
            await self.say(self.profile.ehlo)
            return
        words = [*self.profile.announces] if verb != "HELO" else []
        if self.hop._tls is not None and not self.session.is_encrypted:
            words.append("STARTTLS")
        lines = ["hop.example Hello", *words]
        last = len(lines) - 1
        await self.say("\r\n".join(f"250{' ' if at == last else '-'}{line}" for at, line in enumerate(lines)))

    async def starttls(self) -> None:
        self.writer.write(f"{self.profile.starttls}\r\n".encode() + self.profile.injects)
        await self.writer.drain()
        if self.hop._tls is None:
            raise _Hangup
        if self.profile.starttls.startswith("220"):
            await self.writer.start_tls(self.hop._tls)
            self.session.is_encrypted = True

    async def login(self, text: str) -> None:
        _, mechanism, *initial = text.split(" ")
        if mechanism == "PLAIN":
            _, user, password = base64.b64decode(initial[0]).decode().split("\0")
        else:
            answers = []
            for question in ("Username:", "Password:"):
                await self.say("334 " + base64.b64encode(question.encode()).decode())
                answers.append(base64.b64decode(await self.reader.readline()).decode())
            user, password = answers
        if self.profile.users.get(user) != password:
            await self.say("535 5.7.8 Authentication credentials invalid")
            return
        self.session.logged_in_as = user
        await self.say("235 2.7.0 Authentication succeeded")

    async def rcpt(self, text: str) -> None:
        address = text[text.index("<") + 1 : text.index(">")]
        reply = self.profile.recipients.get(address, self.profile.recipient) if self.mail else "503 5.5.1 MAIL first"
        if self.profile.tarpit_seconds and not reply.startswith("2"):
            await self.hop._clock.sleep(self.profile.tarpit_seconds)
        if reply.startswith("2"):
            self.recipients.append(address)
        await self.say(reply)

    async def data(self) -> None:
        if not self.recipients:
            await self.say("503 5.5.1 RCPT first")
            return
        await self.say(self.profile.data)
        if not self.profile.data.startswith("3"):
            return
        if self.profile.early:
            await self.say(self.profile.early)
            if self.profile.early.startswith("421"):
                raise _Hangup
            await asyncio.Event().wait()  # keeps the line and reads no more
        octets = await self.content()
        self.session.commands.append(".")
        self.hop.heard.set()
        stored = Stored(self.mail, tuple(self.recipients), octets)
        await self.verdict(stored)
        self.mail, self.recipients = "", []

    async def content(self) -> bytes:
        octets = bytearray()
        while (line := await self.reader.readuntil(b"\r\n")) != b".\r\n":
            octets += line[1:] if line.startswith(b".") else line
            limit = self.profile.drops_after_octets
            if limit is not None and len(octets) >= limit:
                raise _Hangup
        return bytes(octets)

    async def verdict(self, stored: Stored) -> None:
        profile = self.profile
        if profile.stores_silently or stored.recipients in profile.is_silent_for:
            self.hop.messages.append(stored)
            await self.hop.may_answer_dot.wait()
        elif profile.refuses_whole and profile.unknown & set(stored.recipients):
            await self.say(profile.refuses_whole)
            return
        elif profile.dot.startswith("2"):
            self.hop.messages.append(stored)
        if not profile.is_lmtp:
            await self.say(profile.dot)
            return
        for address in stored.recipients:
            await self.say(profile.at_dot.get(address, profile.dot))

    async def say(self, reply: str) -> None:
        if reply == "!":
            raise _Hangup
        if reply:
            self.writer.write(f"{reply}\r\n".encode())
            await self.writer.drain()


@asynccontextmanager
async def running(
    profile: Profile | None = None,
    *,
    clock: Clock | None = None,
    tls: ssl.SSLContext | None = None,
    path: str = "",
    host: str = "127.0.0.1",
    port: int = 0,
    implicit_tls: bool = False,
) -> AsyncIterator[NextHop]:
    """A hop that listens on loopback, or on the Unix socket `path`, until the block ends.

    `implicit_tls`: the handshake comes before the greeting.
    """
    hop = NextHop(profile or Profile(), clock or HandClock(), tls)
    if path:
        server: asyncio.Server = await asyncio.start_unix_server(hop.serve, path)
        hop.address = path
    else:
        server = await asyncio.start_server(hop.serve, host, port, ssl=tls if implicit_tls else None)
        hop.address = f"{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield hop
    finally:
        server.close()
        await hop.end()
