"""What a start notes down: the version that runs, how trials ended that the last run left, the file put right."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.app.start import Kept, Start
from gateway.config.changes import changes
from gateway.core.event import Fault, Publish, SettingsChanged
from gateway.core.settingsversion import Version, VersionState
from gateway.net.clock import Clock
from gateway.store.versions import Versions
from gateway.system.textfile import replace_text

RESTARTED = "the gateway was started anew before anybody kept it"


async def note(start: Start, versions: Versions, file: Path, release: str, clock: Clock, publish: Publish) -> Kept:
    """The kept settings, as a version. Raises StoreError."""
    for each in start.unfinished:
        if each.state is VersionState.KEEPING:
            await versions.set_state(each.number, VersionState.KEPT)
        else:
            await versions.set_state(each.number, VersionState.REVERTED, RESTARTED)
            publish(SettingsChanged(each.number, "reverted", "", RESTARTED))
    if start.restores_file:
        try:
            await asyncio.to_thread(replace_text, file, start.text)
        except OSError as error:
            publish(Fault("settings", f"{file} can't be written: {error.strerror}"))
    if start.version is not None:
        if start.alarm:
            publish(SettingsChanged(start.version.number, "fallback", "", start.cause))
        return Kept(start.version, start.settings)
    changed = changes(start.before.settings, start.settings) if start.before else ()
    now = clock.now().timestamp()
    version = Version(0, now, "", start.via, release, VersionState.KEPT, changed, start.text)
    version = await versions.add(version)
    publish(SettingsChanged(version.number, "kept", "", start.via))
    return Kept(version, start.settings)
