"""From content to a transaction, and from a transaction to the reply to the final dot.

The pipeline works in a task of the server: a client that leaves never cancels it. Knows no wire.
"""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass

from gateway.core import replies
from gateway.core.envelope import SMTP_DOOR, SMTP_HIDDEN_ORIGIN_DOOR, Client, Envelope, Transaction
from gateway.core.event import Fault, MessageHandled
from gateway.core.finding import Finding
from gateway.core.message import Message, MessageError
from gateway.core.record import Disposition, MessageRecord
from gateway.core.reply import Reply
from gateway.smtp.data import Content
from gateway.smtp.memory import Reservation
from gateway.smtp.surroundings import Door, Surroundings


@dataclass(frozen=True, slots=True)
class Arrived:
    """All of one message: from whom, with what was found at its connect, for whom, the octets and their memory."""

    client: Client
    findings: tuple[Finding, ...]
    envelope: Envelope
    content: Content
    reservation: Reservation


async def receive(door: Door, arrived: Arrived) -> Reply:
    """The answer to the message; its memory is given back when nobody works on it any more. Never raises."""
    content = arrived.content
    message = None
    if content.refusal is None:
        try:
            message = Message.of(content.kept)
        except MessageError:
            content.refuse(replies.BAD_MESSAGE)
    if message is None:
        arrived.reservation.release()
        return _refused(door.surroundings, arrived)
    return await asyncio.shield(door.deliveries.create_task(_hand_over(door.surroundings, arrived, message)))


def fault(surroundings: Surroundings, error: Exception) -> Reply:
    """An unexpected exception: its text for the journal, one sentence for the peer (STYLE 8)."""
    surroundings.publish(Fault("smtp", "".join(traceback.format_exception(error))))
    return replies.LOCAL_ERROR


def _refused(surroundings: Surroundings, arrived: Arrived) -> Reply:
    """The edge's own refusal of a message, with a code that finds it in the history."""
    client, envelope = arrived.client, arrived.envelope
    code = surroundings.intake.new_code()
    reply = (arrived.content.refusal or replies.LOCAL_ERROR).with_code_word(code)
    action, state = ("defer", "deferred") if reply.is_transient else ("reject", "rejected")
    record = MessageRecord(
        code=code,
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
    return reply


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
    except Exception as error:  # noqa: BLE001 - the edge: it must not end the other deliveries, nor reach the peer
        return fault(surroundings, error)
    finally:
        arrived.reservation.release()
