"""Which gateway the command talks to: --socket, --config, POTERNE_SOCKET, the default, in this order (DESIGN §4).

Reads one key of the settings file and judges nothing else of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gateway.cli.call import Call, UsageError
from gateway.control.client import Client
from gateway.control.place import DEFAULT_RUNTIME_DIRECTORY, socket_path

SOCKET_VARIABLE = "POTERNE_SOCKET"
_Params = TypeVar("_Params")


def connect(call: Call) -> Client:
    """A connection to the gateway. Raises UsageError, AwayError, DeniedError."""
    return Client(find_socket(call))


def checked(make: Callable[[], _Params]) -> _Params:
    """The params that `make` builds. Raises UsageError when they refuse what was typed."""
    try:
        return make()
    except ValueError as error:
        text = str(error)
        raise UsageError(f"{text[0].upper()}{text[1:]}.") from error


def find_socket(call: Call) -> Path:
    """The socket's path. Raises UsageError when --config can't be read."""
    if call.options.socket:
        return Path(call.options.socket)
    if call.config:
        return socket_path(_runtime_directory(call.config))
    if named := call.environment.get(SOCKET_VARIABLE):
        return Path(named)
    return socket_path(DEFAULT_RUNTIME_DIRECTORY)


def _runtime_directory(config: Path) -> str:
    try:
        with config.open("rb") as file:
            found = tomllib.load(file).get("runtime_directory", str(DEFAULT_RUNTIME_DIRECTORY))
    except OSError as error:
        raise UsageError(f"The settings {config} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{config} is not a settings file: {error}.\nSee: poterne check {config}") from error
    if not isinstance(found, str):
        raise UsageError(f"runtime_directory in {config} must be text in quotes.\nSee: poterne check {config}")
    return found
