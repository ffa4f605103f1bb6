"""The conversation with one client: which command may come when, and what each one answers.

Reads commands from the wire, keeps the transaction as frozen values, asks the pipeline. Knows no socket, no
grammar and no policy.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from gateway.config.schema import Pair
from gateway.core import replies
from gateway.core.command import (
    EXTENDED_COMMAND_MAXIMUM_OCTETS,
    Bdat,
    Command,
    Dialect,
    Hello,
    Mail,
    Rcpt,
    Verb,
    parse,
    verb_of,
)
from gateway.core.envelope import Envelope, TlsSession
from gateway.core.repeats import Sign
from gateway.core.reply import Reply
from gateway.pipeline.base import Admission
from gateway.smtp.data import Content, DataDecoder, Newlines
from gateway.smtp.limits import Conduct, Tally, normal
from gateway.smtp.memory import Reservation
from gateway.smtp.patience import Patience
from gateway.smtp.receipt import Arrived, fault, receive
from gateway.smtp.reception import Chunks, TooSlow, drop_chunk, take_chunk, take_data
from gateway.smtp.room import Place
from gateway.smtp.surroundings import Door
from gateway.smtp.wire import Gone, Late, Wire

# A chunk this many times the largest message is not worth reading past: the connection is closed instead.
_CHUNK_WORTH_DRAINING = 4
# Commands that are in the buffer already are answered without a wait; after so many the others have their turn.
_COMMANDS_AT_A_STRETCH = 50
# The replies that count as bad commands.
_BAD_COMMAND_CODES = frozenset({500, 501, 502, 503, 504, 530, 555})
# RFC 2920 §3.1: behind these the client must wait, so nothing can have come yet (Postfix: forbid_unauth_pipelining).
_LAST_IN_GROUP = frozenset({Verb.DATA, Verb.VRFY, Verb.EXPN})
# RFC 3207 §4: what may be said before TLS where it is required.
_ALLOWED_WITHOUT_TLS = frozenset({Verb.NOOP, Verb.STARTTLS, Verb.QUIT, Verb.RSET, Verb.HELP})


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The last reply of a conversation."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class _Unread:
    """A 250 that the client has not been heard to read: how much it had sent then, and whether it had left (D16)."""

    sign: Sign
    arrived_octets: int
    has_left: bool


Answer = Reply | Goodbye | None


class Dialogue:
    """From the first command to the last. `upgrade` does the TLS handshake and says what came of it."""

    __slots__ = (
        "_chunks",
        "_client",
        "_conduct",
        "_data_was_refused",
        "_door",
        "_envelope",
        "_findings",
        "_is_inside_content",
        "_is_stopping",
        "_patience",
        "_place",
        "_surroundings",
        "_unread",
        "_upgrade",
        "_wire",
    )

    def __init__(
        self, door: Door, admission: Admission, wire: Wire, upgrade: Callable[[Reply, float], Awaitable[TlsSession]]
    ) -> None:
        self._door = door
        self._client = admission.client
        self._findings = admission.findings
        self._wire = wire
        self._upgrade = upgrade
        self._surroundings = door.surroundings
        gate = door.surroundings.gate
        self._patience = Patience(door.surroundings.timeouts, door.surroundings.clock, gate)
        self._conduct = Conduct(door.surroundings.limits, gate)
        self._envelope: Envelope | None = None
        self._chunks: Chunks | None = None
        self._data_was_refused = False
        self._is_inside_content = False
        self._is_stopping = False
        self._unread: _Unread | None = None
        self._place: Place | None = None

    async def run(self) -> None:
        """Talk until QUIT, a goodbye of ours, or the client's leaving. Raises Gone."""
        try:
            for count in itertools.count(1):
                if count % _COMMANDS_AT_A_STRETCH == 0:
                    await asyncio.sleep(0)
                answer = await self._next_answer()
                if isinstance(answer, Goodbye):
                    self._wire.say(answer.reply)
                    self._wire.has_parted = answer.reply is replies.BYE and self._unread is None
                    return
                if answer is not None:
                    self._wire.say(answer)
        finally:
            self._forget()

    def stop(self) -> None:
        """Say goodbye as soon as the client's next command is awaited."""
        self._is_stopping = True
        self._wire.interrupt()

    def hurry(self) -> None:
        """What holds in a full house holds for the wait under way too."""
        with contextlib.suppress(Late):
            patience = self._patience
            self._wire.hurry(patience.for_block() if self._is_inside_content else patience.for_command())

    def ended(self, *, is_orderly: bool) -> None:
        """The connection is closed; `is_orderly`: by the client too, which has read our last reply then."""
        if self._unread is None:
            return
        if is_orderly and not self._unread.has_left:
            self._surroundings.repeating.heard(self._unread.sign)
        else:
            self._surroundings.repeating.gone(self._unread.sign)

    async def _next_answer(self) -> Answer:
        if self._is_stopping:
            return Goodbye(replies.SHUTTING_DOWN)
        try:
            line = await self._wire.line(EXTENDED_COMMAND_MAXIMUM_OCTETS, self._patience.for_command())
            if self._unread is not None and self._wire.arrived_octets > self._unread.arrived_octets:
                self._surroundings.repeating.heard(self._unread.sign)
                self._unread = None
            return self._judge_conduct(await self._answer(line))
        except Late:
            return Goodbye(replies.SHUTTING_DOWN if self._is_stopping else replies.TIMED_OUT)
        except TooSlow:
            return Goodbye(replies.TOO_SLOW)
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: one command's fault is 451 and a word to the journal
            reply = fault(self._surroundings, error)
            # In the middle of content there is no next command to find.
            return Goodbye(reply) if self._is_inside_content else reply

    async def _answer(self, line: bytes | Reply) -> Answer:
        dialect = Dialect(self._client.esmtp, bool(self._envelope and self._envelope.smtputf8))
        command = line if isinstance(line, Reply) else parse(line, dialect)
        if isinstance(command, Reply):
            return self._refuse_line(line, command)
        self._data_was_refused = False
        if self._must_have_waited(command):
            return Goodbye(replies.OUT_OF_STEP)
        if self._lacks_tls(command):
            return replies.TLS_REQUIRED
        handler = _HANDLERS[command if isinstance(command, Verb) else type(command)]
        return await handler(self, command)

    def _refuse_line(self, line: bytes | Reply, reply: Reply) -> Answer:
        if self._data_was_refused:
            # Content that a client sends without waiting must not be taken for commands: what follows a refused DATA
            # and is no command is its first header line, and further lines could hold MAIL and RCPT.
            return Goodbye(replies.OUT_OF_STEP)
        if isinstance(line, bytes) and verb_of(line) == "BDAT":
            return Goodbye(reply)  # how many octets follow, nobody knows
        return reply

    def _must_have_waited(self, command: Command) -> bool:
        is_last = isinstance(command, Hello) or (isinstance(command, Verb) and command in _LAST_IN_GROUP)
        return is_last and self._wire.has_input

    def _lacks_tls(self, command: Command) -> bool:
        if self._door.listener.tls.mode != "require" or self._client.tls is not None:
            return False
        return not isinstance(command, Hello | Bdat) and command not in _ALLOWED_WITHOUT_TLS

    def _judge_conduct(self, answer: Answer) -> Answer:
        """Count bad commands; the one too many ends the conversation."""
        if isinstance(answer, Reply) and answer.code in _BAD_COMMAND_CODES:
            goodbye = self._conduct.bad_command()
            return Goodbye(goodbye) if goodbye else answer
        return answer

    async def _hello(self, command: Hello) -> Answer:
        if goodbye := self._conduct.idle_command():
            return Goodbye(goodbye)
        self._forget()
        self._client = replace(self._client, helo=command.name, esmtp=command.extended)
        self._surroundings.seen.add(self._client.ip)
        return self._door.hello(extended=command.extended, is_secret=self._client.tls is not None)

    async def _mail(self, command: Mail) -> Answer:
        if not self._client.helo:
            return replies.HELLO_FIRST
        if self._envelope is not None:
            return replies.NESTED_MAIL
        largest = self._surroundings.largest_message_octets()
        if (command.envelope.size_octets or 0) > largest:
            return replies.TOO_LARGE
        if self._is_too_much(self._surroundings.rates.messages, self._surroundings.limits.messages_per_minute):
            return replies.TOO_OFTEN
        self._place = self._surroundings.room.begin(command.envelope.size_octets or largest)
        if self._place is None:
            return replies.NO_DISK
        self._envelope = command.envelope
        return replies.SENDER_OK

    async def _rcpt(self, command: Rcpt) -> Answer:
        if self._envelope is None:
            return replies.MAIL_FIRST
        if self._chunks is not None:
            return replies.CHUNKING_BEGAN
        surroundings = self._surroundings
        if len(self._envelope.recipients) >= normal(surroundings.limits.recipients, is_busy=surroundings.gate.is_busy):
            return replies.TOO_MANY_RECIPIENTS
        if self._is_too_much(surroundings.rates.recipients, surroundings.limits.recipients_per_minute):
            return replies.TOO_OFTEN
        recipient, reverse_path = command.recipient, self._envelope.reverse_path
        reply = await surroundings.intake.admit_recipient(self._client, reverse_path, recipient)
        if reply.is_positive:
            self._envelope = self._envelope.with_recipient(recipient)
        elif reply.is_permanent and self._client.relay_client is None:
            return await self._refused(reply)
        return reply

    async def _refused(self, reply: Reply) -> Answer:
        """Who asks for many that do not exist waits for each answer, then goes (backends.md §8 row 14)."""
        if goodbye := self._conduct.refused_recipient():
            return Goodbye(goodbye)
        if self._conduct.is_guessing:
            await self._wire.hold(self._surroundings.timeouts.refused_recipient_seconds)
        return reply

    def _is_too_much(self, tally: Tally, limit: int | Pair) -> bool:
        """Count one for this client, if it is a stranger whose address is its own."""
        if self._client.relay_client is not None or self._client.ip in self._surroundings.hidden_origins:
            return False
        count = tally.count(self._client.ip, self._patience.now())
        return count > normal(limit, is_busy=self._surroundings.gate.is_busy)

    async def _data(self, command: Verb) -> Answer:
        envelope = self._envelope
        if envelope is None or not envelope.recipients or self._chunks is not None:
            self._data_was_refused = True
            return replies.CHUNKING_BEGAN if self._chunks is not None else self._no_recipients()
        self._wire.say(replies.GO_AHEAD)
        self._is_inside_content = True
        newlines = Newlines.REFUSE if self._client.relay_client is None else Newlines.REPAIR
        decoder = DataDecoder(newlines, self._surroundings.largest_message_octets())
        reservation = self._surroundings.memory.reservation(self._client.ip)
        try:
            content = await take_data(self._wire, self._patience, decoder, reservation)
        except BaseException:
            reservation.release()
            raise
        self._is_inside_content = False
        return await self._receive(envelope, content, reservation)

    async def _bdat(self, command: Bdat) -> Answer:
        limit = self._surroundings.largest_message_octets()
        if command.size_octets > _CHUNK_WORTH_DRAINING * limit:
            return Goodbye(replies.TOO_LARGE)
        self._is_inside_content = True
        reply = await self._chunk(command, limit)
        self._is_inside_content = False
        return reply or await self._last_chunk()

    async def _chunk(self, command: Bdat, limit: int) -> Reply | None:
        envelope = self._envelope
        if envelope is None or not envelope.recipients:
            await drop_chunk(self._wire, self._patience, command.size_octets)
            return self._no_recipients()
        if self._chunks is None:
            self._chunks = Chunks(limit, self._surroundings.memory.reservation(self._client.ip))
        content = self._chunks.decoder.content
        await take_chunk(self._wire, self._patience, self._chunks, command.size_octets)
        if command.is_last:
            return None
        # A refused message stays refused, and every further chunk hears why (RFC 3030 §2 leaves this state open).
        return content.refusal or replies.chunk_taken(command.size_octets)

    async def _last_chunk(self) -> Answer:
        chunks, envelope = self._chunks, self._envelope
        if chunks is None or envelope is None:
            return replies.MAIL_FIRST
        chunks.decoder.finish()
        self._chunks = None
        return await self._receive(envelope, chunks.decoder.content, chunks.reservation)

    async def _receive(self, envelope: Envelope, content: Content, reservation: Reservation) -> Reply:
        arrived = Arrived(self._client, self._findings, envelope, content, reservation)
        received = await receive(self._surroundings, arrived, lambda: self._wire.is_left)
        reply, self._unread = received.reply, None
        if received.sign is not None and reply.is_positive:
            self._unread = _Unread(received.sign, self._wire.arrived_octets, self._wire.is_left)
        self._forget()
        self._conduct.message_taken()
        self._patience.renew()
        return reply

    def _no_recipients(self) -> Reply:
        if not self._client.helo:
            return replies.HELLO_FIRST
        return replies.MAIL_FIRST if self._envelope is None else replies.NO_VALID_RECIPIENTS

    async def _starttls(self, command: Verb) -> Answer:
        if self._client.tls is not None:
            return replies.TLS_ALREADY
        if not self._door.offers_starttls:
            return replies.NOT_IMPLEMENTED
        self._forget()
        # RFC 3207 §4.2: what the client said in plain text is forgotten, its name too.
        plain = replace(self._client, helo="", esmtp=False)
        self._client = replace(plain, tls=await self._upgrade(replies.READY_FOR_TLS, self._patience.for_handshake()))
        return None

    async def _rset(self, command: Verb) -> Answer:
        if goodbye := self._conduct.idle_command():
            return Goodbye(goodbye)
        self._forget()
        return replies.RESET

    async def _quit(self, command: Verb) -> Answer:
        return Goodbye(replies.BYE)

    async def _say(self, command: Verb) -> Answer:
        goodbye = self._conduct.idle_command()
        return Goodbye(goodbye) if goodbye else _FIXED_ANSWERS[command]

    def _forget(self) -> None:
        """No transaction, and nothing held for one."""
        if self._chunks is not None:
            self._chunks.reservation.release()
        if self._place is not None:
            self._place.leave()
        self._place = None
        self._envelope = None
        self._chunks = None


_FIXED_ANSWERS: Final = MappingProxyType(
    {
        Verb.NOOP: replies.NOOP_OK,
        Verb.HELP: replies.HELP,
        Verb.VRFY: replies.CANNOT_VERIFY,
        Verb.EXPN: replies.NOT_IMPLEMENTED,
    }
)
_HANDLERS: Final = MappingProxyType[object, Callable[[Dialogue, Any], Awaitable[Answer]]](
    {
        Hello: Dialogue._hello,
        Mail: Dialogue._mail,
        Rcpt: Dialogue._rcpt,
        Bdat: Dialogue._bdat,
        Verb.DATA: Dialogue._data,
        Verb.STARTTLS: Dialogue._starttls,
        Verb.RSET: Dialogue._rset,
        Verb.QUIT: Dialogue._quit,
        **dict.fromkeys(_FIXED_ANSWERS, Dialogue._say),
    }
)
