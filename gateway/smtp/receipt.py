"""From content to a transaction, and from a transaction to the reply to the final dot.

The pipeline works in a task of the server: a client that leaves never cancels it. Knows no wire.
"""

from __future__ import annotations

import asyncio
import traceback

from gateway.core import replies
from gateway.core.envelope import SMTP_DOOR, SMTP_HIDDEN_ORIGIN_DOOR, Client, Envelope, Transaction
from gateway.core.event import Fault, MessageHandled
from gateway.core.message import Message, MessageError
from gateway.core.record import Disposition, MessageRecord
from gateway.core.reply import Reply
from gateway.smtp.data import Content
from gateway.smtp.memory import Reservation
from gateway.smtp.surroundings import Door, Surroundings


async def receive(door: Door, client: Client, envelope: Envelope, content: Content, reservation: Reservation) -> Reply:
    """The answer to the message; its memory is given back when nobody works on it any more. Never raises."""
    if content.refusal is not None:
        reservation.release()
        return refused(door.surroundings, client, envelope, content)
    try:
        message = Message.of(content.kept)
    except MessageError:
        reservation.release()
        content.refuse(replies.BAD_MESSAGE)
        return refused(door.surroundings, client, envelope, content)
    work = _judge_and_hand_on(door.surroundings, client, envelope, message, reservation)
    return await asyncio.shield(door.deliveries.create_task(work))


def refused(surroundings: Surroundings, client: Client, envelope: Envelope, content: Content) -> Reply:
    """The edge's own refusal of a message, with a code that finds it in the history."""
    code = surroundings.intake.new_code()
    reply = (content.refusal or replies.LOCAL_ERROR).with_code_word(code)
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
        size_octets=content.size_octets,
    )
    surroundings.publish(MessageHandled(record))
    return reply


def fault(surroundings: Surroundings, error: Exception) -> Reply:
    """An unexpected exception: its text for the journal, one sentence for the peer (STYLE 8)."""
    surroundings.publish(Fault("smtp", "".join(traceback.format_exception(error))))
    return replies.LOCAL_ERROR


async def _judge_and_hand_on(
    surroundings: Surroundings, client: Client, envelope: Envelope, message: Message, reservation: Reservation
) -> Reply:
    hidden = client.ip in surroundings.hidden_origins
    try:
        return await surroundings.intake.receive(
            Transaction(
                code=surroundings.intake.new_code(),
                door=SMTP_HIDDEN_ORIGIN_DOOR if hidden else SMTP_DOOR,
                client=client,
                envelope=envelope,
                message=message,
                received_at=surroundings.clock.now(),
            )
        )
    except Exception as error:  # noqa: BLE001 - the edge: it must not end the other deliveries, nor reach the peer
        return fault(surroundings, error)
    finally:
        reservation.release()
