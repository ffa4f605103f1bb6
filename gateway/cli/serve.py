"""`poterne serve`: reads the settings and runs the gateway until it is told to stop."""

from __future__ import annotations

from gateway.cli.call import Call, UsageError


def serve(call: Call) -> int:
    """Run in the foreground; the exit code is the gateway's. Raises UsageError without valid settings."""
    if call.config is None:
        raise UsageError("Which settings? poterne serve --config FILE")
    # Here, for the gateway imports all that it is made of.
    from gateway.app.run import run
    from gateway.config.problems import SettingsError

    try:
        return run(call.config)
    except SettingsError as error:
        raise UsageError(str(error)) from error
