"""From content to a transaction, and from a transaction to the reply to the final dot.

The pipeline works in the connection's task, which the server owns: a client that leaves never cancels it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from gateway.core import replies
from gateway.core.envelope import SMTP_DOOR, SMTP_HIDDEN_ORIGIN_DOOR, Client, Envelope, Transaction
from gateway.core.event import Fault, MessageHandled
from gateway.core.finding import Finding
from gateway.core.message import Message, MessageError
from gateway.core.record import Disposition, MessageRecord
from gateway.core.repeats import Sign
from gateway.core.reply import Reply
from gateway.smtp.data import Content
from gateway.smtp.memory import Reservation
from gateway.smtp.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Arrived:
    """All of one message: from whom, with what was found at its connect, for whom, the octets and their memory."""

    client: Client
    findings: tuple[Finding, ...]
    envelope: Envelope
    content: Content
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Received:
    """The answer, and by what the message is recognised when it comes again; None where the edge refused it."""

    reply: Reply
    sign: Sign | None = None


async def receive(surroundings: Surroundings, arrived: Arrived, is_gone: Callable[[], bool]) -> Received:
    """The answer to the message; its memory is given back when nobody works on it any more. Never raises.

    `is_gone` asks whether the client has left, so that it won't read the answer.
    """
    content = arrived.content
    message = None
    if content.refusal is None:
        try:
            message = Message.of(content.kept, is_honest=True)
        except MessageError:
            content.refuse(replies.BAD_MESSAGE)
        except OSError:
            content.refuse(replies.NO_ROOM)
    if message is None:
        arrived.reservation.release()
        return Received(_refused(surroundings, arrived))
    repeating = surroundings.repeating
    sign = await repeating.sign(arrived.envelope, message.octets)
    if (reply := await repeating.known(sign)) is not None:
        arrived.reservation.release()
        _note(surroundings, arrived, reply, "accept", "repeated")
        return Received(reply, sign)
    work = repeating.answer(sign, _hand_over(surroundings, arrived, message), is_gone)
    return Received(await work, sign)


def fault(surroundings: Surroundings, error: Exception) -> Reply:
    """An unexpected exception: its text for the journal, one sentence for the peer (STYLE 8)."""
    surroundings.publish(Fault("smtp", "".join(traceback.format_exception(error))))
    return replies.LOCAL_ERROR


def _refused(surroundings: Surroundings, arrived: Arrived) -> Reply:
    """The edge's own refusal of a message, with a code that finds it in the history."""
    code = surroundings.intake.new_code()
    reply = (arrived.content.refusal or replies.LOCAL_ERROR).with_code_word(code)
    _note(
        surroundings, arrived, reply, *(("defer", "deferred") if reply.is_transient else ("reject", "rejected")), code
    )
    return reply


def _note(surroundings: Surroundings, arrived: Arrived, reply: Reply, action: str, state: str, code: str = "") -> None:
    """A row of history for what the edge answered by itself; `code` is a new one unless the reply has it."""
    client, envelope = arrived.client, arrived.envelope
    record = MessageRecord(
        code=code or surroundings.intake.new_code(),
        time=surroundings.clock.now().timestamp(),
        kind="message",
        client_ip=str(client.ip),
        client_name=client.hostname or "",
        helo=client.helo,
        listener=client.listener,
        reverse_path=str(envelope.reverse_path),
        dispositions=tuple(Disposition(str(each), action, state) for each in envelope.recipients),
        reply=str(reply),
        size_octets=arrived.content.size_octets,
    )
    surroundings.publish(MessageHandled(record))


async def _hand_over(surroundings: Surroundings, arrived: Arrived, message: Message) -> Reply:
    hidden = arrived.client.ip in surroundings.hidden_origins
    try:
        transaction = Transaction(
            code=surroundings.intake.new_code(),
            door=SMTP_HIDDEN_ORIGIN_DOOR if hidden else SMTP_DOOR,
            client=arrived.client,
            envelope=arrived.envelope,
            message=message,
            received_at=surroundings.clock.now(),
        )
        return await surroundings.intake.receive(transaction.with_findings(*arrived.findings))
    except Exception as error:  # noqa: BLE001 - the edge: it must not end the conversation, nor reach the peer
        return fault(surroundings, error)
    finally:
        arrived.reservation.release()
