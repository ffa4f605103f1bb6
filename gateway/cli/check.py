"""`poterne check`: is a settings file valid, and if not, everything that is wrong with it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from gateway.cli.call import DONE, USAGE, Call, UsageError
from gateway.cli.output import counted
from gateway.config.schema import Settings


def check(call: Call) -> int:
    """Exit code 0 with a summary, or 2 with every error."""
    # Here, for the loader imports pydantic, which the other verbs do without (D11).
    from gateway.config.load import load
    from gateway.config.problems import SettingsError, format_problems

    path = _file(call)
    try:
        settings = load(path)
    except SettingsError as error:
        if call.out.as_json:
            call.out.json({"valid": False, "problems": [asdict(each) for each in error.problems]})
        else:
            for line in format_problems(error.problems).splitlines():
                call.out.say(line)
            call.out.say(f"{counted(len(error.problems), 'error')}. Nothing was changed.")
        return USAGE
    if call.out.as_json:
        call.out.json({"valid": True, "problems": [], "hostname": settings.hostname})
    else:
        call.out.line(_summary(path, settings))
    return DONE


def _file(call: Call) -> Path:
    given = call.options.file or call.options.config
    if not given:
        raise UsageError("Which settings? poterne check FILE")
    return Path(given)


def _summary(path: Path, settings: Settings) -> str:
    parts = (("domain", settings.domain), ("backend", settings.backend), ("listener", settings.listener))
    counts = ", ".join(counted(len(members), name) for name, members in parts)
    return f"{path} is valid: {settings.hostname}, {counts}."
