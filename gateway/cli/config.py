"""`poterne config`: show, edit, try, keep and undo the settings; and what became of each version.

Contents travel, never paths: the gateway alone writes its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.cli.call import DONE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.cli.editor import edit_until_valid
from gateway.cli.listing import print_list
from gateway.cli.moments import duration
from gateway.cli.output import Column, age
from gateway.cli.tried import tell
from gateway.control import protocol
from gateway.control.client import Client
from gateway.control.params import Asked
from gateway.control.settingsparams import EditSettings, OneVersion, TrySettings, UndoSettings, VersionQuery
from gateway.control.settingsvalues import ChangeView, Tried, VersionDetail, VersionSummary
from gateway.core.text import safe

COLUMNS = (
    Column("VERSION"),
    Column("WHEN"),
    Column("WHO"),
    Column("HOW"),
    Column("STATE"),
    Column("WHAT", shrinks=True),
)


def show(call: Call) -> int:
    """The text of the settings that run, or of an earlier version."""
    with connect(call) as client:
        found = client.call(protocol.CONFIG_SHOW, OneVersion(_number(call)))
    text = found.text.decode("utf-8", "replace")
    if call.out.as_json:
        call.out.json({**_plain(found.summary), "text": text})
        return DONE
    if call.out.width is not None:
        call.out.say(_headline(call, found))
    for line in text.splitlines():
        # A pipe gets the file as it is; a terminal nothing that could harm it.
        call.out.line(line if call.out.width is None else safe(line.expandtabs(4), 10_000))
    return DONE


def history(call: Call) -> int:
    """Versions, newest first, each with what changed."""
    return print_list(call, protocol.CONFIG_HISTORY, VersionQuery, _table, "No version is known.")


def try_file(call: Call) -> int:
    """Run a file's settings: for good when they are harmless, else as a trial."""
    path, seconds = Path(call.options.file), _seconds(call)
    text = _contents(path)
    with connect(call) as client:
        return tell(call, client.call(protocol.CONFIG_TRY, checked(lambda: TrySettings(text, seconds))), str(path))


def edit(call: Call) -> int:
    """In an editor; or single keys at once, with --set and --unset."""
    options, seconds = call.options, _seconds(call)
    edits = tuple(_assignment(each) for each in options.set) + tuple((each, "") for each in options.unset)
    with connect(call) as client:
        if edits:
            done = client.call(protocol.CONFIG_EDIT, checked(lambda: EditSettings(edits, seconds)))
            return tell(call, done, "the settings")
        return edit_until_valid(call, _running_text(client), lambda text: _tried(client, text, seconds))


def keep(call: Call) -> int:
    """What is on trial is for good."""
    with connect(call) as client:
        return tell(call, client.call(protocol.CONFIG_KEEP, Asked()), "")


def undo(call: Call) -> int:
    """End the trial, or go back."""
    seconds = _seconds(call)
    with connect(call) as client:
        done = client.call(protocol.CONFIG_UNDO, checked(lambda: UndoSettings(_number(call), seconds)))
    code = tell(call, done, "that version")
    # Here the settings of before are what was wanted.
    return DONE if done.outcome == "reverted" and not done.probes else code


def _tried(client: Client, text: str, seconds: int) -> Tried:
    return client.call(protocol.CONFIG_TRY, checked(lambda: TrySettings(text, seconds)))


def _running_text(client: Client) -> str:
    return client.call(protocol.CONFIG_SHOW, OneVersion()).text.decode("utf-8")


def _contents(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text.\nSee: poterne check {path}") from error


def _assignment(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not value.strip():
        raise UsageError(f"{text!r} is no assignment. Example: --set policy.standard.mark_at=5.5")
    return key.strip(), value.strip()


def _seconds(call: Call) -> int:
    given = vars(call.options)["for"]
    return duration(given) if given else 0


def _number(call: Call) -> int:
    given = call.options.version
    if given is None:
        return 0
    if not str(given).isdecimal() or int(given) == 0:
        raise UsageError(f"{given!r} is no version. See: poterne config history")
    return int(given)


def _headline(call: Call, found: VersionDetail) -> str:
    about = found.summary
    who = f" by {about.by}" if about.by else ""
    return f"# Version {about.number}, {_state(about)}, {age(about.time, call.now())}{who} ({about.via})"


def _table(call: Call, versions: Sequence[VersionSummary]) -> None:
    now = call.now()
    rows = [
        (str(each.number), age(each.time, now), each.by or "-", each.via, _state(each), _what(each))
        for each in versions
    ]
    call.out.table(COLUMNS, rows)


def _state(each: VersionSummary) -> str:
    if each.is_running:
        return "on trial" if each.state == "trial" else "runs"
    return each.state


def _what(each: VersionSummary) -> str:
    more = each.change_count - len(each.changes)
    parts = [change_words(change) for change in each.changes] + ([f"and {more} more"] if more > 0 else [])
    ended = f" ({each.ended})" if each.ended else ""
    return ("; ".join(parts) or "no key changed") + ended


def change_words(change: ChangeView) -> str:
    """A change in one line: "limits.recipients: 100 → 50"."""
    return f"{change.key}: {change.old or '(not set)'} → {change.new or '(not set)'}"


def _plain(summary: VersionSummary) -> dict[str, object]:
    import msgspec  # here, as the rest of the command does without it where nothing is printed as JSON

    plain: dict[str, object] = msgspec.to_builtins(summary)
    return plain
