"""One function for each method about settings and secrets. As `handlers`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.control import protocol
from gateway.control.params import Asked, place
from gateway.control.protocol import Failure
from gateway.control.refusal import Refusal
from gateway.control.room import Handler, Room
from gateway.control.settingsparams import (
    EditSettings,
    OneSecret,
    OneVersion,
    SetSecret,
    TrySettings,
    UndoSettings,
    VersionQuery,
)
from gateway.control.settingsvalues import SecretDone, Secrets, Tried, VersionDetail, VersionSummary
from gateway.control.values import Page


async def show(room: Room, params: OneVersion) -> VersionDetail | Failure:
    """One version with its text."""
    found = await room.desk.settings.show(params.version, params.language or room.language)
    return found if found is not None else _no_version(params.version)


async def history(room: Room, params: VersionQuery) -> Page[VersionSummary]:
    """A page of versions."""
    after = place(params.cursor)
    return await room.desk.settings.history(after, params.limit, params.language or room.language)


async def try_settings(room: Room, params: TrySettings) -> Tried | Failure:
    """Run them."""
    language = params.language or room.language
    return _answer(await room.desk.settings.try_text(params.text, room.by, params.for_seconds, language))


async def edit(room: Room, params: EditSettings) -> Tried | Failure:
    """Run them with single keys changed."""
    language = params.language or room.language
    return _answer(await room.desk.settings.edit(params.edits, room.by, params.for_seconds, language))


async def keep(room: Room, params: Asked) -> Tried | Failure:
    """End the trial for good."""
    return _answer(await room.desk.settings.keep(room.by, params.language or room.language))


async def undo(room: Room, params: UndoSettings) -> Tried | Failure:
    """Go back."""
    language = params.language or room.language
    done = await room.desk.settings.undo(params.version, room.by, params.for_seconds, language)
    return _no_version(params.version) if done is None else _answer(done)


async def list_secrets(room: Room, params: Asked) -> Secrets:
    """Names."""
    return Secrets(await room.desk.settings.secrets())


async def set_secret(room: Room, params: SetSecret) -> SecretDone | Failure:
    """Keep a value."""
    refused = await room.desk.settings.set_secret(params.name, params.value, room.by)
    return SecretDone(params.name, "set") if refused is None else Failure(protocol.REFUSED, refused.text)


async def delete_secret(room: Room, params: OneSecret) -> SecretDone | Failure:
    """Remove a value."""
    gone = await room.desk.settings.delete_secret(params.name, room.by)
    if isinstance(gone, Refusal):
        return Failure(protocol.REFUSED, gone.text)
    if gone:
        return SecretDone(params.name, "deleted")
    return Failure(protocol.NOT_FOUND, f"There is no secret named {params.name}.")


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType(
    {
        protocol.CONFIG_SHOW.name: show,
        protocol.CONFIG_HISTORY.name: history,
        protocol.CONFIG_TRY.name: try_settings,
        protocol.CONFIG_EDIT.name: edit,
        protocol.CONFIG_KEEP.name: keep,
        protocol.CONFIG_UNDO.name: undo,
        protocol.SECRET_LIST.name: list_secrets,
        protocol.SECRET_SET.name: set_secret,
        protocol.SECRET_DELETE.name: delete_secret,
    }
)


def _answer(done: Tried | Refusal) -> Tried | Failure:
    return Failure(protocol.REFUSED, done.text) if isinstance(done, Refusal) else done


def _no_version(number: int) -> Failure:
    if not number:
        return Failure(protocol.NOT_FOUND, "There is no version before this one.")
    return Failure(protocol.NOT_FOUND, f"There is no version {number} of the settings. See: poterne config history")
