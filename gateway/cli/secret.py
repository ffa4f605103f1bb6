"""`poterne secret`: values by name, from standard input into the gateway; nobody can read them back."""

from __future__ import annotations

import getpass

from gateway.cli.asking import agreed
from gateway.cli.call import DONE, NOT_DONE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.cli.output import Column, age
from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.settingsparams import OneSecret, SetSecret


def set_value(call: Call) -> int:
    """Read a value, without showing it on a terminal, and keep it under this name."""
    name = checked(lambda: OneSecret(call.options.name)).name
    with connect(call) as client:
        value = _typed(call, name)
        done = client.call(protocol.SECRET_SET, checked(lambda: SetSecret(name, value)))
    if call.out.as_json:
        call.out.json(done)
    else:
        call.out.line(f"The secret {name} is set.")
    return DONE


def list_names(call: Call) -> int:
    """Names, and when each was set."""
    with connect(call) as client:
        found = client.call(protocol.SECRET_LIST, Asked())
    if call.out.as_json:
        call.out.json({"items": found.items, "next": None})
    elif not found.items:
        call.out.line("There are no secrets. Set one with: poterne secret set NAME")
    else:
        now = call.now()
        call.out.table((Column("NAME"), Column("SET")), [(each.name, age(each.changed, now)) for each in found.items])
    return DONE


def delete(call: Call) -> int:
    """Remove it, after asking."""
    name = checked(lambda: OneSecret(call.options.name)).name
    if not agreed(call, f"Delete the secret {name}? What uses it stops working.", "A deleted secret is gone."):
        call.out.say("Nothing was deleted.")
        return NOT_DONE
    with connect(call) as client:
        done = client.call(protocol.SECRET_DELETE, OneSecret(name))
    if call.out.as_json:
        call.out.json(done)
    else:
        call.out.line(f"The secret {name} is deleted.")
    return DONE


def _typed(call: Call, name: str) -> bytes:
    """The value without one final line end. Raises UsageError when there is none."""
    if call.stdin.isatty():
        value = getpass.getpass(f"Value of {name} (it is not shown): ").encode("utf-8", "surrogateescape")
    else:
        buffer = getattr(call.stdin, "buffer", None)
        value = buffer.read() if buffer is not None else call.stdin.read().encode("utf-8", "surrogateescape")
    value = value.removesuffix(b"\n").removesuffix(b"\r")
    if not value:
        raise UsageError(f"The secret {name} would be empty. Nothing was changed.")
    return value
