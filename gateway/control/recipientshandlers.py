"""One function for each method about who exists. As `handlers`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.protocol import Failure
from gateway.control.recipientsparams import AddAddresses, OneAddress, RecipientQuery, SyncDirectory
from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    KnownRecipient,
    RecipientCheck,
    RecipientRemoved,
    RecipientsUndone,
)
from gateway.control.refusal import Refusal
from gateway.control.room import Handler, Room
from gateway.control.values import Page


async def list_known(room: Room, params: RecipientQuery) -> Page[KnownRecipient]:
    """A page of addresses."""
    language = params.language or room.language
    return room.desk.recipients.page(params.domain.lower(), params.cursor, params.limit, language, params.text)


async def check(room: Room, params: OneAddress) -> RecipientCheck | Failure:
    """What would be answered, and why."""
    found = await room.desk.recipients.check(params.address, params.language or room.language)
    return Failure(protocol.REFUSED, found.text) if isinstance(found, Refusal) else found


async def add(room: Room, params: AddAddresses) -> AddressesAdded:
    """Put addresses on the list; a list with bad ones is no fault, but nothing is done."""
    return await room.desk.recipients.add(
        params.addresses, room.by, is_import=params.is_import, is_rehearsal=params.is_rehearsal
    )


async def remove(room: Room, params: OneAddress) -> RecipientRemoved | Failure:
    """Take one off."""
    done = await room.desk.recipients.remove(params.address, room.by, params.language or room.language)
    if done is None:
        return Failure(protocol.NOT_FOUND, f"Nobody knows {params.address}, or it was taken off already.")
    return Failure(protocol.REFUSED, done.text) if isinstance(done, Refusal) else done


async def undo(room: Room, params: Asked) -> RecipientsUndone | Failure:
    """Take back the last change."""
    done = await room.desk.recipients.undo(room.by)
    return done or Failure(protocol.NOT_FOUND, "There is no change of the recipients to take back.")


async def sync(room: Room, params: SyncDirectory) -> DirectoriesRead | Failure:
    """Read directories now."""
    language = params.language or room.language
    done = await room.desk.recipients.sync(params.domain.lower(), language, accepts_loss=params.accepts_loss)
    if done is not None:
        return done
    where = f"{params.domain} has no directory" if params.domain else "No domain has a directory"
    return Failure(protocol.NOT_FOUND, f"{where} (recipient_verification.method = ldap).")


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType(
    {
        protocol.RECIPIENTS_LIST.name: list_known,
        protocol.RECIPIENTS_CHECK.name: check,
        protocol.RECIPIENTS_ADD.name: add,
        protocol.RECIPIENTS_REMOVE.name: remove,
        protocol.RECIPIENTS_UNDO.name: undo,
        protocol.RECIPIENTS_SYNC.name: sync,
    }
)
