"""A text in the user's editor, again and again until it is valid or given up. Nothing typed is lost on the way."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from gateway.cli.call import DONE, NOT_DONE, Call, UsageError
from gateway.cli.tried import tell, tell_problems
from gateway.control.client import DeniedError
from gateway.control.settingsvalues import Tried

# Debian's own word for it, then what is nearly always there.
_FALLBACKS = ("sensible-editor", "nano", "vi")


def edit_until_valid(call: Call, text: str, attempt: Callable[[str], Tried]) -> int:
    """Edit a copy of `text` and try it; errors are shown with their lines, and one may go on editing."""
    command = _editor(call)
    descriptor, name = tempfile.mkstemp(prefix="poterne-", suffix=".toml")
    path = Path(name)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    while True:
        _run(command, path)
        edited = path.read_bytes().decode("utf-8", "surrogateescape")
        if edited == text:
            path.unlink()
            call.out.say("Nothing was changed.")
            return DONE
        try:
            done = attempt(edited)
        except DeniedError:
            call.out.say(f"Your text is in {path}.")
            raise
        if done.outcome == "invalid" and not call.out.as_json:
            tell_problems(call.out, done, str(path))
            if _again(call):
                continue
            call.out.say(f"Your text is in {path}.")
            return NOT_DONE
        path.unlink()
        return tell(call, done, "the settings")


def _editor(call: Call) -> list[str]:
    """The command. Raises UsageError without a terminal or without an editor."""
    if not call.stdin.isatty():
        raise UsageError(
            "Editing needs a terminal. Without one: poterne config edit --set KEY=VALUE, or poterne config try FILE"
        )
    for variable in ("VISUAL", "EDITOR"):
        if chosen := shlex.split(call.environment.get(variable, "")):
            return chosen
    for name in _FALLBACKS:
        if found := shutil.which(name):
            return [found]
    raise UsageError("There is no editor here. Name one in EDITOR, or use: poterne config try FILE")


def _run(command: list[str], path: Path) -> None:
    try:
        # The user's own choice, run as the user.
        done = subprocess.run([*command, str(path)], check=False)  # noqa: S603 - see above
    except OSError as error:
        raise UsageError(f"The editor {command[0]} can't be started: {error.strerror}.") from error
    if done.returncode != 0:
        raise UsageError(f"The editor {command[0]} ended with an error; nothing was changed. Your text is in {path}.")


def _again(call: Call) -> bool:
    call.out.ask("Edit again? [Y/n]")
    answer = call.stdin.readline()
    # The end of the input is no answer.
    return answer != "" and answer.strip().lower() in ("", "y", "yes")
